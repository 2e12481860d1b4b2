-- Which records could DuckDB not read, and why?  Reads reject_lines (one row per fault of a record) and blank_lines; fills raw_set_aside.
INSERT INTO raw_set_aside
WITH each_record AS (
    SELECT line,
           min(line_byte_position) AS begins_at,
           any_value(csv_line) AS as_read,
           -- Trap: a record with a broken quote is also reported as too short; the quote is the cause.
           bool_or(error_type = 'UNQUOTED VALUE') AS has_broken_quote,
           bool_or(error_type IN ('MISSING COLUMNS', 'TOO MANY COLUMNS')) AS is_ragged
    FROM reject_lines GROUP BY line
),
each_record_with_its_text AS (
    -- Trap: blank lines before a record are part of the text that DuckDB gives, and of its line numbers; they are no records.
    SELECT *, ltrim(as_read, chr(10)) AS text, begins_at - 1 + length(as_read) - length(ltrim(as_read, chr(10))) AS first_byte FROM each_record
)
SELECT $file_no, line - (SELECT count(*) FROM blank_lines b WHERE b.at < first_byte), text,
       -- Trap: DuckDB names the first field too many, not the number of fields. Commas inside quotes separate nothing.
       CASE WHEN is_ragged AND NOT has_broken_quote THEN length(regexp_replace(text, '"[^"]*"', '', 'g')) - length(replace(regexp_replace(text, '"[^"]*"', '', 'g'), ',', '')) + 1 END,
       $expected,
       CASE WHEN has_broken_quote THEN 'figures-broken-quote' WHEN is_ragged THEN 'figures-ragged-record' ELSE 'figures-unreadable-record' END
FROM each_record_with_its_text ORDER BY 2
