-- Rows that are neither published nor refused, with the reason.
CREATE OR REPLACE VIEW out.excluded AS
SELECT i.figure_id, files.source_id, r.line, r.locator, r.indicator, r.measure, r.breakdown, r.ref_area, r.time_period, r.obs_kind, r.value AS text, r.unit, r.note,
       d.reason, o.figure_id AS repeat_of
FROM disposition AS d JOIN identified AS i USING (n) JOIN raw_rows AS r ON r.rowid = d.n JOIN files ON files.file_no = d.file_no
LEFT JOIN (SELECT n, figure_id FROM identified SEMI JOIN (SELECT repeat_of_n AS n FROM disposition) AS w USING (n)) AS o ON o.n = d.repeat_of_n
WHERE d.ended = 'excluded'
