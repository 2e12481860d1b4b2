-- Which rows were refused, whole, and why?  `told` is the row as the report tells it, its keys in alphabetical order.
SELECT to_json({
    'breakdown': breakdown, 'figure_id': figure_id, 'finding_ids': list_sort(finding_ids), 'indicator': indicator, 'line': line, 'locator': locator,
    'measure': measure, 'note': note, 'obs_kind': obs_kind, 'reason_en': reason_en, 'reason_vi': reason_vi, 'ref_area': ref_area,
    'rules': list_sort(rules), 'source_id': source_id, 'text': text, 'time_period': time_period, 'unit': unit
})::VARCHAR AS told
FROM quarantine
ORDER BY source_id, line, figure_id
