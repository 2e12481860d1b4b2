-- The keys that stand more than once: are they repeats of one fact, which may disagree, or rows of a table under the wrong key?  One row per such key.
-- `is_repeat`: all printings have a place in running text (document#from-to), or they can be printings of one number, each as sharp as it wanted to be.
-- Two values of the same sharpness never are; the latest beginning may lie after the earliest end by what was cut off.
-- Trap: the optimizer takes the few keys for many and puts a million rows into its hash table; of a table it knows the size.
CREATE OR REPLACE TABLE several AS SELECT folder, sid, aid, pid, facet FROM keys WHERE holders > 1;
CREATE OR REPLACE TABLE repeated AS
WITH printed_again AS (SELECT u.*, r.locator FROM usable AS u SEMI JOIN several USING (folder, sid, aid, pid, facet) JOIN raw_rows AS r ON r.rowid = u.n),
told AS (
    SELECT folder, sid, aid, pid, facet, count(*) AS holders, bool_and(coalesce(regexp_matches(locator, '#\d+-\d+$'), FALSE)) AS is_prose,
           count(DISTINCT (h, v)) FILTER (WHERE hedge = 'exact') > count(DISTINCT h) FILTER (WHERE hedge = 'exact') AS is_twofold,
           min(v) AS least_v, max(v) AS greatest_v, sum(h) AS sum_h, max(slo) AS greatest_slo, min(shi) AS least_shi, max(lo) AS greatest_lo, min(hi) AS least_hi,
           max(slo - h) AS greatest_clo, min(shi + h) AS least_chi
    FROM printed_again GROUP BY folder, sid, aid, pid, facet)
SELECT * EXCLUDE (is_prose, is_twofold), is_prose OR greatest_clo <= least_chi AND NOT is_twofold AS is_repeat FROM told
