-- What was found, with both sides, and every figure that takes part?  One row per finding; `told` is the row as the report tells it.
-- The gravest come first, and of one gravity one of each rule before a second of any: a rule that fires a thousand times must not hide the others.
-- Run ids (first_seen) stay out: identical content must give identical bytes.
WITH each_finding_with_its_members AS (
    SELECT
        m.finding_id,
        -- Keys in alphabetical order, as in the rest of the JSON report.
        list({
            'area_name': o.area_name, 'breakdown': m.breakdown, 'figure_id': m.figure_id, 'indicator': m.indicator, 'line': m.line, 'locator': m.locator,
            'lower_bound': o.lower_bound, 'measure': m.measure, 'obs_kind': m.obs_kind, 'observation_id': m.observation_id,
            'original_text': o.original_text, 'period_start': o.period_start, 'position': m.position,
            'ref_area': m.ref_area, 'role': m.role, 'source_id': m.source_id, 'text': m.text, 'time_period': m.time_period, 'unit': m.unit,
            'unit_measure': o.unit_measure, 'upper_bound': o.upper_bound, 'value': o.obs_value
        } ORDER BY m.position) AS members
    FROM finding_members AS m
    -- Trap: a quarantined member has no observation; an inner join would take it out of its own finding.
    LEFT JOIN observations AS o ON o.observation_id = m.observation_id
    GROUP BY m.finding_id
),
each_finding AS (
    SELECT
        f.*, r.kind, r.label_vi, r.label_en, coalesce(e.members, []) AS members,
        CASE f.severity WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END AS gravity,
        f.verdict <> 'fail' AS is_open_question,
        f.state <> 'new' AS is_old
    FROM findings AS f
    LEFT JOIN rules AS r ON r.rule = f.rule
    LEFT JOIN each_finding_with_its_members AS e ON e.finding_id = f.finding_id
),
ranked AS (
    SELECT *, row_number() OVER (PARTITION BY waived, gravity, is_open_question, rule ORDER BY is_old, key, finding_id) AS turn_of_rule
    FROM each_finding
)
SELECT
    finding_id::VARCHAR AS finding_id, rule, severity, verdict, state, waived, cause, len(members)::INTEGER AS figures,
    -- Two documents may hold the same locator: the cause lies in the one whose member stands there.
    list_min(list_transform(list_filter(members, lambda m : m.locator = cause), lambda m : m.source_id)) AS cause_source_id,
    to_json({
        'actual': actual, 'cause': cause, 'code': code, 'expected': expected, 'finding_id': finding_id, 'gap': gap, 'hypotheses': hypotheses::JSON,
        'key': key, 'kind': kind, 'label_en': label_en, 'label_vi': label_vi, 'members': members, 'message_en': message_en, 'message_vi': message_vi,
        'rule': rule, 'severity': severity, 'state': state, 'tolerance': tolerance, 'verdict': verdict, 'waived': waived
    })::VARCHAR AS told
FROM ranked
ORDER BY waived, gravity, is_open_question, turn_of_rule, is_old, rule, key, finding_id
