-- What was found, with both sides, and every figure that takes part?  One row per finding, the gravest first.
-- Run ids (first_seen) stay out: identical content must give identical bytes.
WITH each_finding_with_its_members AS (
    SELECT
        m.finding_id,
        list({
            'position': m.position, 'role': m.role, 'text': m.text, 'unit': m.unit,
            'indicator': m.indicator, 'measure': m.measure, 'breakdown': m.breakdown, 'ref_area': m.ref_area, 'area_name': o.area_name,
            'time_period': m.time_period, 'obs_kind': m.obs_kind,
            'value': o.obs_value, 'lower_bound': o.lower_bound, 'upper_bound': o.upper_bound, 'unit_measure': o.unit_measure,
            'source_id': m.source_id, 'line': m.line, 'locator': m.locator,
            'figure_id': m.figure_id::VARCHAR, 'observation_id': m.observation_id::VARCHAR
        } ORDER BY m.position) AS members
    FROM finding_members AS m
    -- Trap: a quarantined member has no observation; an inner join would take it out of its own finding.
    LEFT JOIN observations AS o ON o.observation_id = m.observation_id
    GROUP BY m.finding_id
)
SELECT
    f.finding_id::VARCHAR AS finding_id, f.rule, r.kind, r.label_vi, r.label_en, f.severity, f.verdict, f.code, f.key,
    f.message_vi, f.message_en, f.expected, f.actual, f.gap, f.tolerance, f.hypotheses, f.cause, f.state, f.waived,
    coalesce(e.members, []) AS members
FROM findings AS f
LEFT JOIN rules AS r ON r.rule = f.rule
LEFT JOIN each_finding_with_its_members AS e ON e.finding_id = f.finding_id
ORDER BY
    f.waived,
    CASE f.severity WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END,
    CASE f.verdict WHEN 'fail' THEN 0 ELSE 1 END,
    CASE f.state WHEN 'new' THEN 0 ELSE 1 END,
    f.rule, f.key, f.finding_id
