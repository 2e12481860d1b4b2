-- How often does each key stand in its document, and do its printings agree?  One row per key.
-- `is_prose`: all printings have a place in running text (document#from-to); those are repeats of a fact, not duplicated rows of a table.
CREATE OR REPLACE TEMP TABLE keys AS
SELECT folder, sid, aid, pid, count(*) AS holders, CASE WHEN count(*) > 1 THEN bool_and(coalesce(regexp_matches(locator, '#\d+-\d+$'), FALSE)) ELSE FALSE END AS is_prose,
       min(v) AS least_v, max(v) AS greatest_v, min(lo) AS least_lo, max(lo) AS greatest_lo, min(hi) AS least_hi, max(hi) AS greatest_hi,
       max(slo) AS greatest_slo, min(shi) AS least_shi, sum(h) AS sum_h
FROM usable GROUP BY folder, sid, aid, pid
