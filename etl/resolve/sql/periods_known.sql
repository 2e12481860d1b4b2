-- The periods as the rules use them.  pid 0 stands for "no period printed"; form_no groups periods of one kind and length, in which
-- period_no orders them.
CREATE OR REPLACE TABLE pd AS
WITH known AS (SELECT DISTINCT canonical, period_start, period_end, form FROM period_answer WHERE refusal IS NULL)
SELECT row_number() OVER (ORDER BY period_start, period_end, canonical)::INTEGER AS pid, canonical, period_start, period_end, form,
       dense_rank() OVER (ORDER BY form, CASE WHEN form IN ('span', 'cumulative') THEN datediff('month', period_start, period_end) END,
           CASE WHEN form = 'cumulative' THEN month(period_start) END)::INTEGER AS form_no,
       row_number() OVER (ORDER BY period_start, period_end, canonical)::INTEGER AS period_no
FROM known
UNION ALL SELECT 0, NULL, NULL, NULL, 'none', 0, 0
