-- Which pairs of series lead to a value that may be printed nowhere?  One row per pair a, b and the series that is implied; t_sid is that series where it occurs.
-- shape 'quotient': k × a / (b + shift) · 'difference': a − b.  Everything here has as many rows as there are series.
CREATE OR REPLACE TABLE implied_relation AS
WITH level AS (SELECT * FROM sd WHERE measure IN ('level', 'per_unit')),
rated AS (SELECT DISTINCT unnest($rates::VARCHAR[]) AS rate, unnest($counts::VARCHAR[]) AS counted, unnest($bases::VARCHAR[]) AS base),
paid AS (
    SELECT unnest($amounts::VARCHAR[]) AS amount, unnest($counted::VARCHAR[]) AS counted
    -- The catalogue names what belongs together alike: covid_support_expenditure and covid_support_beneficiaries, gratitude_savings_books_value and gratitude_savings_books.
    UNION SELECT a.id, c.id FROM known_indicators AS a JOIN known_indicators AS c
      ON regexp_replace(a.id, '_(expenditure|value)$', '') = regexp_replace(c.id, '_(beneficiaries|recipients)$', '')
    WHERE a.unit_kind = 'money' AND c.unit_kind = 'count' AND a.id <> c.id
),
following AS (
    -- 21.000 are 72,4 % of the plan
    SELECT 'plan' AS what, 'quotient' AS shape, a.sid AS a_sid, b.sid AS b_sid, 100 AS k, 0 AS shift, a.indicator, a.measure, a.breakdown, 'plan' AS obs_kind, a.unit
    FROM sd AS b JOIN level AS a ON a.indicator = b.indicator AND a.breakdown = b.breakdown AND a.obs_kind = b.obs_kind
    WHERE b.measure = 'plan_completion' AND b.obs_kind = 'actual' AND b.unit_kind = 'rate'
    UNION ALL -- 10.400 beat the plan by 4 %
    SELECT 'plan', 'quotient', a.sid, b.sid, 100, 100, a.indicator, a.measure, a.breakdown, 'plan', a.unit
    FROM sd AS b JOIN level AS a ON a.indicator = b.indicator AND a.breakdown = b.breakdown AND a.obs_kind = b.obs_kind
    WHERE b.measure = 'plan_excess' AND b.obs_kind = 'actual' AND b.unit_kind = 'rate' AND a.unit_kind NOT IN ('rate', 'points')
    UNION ALL -- 10.400 beat the plan by 400; a fall of 4,43 points beats it by 0,43 points
    SELECT 'plan', 'difference', a.sid, b.sid, 1, 0, a.indicator, a.measure, a.breakdown, 'plan', a.unit
    FROM sd AS b JOIN sd AS a ON a.indicator = b.indicator AND a.breakdown = b.breakdown AND a.obs_kind = b.obs_kind
    WHERE b.measure = 'plan_excess' AND b.obs_kind = 'actual'
      AND CASE WHEN a.measure IN ('level', 'per_unit') THEN (b.unit = a.unit AND a.unit_kind <> 'rate') OR (b.unit = 'điểm %' AND a.unit_kind = 'rate')
               WHEN a.measure IN ('change_abs', 'change_pp') THEN b.unit = a.unit ELSE FALSE END
    UNION ALL -- 21.000, 28 % fewer than the year before
    SELECT 'previous', 'quotient', a.sid, b.sid, 100, 100, a.indicator, a.measure, a.breakdown, a.obs_kind, a.unit
    FROM sd AS b JOIN level AS a ON a.indicator = b.indicator AND a.breakdown = b.breakdown AND a.obs_kind = b.obs_kind
    WHERE b.measure = 'change_pct' AND b.unit_kind = 'rate' AND a.unit_kind NOT IN ('rate', 'points')
    UNION ALL -- 11,24 %, 3,70 points fewer; a pace of points a year is no step
    SELECT 'previous', 'difference', a.sid, b.sid, 1, 0, a.indicator, a.measure, a.breakdown, a.obs_kind, a.unit
    FROM sd AS b JOIN level AS a ON a.indicator = b.indicator AND a.breakdown = b.breakdown AND a.obs_kind = b.obs_kind
    WHERE b.measure IN ('change_abs', 'change_pp') AND (b.unit = a.unit OR (b.unit = 'điểm %' AND a.unit_kind = 'rate'))
    UNION ALL -- 20.411 are 11,24 % of the base
    SELECT 'base', 'quotient', a.sid, b.sid, 100, 0, rated.base, 'level', b.base_breakdown, b.obs_kind, i.unit
    FROM rated JOIN sd AS b ON b.indicator = rated.rate AND b.measure = 'level' AND b.unit_kind = 'rate'
    JOIN sd AS a ON a.indicator = rated.counted AND a.measure = 'level' AND a.unit_kind = 'count' AND a.breakdown = b.breakdown AND a.obs_kind = b.obs_kind
    JOIN known_indicators AS i ON i.id = rated.base
    UNION ALL -- 126,516 tỷ for 126.622 people
    SELECT 'average', 'quotient', a.sid, b.sid, 1, 0, a.indicator, 'per_unit', a.breakdown, a.obs_kind, 'VND/' || b.unit
    FROM paid JOIN sd AS a ON a.indicator = paid.amount AND a.measure = 'level' AND a.unit = 'VND'
    JOIN sd AS b ON b.indicator = paid.counted AND b.measure = 'level' AND b.unit_kind = 'count' AND b.breakdown = a.breakdown AND b.obs_kind = a.obs_kind
)
SELECT x.*, t.sid AS t_sid, a.measure NOT IN ('level', 'per_unit') AS is_change, i.lower_limit, i.upper_limit
FROM (SELECT DISTINCT * FROM following) AS x JOIN sd AS a ON a.sid = x.a_sid
LEFT JOIN sd AS t ON t.indicator = x.indicator AND t.measure = x.measure AND t.breakdown = x.breakdown AND t.obs_kind = x.obs_kind AND t.unit = x.unit
LEFT JOIN known_indicators AS i ON i.id = x.indicator AND x.what <> 'average' AND a.measure IN ('level', 'per_unit')
