-- Which rows were refused, whole, and why?
SELECT
    figure_id::VARCHAR AS figure_id, source_id, line, locator, indicator, measure, breakdown, ref_area, time_period, obs_kind, text, unit, note,
    list_sort(rules) AS rules, list_sort(finding_ids::VARCHAR[]) AS finding_ids, reason_vi, reason_en
FROM quarantine
ORDER BY source_id, line, figure_id
