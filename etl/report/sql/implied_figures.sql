-- What follows from the printed figures?  Computed, never reported, never evidence.  `told` is the row as the report tells it, its keys in
-- alphabetical order.
WITH each_with_its_members AS (
    SELECT
        i.implied_id, list(o.text ORDER BY o.text) FILTER (WHERE o.hedge <> 'exact') AS hedged,
        min(o.period_start) FILTER (WHERE o.time_period = i.time_period)::VARCHAR AS period_start
    FROM (SELECT implied_id, time_period, unnest(member_ids) AS member_id FROM implied_figures) AS i
    JOIN observations AS o ON o.figure_id = i.member_id
    GROUP BY i.implied_id
)
SELECT to_json({
    'area_vintage': i.area_vintage, 'breakdown': i.breakdown, 'formula': i.formula, 'hedged': coalesce(m.hedged, []), 'implied_id': i.implied_id,
    'indicator': i.indicator, 'lower_bound': i.lower_bound, 'measure': i.measure, 'member_ids': list_sort(i.member_ids::VARCHAR[]), 'obs_kind': i.obs_kind,
    'obs_status': i.obs_status, 'period_start': m.period_start, 'ref_area': i.ref_area, 'time_period': i.time_period, 'unit_measure': i.unit_measure,
    'upper_bound': i.upper_bound, 'value': i.obs_value, 'what': i.what
})::VARCHAR AS told
FROM implied_figures AS i
LEFT JOIN each_with_its_members AS m USING (implied_id)
ORDER BY i.indicator, i.implied_id
