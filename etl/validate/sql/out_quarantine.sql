-- Refused rows exactly as they came, with the rules and findings that refused them.
CREATE OR REPLACE VIEW out.quarantine AS
SELECT i.figure_id, files.source_id, r.line, r.locator, r.indicator, r.measure, r.breakdown, r.ref_area, r.time_period, r.obs_kind, r.value AS text, r.unit, r.note,
       coalesce(w.rules, ['C00']) AS rules, coalesce(w.finding_ids, []::UUID[]) AS finding_ids, coalesce(w.reason_vi, '') AS reason_vi, coalesce(w.reason_en, '') AS reason_en
FROM disposition AS d JOIN not_published AS i USING (n) JOIN raw_rows AS r ON r.rowid = d.n JOIN files ON files.file_no = d.file_no
LEFT JOIN (
    SELECT n, list(rule ORDER BY rule, finding_id) AS rules, list(finding_id ORDER BY rule, finding_id) AS finding_ids,
           string_agg(message_vi, ' ' ORDER BY rule, finding_id) AS reason_vi, string_agg(message_en, ' ' ORDER BY rule, finding_id) AS reason_en
    FROM out.refused_by GROUP BY n) AS w ON w.n = d.n
WHERE d.ended = 'quarantined'
UNION ALL
SELECT md5(concat_ws(chr(31), files.source_id, a.line, a.text))::UUID, files.source_id, a.line, NULL, NULL, NULL, NULL, NULL, NULL, NULL, a.text, NULL, NULL,
       ['D12'], coalesce((SELECT list(finding_id) FROM out.findings WHERE rule = 'D12' AND key = files.source_id), []::UUID[]), 'Bản ghi có ' || coalesce(a.fields::VARCHAR, '?') || ' cột, cần ' || a.expected, 'The record has ' || coalesce(a.fields::VARCHAR, '?') || ' fields, ' || a.expected || ' are needed'
FROM raw_set_aside AS a JOIN files USING (file_no)
