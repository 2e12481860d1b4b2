-- What does each row print once the corrections of people are in it?  The rows of as_printed, with original_text and as_written NULL where nothing was corrected.
-- as_written is what the id of a figure is made of (identified.sql): a figure stays the same printed thing, whatever it is corrected to.
CREATE OR REPLACE VIEW printed_row AS
SELECT p.n, p.file_no, p.line, p.folder, if(c.n IS NULL, p.indicator, c.indicator) AS indicator, p.measure, if(c.n IS NULL, p.breakdown, c.breakdown) AS breakdown,
       if(c.n IS NULL, p.ref_area, coalesce(c.ref_area, d.ref_area)) AS ref_area, if(c.n IS NULL, p.time_period, coalesce(c.time_period, d.time_period)) AS time_period,
       p.obs_kind, if(c.n IS NULL, p.unit, c.unit) AS unit, p.locator, if(c.n IS NULL, p.note, c.note) AS note, if(c.n IS NULL, p.printed, c.value) AS printed, p.number_format,
       if(c.n IS NULL, NULL, coalesce(p.printed, '')) AS original_text,
       if(c.n IS NULL, NULL, concat_ws(chr(31), coalesce(p.indicator, ''), coalesce(p.measure, ''), coalesce(p.breakdown, ''), coalesce(p.ref_area, ''), coalesce(p.time_period, ''),
           coalesce(p.obs_kind, ''), coalesce(p.printed, ''), coalesce(p.unit, ''), coalesce(p.locator, ''), coalesce(p.note, ''))) AS as_written
FROM as_printed AS p JOIN docs AS d ON d.folder = p.folder LEFT JOIN corrected_row AS c ON c.n = p.n
