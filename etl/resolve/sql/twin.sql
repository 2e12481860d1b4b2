-- Rows that are alike to the last character: the second, third … of them get a number, so that each is a figure of its own.
CREATE OR REPLACE TABLE twin AS
WITH marked AS (
    SELECT rowid AS n, hash(file_no, indicator, measure, breakdown, ref_area, time_period, obs_kind, value, unit, locator, note) AS mark FROM raw_rows
),
several AS (SELECT mark FROM marked GROUP BY mark HAVING count(*) > 1),
alike AS (SELECT r.rowid AS n, r.* FROM raw_rows AS r SEMI JOIN (SELECT n FROM marked SEMI JOIN several USING (mark)) AS m ON m.n = r.rowid)
SELECT n, nth FROM (
    SELECT n, row_number() OVER (PARTITION BY file_no, indicator, measure, breakdown, ref_area, time_period, obs_kind, value, unit, locator, note ORDER BY line) - 1 AS nth
    FROM alike) WHERE nth > 0
