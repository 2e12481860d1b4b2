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
each_series AS (
    SELECT DISTINCT g.indicator, g.breakdown, l.programme
    FROM each_group AS g
    JOIN programme_lists_indicator AS l ON l.indicator = g.indicator
),
-- A breakdown names a programme by its id (scheme=temporary_housing), or by what programmes.breakdowns lists (beneficiary=merit_people).
-- Trap: houses of the temporary-housing scheme for poor households belong to that scheme; an id outweighs what is listed.
each_series_with_the_programmes_it_names AS (
    SELECT s.*, list_contains(list_transform(string_split(s.breakdown, ';'), lambda part : split_part(part, '=', 2)), p.id) AS by_id
    FROM each_series AS s
    JOIN programmes AS p ON p.id = s.programme
    WHERE s.breakdown IS NOT NULL AND (by_id OR list_has_any(string_split(s.breakdown, ';'), string_split(p.breakdowns, '|')))
    QUALIFY by_id OR NOT bool_or(by_id) OVER (PARTITION BY s.indicator, s.breakdown)
),
-- Trap: several programmes share indicators ("houses supported"). A figure whose breakdown names one of them belongs to that one, and to
-- the home of the indicator (indicators.programme), but to none of their neighbours.
series_of_programme AS (
    SELECT s.programme, s.indicator, s.breakdown
    FROM each_series AS s
    WHERE NOT EXISTS (
        SELECT 1 FROM each_series_with_the_programmes_it_names AS n WHERE n.indicator = s.indicator AND n.breakdown = s.breakdown
    ) OR EXISTS (
        SELECT 1 FROM indicators AS home WHERE home.id = s.indicator AND home.programme = s.programme
    ) OR EXISTS (
        SELECT 1 FROM each_series_with_the_programmes_it_names AS n
        WHERE n.indicator = s.indicator AND n.breakdown = s.breakdown AND n.programme = s.programme
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
-- Only the order passes through the window, of the groups that can reach the page; the wide rows are fetched for what is left of them, by
-- their place in the file: a join by id would read all of it once more.
ranked AS (
    SELECT
        g.programme, o.rowid AS row_no, g.of_total,
        row_number() OVER (
            PARTITION BY g.programme
            ORDER BY g.level_rank, o.period_end DESC NULLS LAST, length(coalesce(o.breakdown, '')), o.indicator, o.breakdown NULLS FIRST, o.observation_id
        ) AS importance
    FROM observations AS o
    JOIN each_group_of_a_programme AS g
      ON g.indicator = o.indicator AND g.breakdown IS NOT DISTINCT FROM o.breakdown AND g.area_level = o.area_level
     AND g.period_end IS NOT DISTINCT FROM o.period_end
    WHERE coalesce(g.more_important, 0) < $most
),
-- Trap: of `ranked` millions are expected, and all figures would go into the hash table of the last join; of one list, one row is.
most_important AS (
    SELECT unnest(list({'programme': programme, 'of_total': of_total, 'row_no': row_no}), recursive := true) FROM ranked WHERE importance <= $most
)
SELECT
    r.programme, r.of_total::BIGINT AS of_total, o.observation_id::VARCHAR AS observation_id, o.indicator, o.measure, o.breakdown, o.ref_area, o.area_vintage, o.area_level,
    o.area_name, o.time_period, o.period_start::VARCHAR AS period_start, o.period_end::VARCHAR AS period_end, o.obs_kind, o.obs_value AS value, o.lower_bound, o.upper_bound, o.hedge,
    o.unit_measure, o.obs_status, o.is_suspect, o.text, o.original_text, o.source_id, o.line, o.locator, o.note
FROM most_important AS r
JOIN observations AS o ON o.rowid = r.row_no
ORDER BY
    r.programme, o.indicator, o.measure, o.breakdown NULLS FIRST, o.area_vintage, o.ref_area, o.period_end NULLS LAST, o.time_period, o.obs_kind,
    o.observation_id
