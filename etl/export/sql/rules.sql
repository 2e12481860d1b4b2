-- What did each rule look at, and how did it end?
SELECT
    q.rule, q.label_vi AS label, said('severity', q.severity) AS severity, said('rule_state', q.outcome) AS outcome, q.seen, q.applicable, q.passed, q.failed,
    q.unverifiable, round(q.coverage * 100, 1) AS coverage_pct, q.open_findings, r.rationale
FROM data_quality AS q
JOIN rules AS r ON r.rule = q.rule
ORDER BY q.rule
