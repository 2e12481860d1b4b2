-- Which published figures belong to each programme?  At most $most of each, and how many there are.
WITH programme_lists_indicator AS (
    SELECT id AS programme, unnest(string_split(indicators, '|')) AS indicator FROM programmes WHERE indicators IS NOT NULL
    UNION
    SELECT programme, id FROM indicators
),
-- A million figures fall into some thousand groups that differ in what the order looks at; only those are counted and ordered for every programme.
each_group AS (
    SELECT
        indicator, breakdown, area_level, period_end, count(*) AS figures,
        CASE area_level WHEN 'country' THEN 0 WHEN 'region' THEN 1 WHEN 'province' THEN 2 WHEN 'district' THEN 3 ELSE 4 END AS level_rank
    FROM observations
    GROUP BY indicator, breakdown, area_level, period_end
),
each_breakdown_with_the_programmes_it_names AS (
    SELECT b.breakdown, p.id AS programme
    FROM (SELECT DISTINCT breakdown FROM each_group WHERE breakdown IS NOT NULL) AS b
    JOIN programmes AS p ON list_contains(list_transform(string_split(b.breakdown, ';'), lambda part : split_part(part, '=', 2)), p.id)
),
-- Trap: several programmes share indicators ("houses supported"). A figure whose breakdown names one of them belongs to that one, and to
-- the home of the indicator (indicators.programme), but to none of their neighbours.
series_of_programme AS (
    SELECT l.programme, s.indicator, s.breakdown
    FROM (SELECT DISTINCT indicator, breakdown FROM each_group) AS s
    JOIN programme_lists_indicator AS l ON l.indicator = s.indicator
    WHERE NOT EXISTS (
        SELECT 1 FROM each_breakdown_with_the_programmes_it_names AS n
        JOIN programme_lists_indicator AS other ON other.programme = n.programme AND other.indicator = s.indicator
        WHERE n.breakdown = s.breakdown
    ) OR EXISTS (
        SELECT 1 FROM indicators AS home WHERE home.id = s.indicator AND home.programme = l.programme
    ) OR EXISTS (
        SELECT 1 FROM each_breakdown_with_the_programmes_it_names AS n WHERE n.breakdown = s.breakdown AND n.programme = l.programme
    )
),
each_group_of_a_programme AS (
    SELECT
        p.programme, g.*, sum(g.figures) OVER (PARTITION BY p.programme) AS of_total,
        sum(g.figures) OVER (
            PARTITION BY p.programme
            ORDER BY g.level_rank, g.period_end DESC NULLS LAST, length(coalesce(g.breakdown, '')), g.indicator, g.breakdown NULLS FIRST
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS more_important
    FROM each_group AS g
    JOIN series_of_programme AS p ON p.indicator = g.indicator AND p.breakdown IS NOT DISTINCT FROM g.breakdown
),
-- Only keys and the order pass through the window, of the groups that can reach the page; the wide rows join what is left of them.
ranked AS (
    SELECT
        g.programme, o.observation_id, g.of_total,
        row_number() OVER (
            PARTITION BY g.programme
            ORDER BY g.level_rank, o.period_end DESC NULLS LAST, length(coalesce(o.breakdown, '')), o.indicator, o.breakdown NULLS FIRST, o.observation_id
        ) AS importance
    FROM observations AS o
    JOIN each_group_of_a_programme AS g
      ON g.indicator = o.indicator AND g.breakdown IS NOT DISTINCT FROM o.breakdown AND g.area_level = o.area_level
     AND g.period_end IS NOT DISTINCT FROM o.period_end
    WHERE coalesce(g.more_important, 0) < $most
)
SELECT
    r.programme, r.of_total::BIGINT AS of_total, o.observation_id::VARCHAR AS observation_id, o.indicator, o.measure, o.breakdown, o.ref_area, o.area_vintage, o.area_level,
    o.area_name, o.time_period, o.period_end::VARCHAR AS period_end, o.obs_kind, o.obs_value AS value, o.lower_bound, o.upper_bound, o.hedge,
    o.unit_measure, o.obs_status, o.is_suspect, o.text, o.original_text, o.source_id, o.line, o.locator, o.note
FROM ranked AS r
JOIN observations AS o ON o.observation_id = r.observation_id
WHERE r.importance <= $most
ORDER BY
    r.programme, o.indicator, o.measure, o.breakdown NULLS FIRST, o.area_vintage, o.ref_area, o.period_end NULLS LAST, o.time_period, o.obs_kind,
    o.observation_id
