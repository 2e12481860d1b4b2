-- The published claims, with the words of their codes.  Suspect as a set: a member of a group that contradicts itself.
CREATE OR REPLACE VIEW out.observations AS
SELECT i.observation_id, i.figure_id, sd.indicator, sd.measure, sd.breakdown, ad.code AS ref_area, ad.vintage AS area_vintage,
       ad.level AS area_level, ad.name AS area_name, pd.canonical AS time_period, pd.period_start, pd.period_end, sd.obs_kind,
       CASE WHEN i.upper IS NULL THEN i.v END::DOUBLE AS obs_value,
       CASE WHEN i.lo > -1e23::DECIMAL(38,9) THEN i.lo END::DOUBLE AS lower_bound, CASE WHEN i.hi < 1e23::DECIMAL(38,9) THEN i.hi END::DOUBLE AS upper_bound,
       i.hedge, i.decimals::SMALLINT AS decimals, sd.unit AS unit_measure,
       CASE WHEN s.n IS NOT NULL OR contra.n IS NOT NULL THEN 'U' ELSE i.status END AS obs_status, s.n IS NOT NULL OR contra.n IS NOT NULL AS is_suspect,
       i.printed AS text, i.original_text, files.source_id, i.line, i.locator, i.note
-- Trap: to join the disposition itself would put a million rows into a hash table; the few that are not published, or contradict each other, say the same.
FROM identified AS i ANTI JOIN (SELECT n FROM disposition WHERE ended <> 'published') AS rest ON rest.n = i.n
LEFT JOIN (SELECT n FROM disposition WHERE is_contradicting) AS contra ON contra.n = i.n JOIN files_word AS files ON files.file_no = i.file_no
JOIN sd_word AS sd USING (sid) JOIN ad_word AS ad USING (aid) JOIN pd_word AS pd USING (pid) LEFT JOIN out.suspect_row AS s ON s.n = i.n
