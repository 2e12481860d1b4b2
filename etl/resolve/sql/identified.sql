-- Ids from content.  A figure is what stands where (source, codes as written, text, place, and which of several identical rows); an
-- observation is a claim (document and settled codes, and what a change refers to). One claim printed with two values is two claims: its
-- value joins the id.
SELECT f.*, p.indicator, p.measure, p.breakdown, p.ref_area, p.time_period, p.obs_kind, p.unit, p.locator, p.note, p.printed, p.original_text,
       md5_number(concat_ws(chr(31), files.source_id, coalesce(p.as_written, concat_ws(chr(31), coalesce(p.indicator, ''), coalesce(p.measure, ''), coalesce(p.breakdown, ''), coalesce(p.ref_area, ''),
           coalesce(p.time_period, ''), coalesce(p.obs_kind, ''), coalesce(p.printed, ''), coalesce(p.unit, ''), coalesce(p.locator, ''), coalesce(p.note, ''))), coalesce(twin.nth, 0)))::UUID AS figure_id,
       CASE WHEN f.sid IS NOT NULL AND f.aid IS NOT NULL AND f.pid IS NOT NULL THEN
       md5_number(concat_ws(chr(31), docs.name, series.words, place.words, coalesce(pd.canonical, ''),
           coalesce(based.canonical, nt.base_label, ''), coalesce(nt.vs, ''), coalesce(nt.of_what, ''), coalesce(told.told_value, '')))::UUID END AS observation_id
FROM {rows} AS f JOIN printed_row AS p USING (n) JOIN files ON files.file_no = f.file_no JOIN docs ON docs.folder = f.folder
-- The words of few series and places are put together here, not a million times above.
LEFT JOIN (SELECT sid, concat_ws(chr(31), indicator, measure, breakdown, obs_kind, unit) AS words FROM sd) AS series USING (sid)
LEFT JOIN (SELECT aid, concat_ws(chr(31), vintage, level, code) AS words FROM ad) AS place USING (aid)
LEFT JOIN pd USING (pid) LEFT JOIN (SELECT pid AS base_pid, canonical FROM pd) AS based USING (base_pid) LEFT JOIN note_raw AS nt USING (nn) LEFT JOIN twin USING (n) LEFT JOIN told USING (n)
