-- Rows that are neither published nor refused, with the reason.
CREATE OR REPLACE VIEW out.excluded AS
SELECT i.figure_id, files.source_id, r.line, r.locator, r.indicator, r.measure, r.breakdown, r.ref_area, r.time_period, r.obs_kind, r.value AS text, r.unit, r.note,
       d.reason, o.figure_id AS repeat_of
FROM disposition AS d JOIN not_published AS i USING (n) JOIN raw_rows AS r ON r.rowid = d.n JOIN files ON files.file_no = d.file_no
LEFT JOIN not_published AS o ON o.n = d.repeat_of_n
WHERE d.ended = 'excluded'
