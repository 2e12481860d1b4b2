-- Where do such pairs stand in one document, of one place and period?  One row per pair of printed figures.
-- Dropped: what is printed already, and what reaches across a break.  Trap: where the base of a change is not told, a break within the year before may lie
-- between; a change without a period tells nothing.
CREATE OR REPLACE TABLE implied_pair AS
WITH paired AS (
    SELECT x.*, a.folder, a.aid, a.pid, CASE WHEN x.what = 'previous' THEN b.base_pid ELSE a.pid END AS t_pid, CASE WHEN x.what = 'previous' THEN b.base_pid ELSE a.base_pid END AS base_pid,
           a.n AS a_n, a.v AS a_v, a.lo AS a_lo, a.hi AS a_hi, b.n AS b_n, b.v AS b_v, b.lo AS b_lo, b.hi AS b_hi
    FROM implied_relation AS x JOIN obs AS b ON b.sid = x.b_sid
    JOIN obs AS a ON a.sid = x.a_sid AND a.folder = b.folder AND a.aid = b.aid AND a.pid = b.pid
    WHERE x.shape = 'difference' OR (a.v > 0 AND b.v + x.shift > 0)
)
SELECT p.* EXCLUDE (a_sid, b_sid, t_sid, folder, base_pid)
FROM paired AS p JOIN pd ON pd.pid = p.pid
ANTI JOIN (SELECT sid, folder, aid, pid FROM obs WHERE sid IN (SELECT t_sid FROM implied_relation)) AS t ON t.sid = p.t_sid AND t.folder = p.folder AND t.aid = p.aid AND t.pid = p.t_pid
WHERE CASE WHEN p.what <> 'previous' AND NOT p.is_change THEN TRUE
           WHEN p.pid = 0 OR p.base_pid = p.pid THEN FALSE
           WHEN p.base_pid > 0 THEN NOT straddles_break(p.a_sid, p.base_pid, p.pid)
           ELSE NOT EXISTS (SELECT 1 FROM series_break AS s WHERE s.sid = p.a_sid AND s.valid_from > pd.period_start - INTERVAL 1 YEAR AND s.valid_from <= pd.period_end) END;
-- What must be known of their members?  Only figures that are published, are one number, and refer to nothing special.
CREATE OR REPLACE TABLE implied_member AS
SELECT i.n, i.figure_id, least(coalesce(i.decimals, 0), 9) AS decimals, coalesce(i.multiplier, 1) AS multiplier
FROM identified AS i SEMI JOIN (SELECT a_n AS n FROM implied_pair UNION SELECT b_n FROM implied_pair) AS w USING (n)
ANTI JOIN (SELECT n FROM disposition WHERE ended <> 'published') AS rest USING (n)
ANTI JOIN (SELECT nn FROM note_raw WHERE vs IS NOT NULL OR of_what IS NOT NULL) AS special USING (nn)
WHERE i.upper IS NULL;
