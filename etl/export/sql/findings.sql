-- What did the rules find?  One row per finding, the open contradictions first, with the printed texts it is about.
WITH each_finding_with_its_print AS (
    -- A corrected figure is judged as corrected; here stands what is printed, and what it was read as.
    SELECT m.finding_id, string_agg(concat(coalesce(o.original_text, m.text), ' (', concat_ws(', ', 'đính chính thành ' || CASE WHEN o.original_text IS NOT NULL THEN o.text END,
                                                                                             m.source_id, 'dòng ' || m.line, m.locator), ')'), '; ' ORDER BY m.position) AS printed
    FROM finding_members AS m
    LEFT JOIN observations AS o ON o.observation_id = m.observation_id
    GROUP BY m.finding_id
)
SELECT
    f.rule, r.label_vi AS label, CASE WHEN f.verdict = 'unverifiable' THEN said('severity', 'unverifiable') ELSE said('severity', f.severity) END AS severity,
    said('state', f.state) AS state, f.waived, f.message_vi AS message, coalesce(s.expected, f.expected) AS expected,
    coalesce(s.actual, f.actual) AS actual, f.gap, f.tolerance, m.printed, f.cause, f.finding_id::VARCHAR AS finding_id
FROM findings AS f
LEFT JOIN rules AS r ON r.rule = f.rule
LEFT JOIN each_finding_with_its_print AS m ON m.finding_id = f.finding_id
LEFT JOIN sides_told AS s ON s.finding_id = f.finding_id::VARCHAR
ORDER BY f.verdict <> 'fail', f.waived, list_position(['error', 'warning', 'info'], f.severity), f.rule, f.key, f.finding_id
