-- What did each rule look at, and how did it end?
SELECT
    q.rule, q.label_vi AS label, said('severity', q.severity) AS severity,
    CASE q.outcome WHEN 'passed' THEN 'đạt' WHEN 'failed' THEN 'không đạt' WHEN 'never_applied' THEN 'chưa áp dụng' WHEN 'undecided' THEN 'chưa kết luận được'
                   WHEN 'low_coverage' THEN 'độ phủ thấp' WHEN 'broken' THEN 'quy tắc bị lỗi' WHEN 'not_run' THEN 'không chạy' END AS outcome,
    q.seen, q.applicable, q.passed, q.failed,
    q.unverifiable, round(q.coverage * 100, 1) AS coverage_pct, q.open_findings
FROM data_quality AS q
ORDER BY q.rule
