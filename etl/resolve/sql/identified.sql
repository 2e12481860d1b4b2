-- Ids from content.  A figure is what stands where (source, codes as written, text, place, and which of several identical rows); an
-- observation is a claim (document and settled codes). One claim printed with two values is two claims: its value joins the id.
CREATE OR REPLACE TEMP VIEW identified AS
SELECT f.*, md5(concat_ws(chr(31), files.source_id, coalesce(f.indicator, ''), coalesce(f.measure, ''), coalesce(f.breakdown, ''), coalesce(f.ref_area, ''), coalesce(f.time_period, ''),
           coalesce(f.obs_kind, ''), coalesce(f.printed, ''), coalesce(f.unit, ''), coalesce(f.locator, ''), coalesce(f.note, ''), coalesce(twin.nth, 0)))::UUID AS figure_id,
       CASE WHEN f.sid IS NOT NULL AND f.aid IS NOT NULL AND f.pid IS NOT NULL THEN
       md5(concat_ws(chr(31), docs.name, sd.indicator, sd.measure, sd.breakdown, sd.obs_kind, sd.unit, ad.vintage, ad.level, ad.code, coalesce(pd.canonical, ''), coalesce(f.facet_text, ''),
           coalesce(told.told_value, '')))::UUID END AS observation_id
FROM fact AS f JOIN files USING (file_no) JOIN docs ON docs.folder = f.folder LEFT JOIN sd USING (sid) LEFT JOIN ad USING (aid) LEFT JOIN pd USING (pid)
LEFT JOIN twin USING (n) LEFT JOIN told USING (n)
