-- Which figures are published, in the words of people?  Each with what it says of itself, its marks, and where it is printed.
WITH each_claim_and_the_first_of_its_key AS (
    SELECT o.*, s.published, s.title,
           first_value(s.published) OVER one_key AS first_published,
           first_value((o.obs_value, o.lower_bound, o.upper_bound)) OVER one_key AS first_printed
    FROM observations AS o
    JOIN sources AS s ON s.source_id = o.source_id
    WINDOW one_key AS (
        PARTITION BY o.indicator, o.measure, o.breakdown, o.area_level, o.area_vintage, o.ref_area, o.time_period, o.obs_kind, o.unit_measure
        ORDER BY s.published NULLS LAST, o.source_id, o.line
    )
)
SELECT
    p.name_vi AS programme, i.name_vi AS indicator, said('measure', o.measure) AS measure, b.name AS breakdown, o.area_name AS place, o.area_vintage AS vintage,
    -- Trap: a spreadsheet shows 2025-08 as Aug-25.
    CASE WHEN regexp_full_match(o.time_period, '[0-9]{4}-[0-9]{2}') THEN concat('tháng ', month(o.period_start), '/', year(o.period_start))
         WHEN regexp_full_match(o.time_period, '[0-9]{4}-[0-9]{2}-[0-9]{2}') THEN strftime(o.period_start, 'ngày %d/%m/%Y')
         ELSE o.time_period END AS period,
    said('obs_kind', o.obs_kind) AS kind,
    coalesce(o.original_text, o.text) AS text, CASE WHEN o.original_text IS NOT NULL THEN o.text END AS corrected, o.obs_value, o.lower_bound, o.upper_bound, o.unit_measure AS unit,
    nullif(concat_ws(' ',
        CASE WHEN o.obs_status = 'E' THEN '[e]' END,
        CASE WHEN o.obs_status = 'P' THEN '[p]' END,
        -- Trap: one source that prints a figure twice revises nothing; only what a later source prints otherwise is a revision.
        CASE WHEN o.time_period IS NOT NULL AND o.published > o.first_published AND (o.obs_value, o.lower_bound, o.upper_bound) IS DISTINCT FROM o.first_printed THEN '[r]' END,
        CASE WHEN o.obs_status = 'B' OR o.observation_id IN (SELECT observation_id FROM series_with_breaks) THEN '[b]' END,
        CASE WHEN o.is_suspect OR o.obs_status = 'U' THEN '[u]' END
    ), '') AS marks,
    o.title AS document, o.source_id AS source, o.line, o.locator, o.note, o.indicator AS indicator_id, o.observation_id::VARCHAR AS observation_id
FROM each_claim_and_the_first_of_its_key AS o
LEFT JOIN indicators AS i ON i.id = o.indicator
LEFT JOIN programmes AS p ON p.id = i.programme
LEFT JOIN breakdown_names AS b ON b.breakdown = o.breakdown
ORDER BY p.name_vi NULLS LAST, i.name_vi, o.area_name, o.area_vintage, o.period_end NULLS FIRST, o.time_period, o.measure, o.breakdown NULLS FIRST, o.observation_id
