-- Rows that are alike to the last character: the second, third … of them get a number, so that each is a figure of its own.
CREATE OR REPLACE TEMP TABLE twin AS
WITH marked AS (
    SELECT n, file_no, line, hash(file_no, indicator, measure, breakdown, ref_area, time_period, obs_kind, printed, unit, locator, note) AS mark FROM fact
),
several AS (SELECT mark FROM marked GROUP BY mark HAVING count(*) > 1),
alike AS (SELECT f.* FROM fact AS f JOIN marked USING (n) JOIN several USING (mark))
SELECT n, nth FROM (
    SELECT n, row_number() OVER (PARTITION BY file_no, indicator, measure, breakdown, ref_area, time_period, obs_kind, printed, unit, locator, note ORDER BY line) - 1 AS nth
    FROM alike) WHERE nth > 0
