-- One row per key and document: what the relations are judged on.  Of several agreeing printings the sharpest stands for all.
CREATE OR REPLACE TEMP TABLE obs AS
WITH repeated AS (SELECT folder, sid, aid, pid FROM keys WHERE holders > 1),
ranked AS (
    SELECT u.*, row_number() OVER (PARTITION BY u.folder, u.sid, u.aid, u.pid ORDER BY u.hedge <> 'exact', u.h, u.tag IS NULL, u.line, u.n) AS nth
    FROM usable AS u SEMI JOIN repeated AS r ON r.folder = u.folder AND r.sid = u.sid AND r.aid = u.aid AND r.pid = u.pid
)
SELECT n, folder, sid, aid, pid, v, h, lo, hi, slo, shi, tag, order_tag, vs, of_what, base_pid, status
FROM usable ANTI JOIN repeated USING (folder, sid, aid, pid)
UNION ALL
SELECT n, folder, sid, aid, pid, v, h, lo, hi, slo, shi, tag, order_tag, vs, of_what, base_pid, status FROM ranked WHERE nth = 1
