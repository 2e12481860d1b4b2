-- Which rows were refused, and why?  Everything as it was written.
SELECT
    q.reason_vi AS reason, array_to_string(q.rules, ', ') AS rules, q.text, q.unit, q.indicator, q.measure, coalesce(b.name, q.breakdown) AS breakdown,
    q.ref_area AS place, q.time_period AS period, q.obs_kind AS kind, q.source_id AS source, q.line, q.locator, q.note, q.figure_id::VARCHAR AS figure_id
FROM quarantine AS q
LEFT JOIN breakdown_names AS b ON b.breakdown = q.breakdown
ORDER BY q.source_id, q.line, q.figure_id
