-- What did each rule see and say?  One row per rule, declared or run.
WITH each_rule_with_its_open_findings AS (
    SELECT
        rule, count(*) FILTER (WHERE NOT waived) AS open_findings, count(*) FILTER (WHERE waived) AS waived_findings,
        -- Trap: a rule of errors may have found nothing worse than a cut decimal; it is shown as grave as what it found.
        min_by(severity, list_position(['error', 'warning', 'info'], severity)) FILTER (WHERE verdict = 'fail' AND NOT waived) AS gravest
    FROM findings
    GROUP BY rule
)
SELECT
    coalesce(r.rule, t.rule) AS rule, r.kind, r.label_vi, r.label_en, r.severity, coalesce(r.gate, false) AS gate, r.rationale_vi, r.rationale_en, r.fact, r.min_coverage,
    -- Trap: a rule without a result row has not "passed 0 of 0"; it never applied, and prints as a dash like all the others that never applied.
    coalesce(t.seen, 0) AS seen, coalesce(t.applicable, 0) AS applicable, coalesce(t.passed, 0) AS passed, coalesce(t.failed, 0) AS failed,
    coalesce(t.unverifiable, 0) AS unverifiable, coalesce(t.not_applicable, 0) AS not_applicable, coalesce(t.errors, 0) AS errors, t.coverage,
    coalesce(f.open_findings, 0) AS open_findings, coalesce(f.waived_findings, 0) AS waived_findings, f.gravest
FROM rules AS r
FULL JOIN rule_results AS t ON t.rule = r.rule
LEFT JOIN each_rule_with_its_open_findings AS f ON f.rule = coalesce(r.rule, t.rule)
ORDER BY coalesce(r.rule, t.rule)
