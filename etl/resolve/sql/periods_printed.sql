-- Which period and which list of places does each printed period of each document mean?  One row per document, label, kind and schooling.
-- Trap: 2023/2024 is a school year for education and a span of two years for everything else.
CREATE OR REPLACE TABLE period_raw AS
WITH printed AS (
    SELECT DISTINCT r.folder, r.time_period AS label, coalesce(nullif(r.obs_kind, ''), 'actual') AS obs_kind, coalesce(i.programme, '') = 'education' AS is_school
    FROM (SELECT DISTINCT folder, time_period, obs_kind, indicator FROM printed_row) AS r LEFT JOIN known_indicators AS i ON i.id = r.indicator
)
SELECT row_number() OVER (ORDER BY p.folder, p.label, p.obs_kind, p.is_school) AS rp, p.*, a.canonical, a.period_start, a.period_end, a.refusal AS reason,
       coalesce(a.candidates, []::VARCHAR[]) AS options, CASE WHEN p.label IS NULL THEN 0 ELSE pd.pid END AS pid,
       (p.label IS NULL OR a.refusal IS NULL)::INTEGER AS candidates, v.vintage, v.basis
FROM printed AS p LEFT JOIN period_answer AS a ON a.label = p.label AND a.is_school = p.is_school
LEFT JOIN pd ON pd.canonical = a.canonical AND pd.form = a.form
LEFT JOIN vintage_answer AS v ON v.document = p.folder AND v.obs_kind = p.obs_kind AND v.period_start IS NOT DISTINCT FROM a.period_start
      AND v.period_end IS NOT DISTINCT FROM a.period_end
