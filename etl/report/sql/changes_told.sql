-- What became of these?  At most $most rows of one change, in the order of their own columns.
SELECT * FROM changes WHERE change = $change ORDER BY ALL LIMIT $most
