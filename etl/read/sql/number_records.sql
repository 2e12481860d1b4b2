-- Which record of the file is each row?  The k-th row read is record k + 2 (the header is 1), moved on by the records set aside before it.
UPDATE raw_rows SET line = numbered.line
FROM (
    WITH each_gap AS (
        -- The n-th record set aside (n from 0), with number r, stands before every row from the (r - 2 - n)-th on.
        SELECT line - 2 - (row_number() OVER (ORDER BY line) - 1) AS from_row, row_number() OVER (ORDER BY line) AS moved_by
        FROM raw_set_aside WHERE file_no = $file_no
    ),
    last_gap AS (SELECT from_row, max(moved_by) AS moved_by FROM each_gap GROUP BY from_row)
    SELECT r.rowid AS id, r.rowid - $first + 2 + coalesce(g.moved_by, 0) AS line
    FROM raw_rows r ASOF LEFT JOIN last_gap g ON r.rowid - $first >= g.from_row
    WHERE r.file_no = $file_no
) numbered
WHERE raw_rows.rowid = numbered.id AND raw_rows.file_no = $file_no
