-- What was read?  One row per raw file.
SELECT
    source_id, folder, title, publisher, published::VARCHAR AS published, url, citation, licence, language, number_format, sha256, size_bytes,
    rows_read, rows_published, rows_quarantined, rows_excluded
FROM sources
ORDER BY source_id
