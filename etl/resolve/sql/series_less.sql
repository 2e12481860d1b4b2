-- Each series less one of its dimensions: its total, if that is a series too.  One row per series and dimension; rest_no numbers the group
-- of parts of one total, whether the total is printed or not.
CREATE OR REPLACE TABLE sd_less AS
WITH dimension AS (
    SELECT dimension, row_number() OVER (ORDER BY dimension) AS dimension_no FROM (
        SELECT DISTINCT split_part(token, '=', 1) AS dimension FROM (SELECT unnest(tokens) AS token FROM sd))
),
described AS (
    SELECT dimension, bool_and(is_complete) AS is_complete, bool_or(splits_base) AS splits_base, bool_or(may_overlap) AS overlapping, count(*) AS members
    FROM ref_dimensions GROUP BY dimension
),
less AS (
    SELECT sid, split_part(token, '=', 1) AS dimension, substr(token, strpos(token, '=') + 1) AS member,
           array_to_string(list_filter(tokens, lambda t: t <> token), ';') AS rest, indicator, measure, obs_kind, unit
    FROM (SELECT *, unnest(tokens) AS token FROM sd)
)
SELECT less.sid, less.dimension, d.dimension_no, less.member, less.rest, total.sid AS total_sid,
       dense_rank() OVER (ORDER BY less.indicator, less.measure, less.obs_kind, less.unit, less.rest) AS rest_no,
       coalesce(described.is_complete, FALSE) AS is_complete, described.members, coalesce(described.splits_base, TRUE) AS splits_base,
       coalesce(described.overlapping, FALSE) AS overlapping, described.dimension IS NOT NULL AS is_described
FROM less JOIN dimension AS d USING (dimension) LEFT JOIN described USING (dimension)
LEFT JOIN sd AS total ON total.indicator = less.indicator AND total.measure = less.measure AND total.obs_kind = less.obs_kind AND total.unit = less.unit AND total.breakdown = less.rest
