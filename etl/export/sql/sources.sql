-- Which raw files were read, and where did their rows end?
SELECT title, publisher, published, url, citation, licence, source_id AS source, rows_read, rows_published, rows_quarantined, rows_excluded, sha256
FROM sources
ORDER BY source_id
