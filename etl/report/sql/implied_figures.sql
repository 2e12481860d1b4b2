-- What follows from the printed figures?  Computed, never reported, never evidence.
SELECT
    implied_id::VARCHAR AS implied_id, what, indicator, measure, breakdown, ref_area, area_vintage, time_period, obs_kind, obs_value AS value,
    lower_bound, upper_bound, unit_measure, formula, list_sort(member_ids::VARCHAR[]) AS member_ids, obs_status
FROM implied_figures
ORDER BY indicator, implied_id
