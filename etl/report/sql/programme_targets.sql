-- Which plans and targets are set, and how does the latest actual figure of the same series stand beside each?
-- The view `targets` knows which figures may stand side by side; here it is only asked.
SELECT
    t.goal_observation_id::VARCHAR AS observation_id, t.indicator, t.measure, t.breakdown, t.ref_area, t.area_vintage, t.area_name, t.obs_kind, t.unit_measure,
    t.goal_period AS time_period, o.period_start::VARCHAR AS period_start, a.period_start::VARCHAR AS actual_start, t.goal_text AS text, t.goal_value AS value, t.goal_lower AS lower_bound, t.goal_upper AS upper_bound,
    t.actual_observation_id::VARCHAR AS actual_id, t.actual_period, t.actual_text, t.actual_value, t.actual_lower, t.actual_upper, t.actual_is_suspect,
    t.gap, t.not_comparable_vi, t.not_comparable_en, o.source_id, o.line, o.locator
FROM targets AS t
JOIN observations AS o ON o.observation_id = t.goal_observation_id
LEFT JOIN observations AS a ON a.observation_id = t.actual_observation_id
WHERE t.goal_observation_id IN (SELECT unnest($goals::UUID[]))
ORDER BY t.goal_observation_id
