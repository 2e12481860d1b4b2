-- The keys that stand more than once: do their printings agree?  One row per such key.
-- `is_prose`: all printings have a place in running text (document#from-to); those are repeats of a fact, not duplicated rows of a table.
CREATE OR REPLACE TEMP TABLE repeated AS
WITH printed_again AS (SELECT u.*, r.locator FROM usable AS u SEMI JOIN (SELECT * FROM keys WHERE holders > 1) AS k USING (folder, sid, aid, pid, facet) JOIN raw_rows AS r ON r.rowid = u.n)
SELECT folder, sid, aid, pid, facet, count(*) AS holders, bool_and(coalesce(regexp_matches(locator, '#\d+-\d+$'), FALSE)) AS is_prose,
       min(v) AS least_v, max(v) AS greatest_v, min(lo) AS least_lo, max(lo) AS greatest_lo, min(hi) AS least_hi, max(hi) AS greatest_hi,
       max(slo) AS greatest_slo, min(shi) AS least_shi, sum(h) AS sum_h
FROM printed_again
GROUP BY folder, sid, aid, pid, facet
