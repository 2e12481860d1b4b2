-- Where did every row end?  Exactly one row per row read: refused rows first, then rows set aside, then repeats of a published row.
-- Printings of one key that contradict each other are all published, marked as suspect: nobody knows which is right.
CREATE OR REPLACE TABLE disposition AS
WITH contradicting AS (SELECT folder, sid, aid, pid, facet FROM repeated WHERE is_repeat AND greatest_slo > least_shi),
chosen AS (SELECT folder, sid, aid, pid, facet, n AS chosen_n FROM obs SEMI JOIN repeated AS k USING (folder, sid, aid, pid, facet)),
alike AS (SELECT f.n, min(g.n) AS first_n FROM usable AS f JOIN contradicting AS c USING (folder, sid, aid, pid, facet) JOIN usable AS g USING (folder, sid, aid, pid, facet)
          WHERE g.lo = f.lo AND g.hi = f.hi AND g.v = f.v GROUP BY f.n)
SELECT f.n, f.file_no, f.line,
       CASE WHEN r.n IS NOT NULL OR (f.excluded IS NULL AND (f.sid IS NULL OR f.aid IS NULL OR f.pid IS NULL OR f.refusal IS NOT NULL)) THEN 'quarantined'
            WHEN f.excluded IS NOT NULL THEN 'excluded'
            WHEN contra.sid IS NOT NULL AND alike.first_n = f.n THEN 'published'
            WHEN chosen.chosen_n IS NOT NULL AND chosen.chosen_n <> f.n THEN 'excluded' ELSE 'published' END AS ended,
       CASE WHEN f.excluded IS NOT NULL THEN f.excluded WHEN chosen.chosen_n IS NOT NULL AND chosen.chosen_n <> f.n THEN 'repeat' END AS reason,
       CASE WHEN alike.first_n IS NOT NULL AND alike.first_n <> f.n THEN alike.first_n WHEN chosen.chosen_n <> f.n THEN chosen.chosen_n END AS repeat_of_n,
       contra.sid IS NOT NULL AS is_contradicting
FROM fact AS f LEFT JOIN refused_row AS r ON r.n = f.n LEFT JOIN chosen USING (folder, sid, aid, pid, facet)
LEFT JOIN contradicting AS contra USING (folder, sid, aid, pid, facet) LEFT JOIN alike ON alike.n = f.n
