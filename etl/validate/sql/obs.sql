-- One row per key and document: what the relations are judged on.  Of several agreeing printings the sharpest stands for all.
-- In the order of the series: every rule asks for a few of them, and a scan then skips the blocks of the others.
CREATE OR REPLACE TABLE obs AS
WITH ranked AS (
    SELECT u.n, row_number() OVER (PARTITION BY u.folder, u.sid, u.aid, u.pid, u.facet ORDER BY u.hedge <> 'exact', u.h, u.tag IS NULL, u.line, u.n) AS nth
    FROM usable AS u SEMI JOIN repeated AS r USING (folder, sid, aid, pid, facet)
)
SELECT u.n, u.folder, u.sid, u.aid, u.pid, u.facet, u.v, u.h, u.lo, u.hi, u.slo, u.shi, u.tag, u.order_tag, u.vs, u.of_what, u.base_pid, u.status
FROM usable AS u ANTI JOIN (SELECT n FROM ranked WHERE nth > 1) AS spare USING (n)
ORDER BY u.sid
