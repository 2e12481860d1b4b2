-- The series that are what they say, with what the rules ask of them.  One row per series; shape_no numbers what two series of different
-- indicators have in common, base_breakdown is the breakdown of a rate's denominator: only what splits the base too.
CREATE OR REPLACE TABLE sd AS
WITH known AS (
    SELECT sid, any_value(indicator) AS indicator, any_value(the_measure) AS measure, any_value(tokens) AS tokens, any_value(the_kind) AS obs_kind,
           any_value(unit_code) AS unit, any_value(kind_of_unit) AS unit_kind, any_value(ind_kind) AS ind_kind, any_value(programme) AS programme,
           any_value(stock_flow) AS stock_flow, any_value(lower_limit) AS lower_limit, any_value(upper_limit) AS upper_limit,
           any_value(denominator) AS denominator, any_value(parent) AS parent
    FROM series_raw WHERE sid IS NOT NULL GROUP BY sid
),
splitting AS (
    SELECT sid, list_sort(list(token)) AS tokens
    FROM (SELECT sid, unnest(tokens) AS token FROM known)
    WHERE split_part(token, '=', 1) IN (SELECT dimension FROM ref_dimensions WHERE splits_base)
    GROUP BY sid
)
SELECT known.*, array_to_string(known.tokens, ';') AS breakdown, array_to_string(coalesce(splitting.tokens, []::VARCHAR[]), ';') AS base_breakdown,
       -- A share of a declared composition is no rate of its own place: its parts do not average to the whole.
       indicator LIKE '%\_share' ESCAPE '\' OR measure = 'share' AS is_share,
       dense_rank() OVER (ORDER BY measure, array_to_string(known.tokens, ';'), obs_kind, unit) AS shape_no
FROM known LEFT JOIN splitting USING (sid)
