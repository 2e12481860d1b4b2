-- Which series does each distinct combination of printed codes name, and does its unit fit?  One row per combination.
-- A number may bring a scale and a unit of its own ("5,6 tỷ đồng") beside those of its column: what agrees is applied once, what differs is refused,
-- and so are words behind the number that are no unit ("100 giảm"): dropped, they would leave another figure. `scale` is what the text multiplies by.
-- Everything here has as many rows as there are different series, never as many as there are figures.
CREATE OR REPLACE TABLE series_raw AS
WITH printed AS (
    SELECT row_number() OVER (ORDER BY indicator, measure, breakdown, obs_kind, unit, unit_text, multiplier) AS rs, *
    FROM (SELECT DISTINCT indicator, measure, breakdown, obs_kind, unit, unit_text, multiplier FROM reading)
),
bare_member AS (SELECT member, min(dimension) AS dimension FROM ref_dimensions GROUP BY member HAVING count(*) = 1),
token AS (
    SELECT rs, trim(piece) AS printed_token,
           CASE WHEN strpos(piece, '=') > 0 THEN trim(split_part(piece, '=', 1)) || '=' || trim(substr(piece, strpos(piece, '=') + 1))
                ELSE bare_member.dimension || '=' || bare_member.member END AS token
    FROM (SELECT rs, unnest(string_split(breakdown, ';')) AS piece FROM printed WHERE breakdown IS NOT NULL)
    LEFT JOIN bare_member ON bare_member.member = trim(piece)
    WHERE trim(piece) <> ''
),
broken AS (
    SELECT rs, list_sort(list_distinct(list(token) FILTER (WHERE token IS NOT NULL))) AS tokens,
           bool_or(token IS NULL OR token LIKE '=%' OR token LIKE '%=') AS is_bad, min(printed_token) FILTER (WHERE token IS NULL) AS bad_token
    FROM token GROUP BY rs
),
placed AS (
    SELECT p.*, coalesce(nullif(p.measure, ''), 'level') AS the_measure, coalesce(nullif(p.obs_kind, ''), 'actual') AS the_kind,
           coalesce(b.tokens, []::VARCHAR[]) AS tokens, coalesce(b.is_bad, FALSE) AS has_bad_breakdown, b.bad_token,
           i.id IS NOT NULL AS has_indicator, i.unit_kind AS ind_kind, i.programme, i.stock_flow, i.lower_limit, i.upper_limit, i.denominator, i.parent,
           u.unit AS unit_code, u.kind AS kind_of_unit, coalesce(u.multiplier, 1) AS unit_multiplier, u.status AS unit_status, u.candidates AS unit_options,
           t.unit AS text_code, t.kind AS kind_of_text, t.candidates AS text_options, t.status AS text_status, coalesce(t.multiplier, 1) AS text_multiplier,
           CASE WHEN coalesce(p.multiplier, 1) = 1 THEN text_multiplier WHEN text_multiplier = 1 THEN p.multiplier END AS scale,
           p.unit IS NOT NULL AND coalesce(p.unit_text, '') <> '' AND NOT regexp_full_match(p.unit_text, $footnote) AS has_two_units
    FROM printed AS p LEFT JOIN broken AS b USING (rs)
    LEFT JOIN known_indicators AS i ON i.id = p.indicator
    LEFT JOIN unit_answer AS u ON u.label = coalesce(p.unit, nullif(p.unit_text, ''))
    LEFT JOIN unit_answer AS t ON t.label = nullif(p.unit_text, '')
),
fitted AS (
    SELECT *,
        CASE WHEN NOT has_indicator THEN 'unknown-indicator' WHEN NOT list_contains($measures, the_measure) THEN 'unknown-measure'
             WHEN NOT list_contains($kinds, the_kind) THEN 'unknown-kind' WHEN has_bad_breakdown THEN 'unknown-breakdown' END AS series_reason,
        CASE WHEN unit IS NULL AND coalesce(unit_text, '') = '' THEN 'no-unit'
             WHEN unit_status = 'ambiguous' THEN 'ambiguous-unit'
             WHEN unit_code IS NULL THEN 'unknown-unit'
             WHEN has_two_units AND text_code IS NULL AND NOT (text_status = 'ambiguous' AND list_contains(text_options, unit_code)) THEN 'unread-words'
             -- "12 %" in a column of households, "5 lớp" in one of schools; but "7 triệu đồng" in a column of VND/người, "giảm 2 %" in one of điểm %.
             WHEN has_two_units AND text_code <> unit_code AND NOT (kind_of_text = 'rate' AND kind_of_unit = 'points')
                  AND NOT (kind_of_unit = 'per_unit' AND (kind_of_text = 'count' OR starts_with(unit_code, concat(text_code, '/')))) THEN 'contradicting-units'
             WHEN scale IS NULL OR (unit_multiplier > 1 AND unit IS NOT NULL AND scale <> unit_multiplier AND (scale > 1 OR has_two_units)) THEN 'two-scales'
             WHEN NOT CASE the_measure
                 WHEN 'level' THEN kind_of_unit = CASE ind_kind WHEN 'ratio' THEN 'times' ELSE ind_kind END
                      OR (ind_kind = 'count' AND kind_of_unit IN ('weight', 'area')) OR (ind_kind IN ('weight', 'area') AND kind_of_unit = 'count')
                      -- A bill of every month: spending, but not of the whole period.
                      OR (ind_kind = 'money' AND unit_code = 'VND/tháng')
                 WHEN 'share' THEN kind_of_unit = 'rate'
                 WHEN 'plan_completion' THEN kind_of_unit IN ('rate', 'times')
                 WHEN 'plan_excess' THEN kind_of_unit IN (ind_kind, 'rate', 'points', 'times')
                 WHEN 'change_abs' THEN kind_of_unit = ind_kind OR (ind_kind = 'rate' AND kind_of_unit = 'points') OR (ind_kind = 'count' AND kind_of_unit IN ('weight', 'area'))
                 WHEN 'change_pct' THEN kind_of_unit IN ('rate', 'points')
                 WHEN 'change_pp' THEN kind_of_unit IN ('points', 'rate')
                 WHEN 'times' THEN kind_of_unit IN ('times', 'rate')
                 ELSE kind_of_unit <> 'multiplier' END THEN 'unit-does-not-fit' END AS unit_reason
    FROM placed
)
SELECT *,
       CASE WHEN scale IS NULL THEN 1 WHEN unit IS NULL OR unit_multiplier = 1 OR scale = unit_multiplier THEN text_multiplier
            WHEN scale = 1 THEN unit_multiplier ELSE 1 END::BIGINT AS factor,
       -- Trap: multiplied without asking, one absurd cell overflows and stops the run.
       1000000000000000000 // factor AS too_large,
       (series_reason IS NULL)::INTEGER AS series_candidates, (unit_reason IS NULL)::INTEGER AS unit_candidates,
       CASE WHEN series_reason IS NULL AND unit_reason IS NULL
            THEN dense_rank() OVER (ORDER BY indicator, the_measure, array_to_string(tokens, ';'), the_kind, unit_code)::INTEGER END AS sid
FROM fitted
