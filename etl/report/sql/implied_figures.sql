-- What follows from the printed figures?  Computed, never reported, never evidence.
WITH each_with_its_members AS (
    SELECT
        i.implied_id, list(o.text ORDER BY o.text) FILTER (WHERE o.hedge <> 'exact') AS hedged,
        min(o.period_start) FILTER (WHERE o.time_period = i.time_period)::VARCHAR AS period_start
    FROM (SELECT implied_id, time_period, unnest(member_ids) AS member_id FROM implied_figures) AS i
    JOIN observations AS o ON o.figure_id = i.member_id
    GROUP BY i.implied_id
)
SELECT
    i.implied_id::VARCHAR AS implied_id, i.what, i.indicator, i.measure, i.breakdown, i.ref_area, i.area_vintage, i.time_period, m.period_start, i.obs_kind,
    i.obs_value AS value, i.lower_bound, i.upper_bound, i.unit_measure, i.formula, coalesce(m.hedged, []) AS hedged,
    list_sort(i.member_ids::VARCHAR[]) AS member_ids, i.obs_status
FROM implied_figures AS i
LEFT JOIN each_with_its_members AS m USING (implied_id)
ORDER BY i.indicator, i.implied_id
