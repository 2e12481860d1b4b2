-- Every row read, with its codes as numbers and no text: what it printed is found again by n in printed_row.  The multiplier of a unit ("triệu đồng" in
-- the unit column) is applied like a printed one; series.sql says where both speak.
WITH noted AS (
    SELECT nn, note, tag, order_tag, vs, of_what, status, is_expected, base_label, is_related FROM note_raw
),
coded AS (
    SELECT r.n, r.file_no, r.line, r.folder, r.direction, r.is_negative, r.hedge, r.decimals, s.rs, s.sid, p.rp, p.pid, a.ra, ad.aid, nt.nn, nt.tag, nt.order_tag, nt.vs, nt.of_what,
           -- "ước" in the note or in the text itself. What is only expected is an estimate of what is; a plan or a target always is expected.
           CASE WHEN s.the_kind = 'actual' AND (r.is_estimate OR nt.is_expected) THEN 'E' ELSE coalesce(nt.status, 'A') END AS status, coalesce(bp.pid, 0) AS base_pid,
           -- What a change, a gap or a share refers to belongs to its key: against last year and against last quarter are two facts; base=2022 and
           -- base=năm 2022 are one.
           CASE WHEN nt.base_label IS NULL AND nt.vs IS NULL AND nt.of_what IS NULL THEN 0::UBIGINT ELSE hash(coalesce(bp.canonical, nt.base_label), nt.vs, nt.of_what) END AS facet,
           s.kind_of_unit AS unit_kind, s.unit_code, s.the_measure AS measure_code, s.the_kind AS kind_code,
           CASE WHEN nt.is_related THEN 'related' WHEN r.refusal = 'missing' THEN 'missing_value' END AS excluded,
           CASE WHEN r.refusal IS NOT NULL THEN r.refusal
                WHEN r.direction <> 0 AND NOT r.is_negative AND s.the_measure IN ('level', 'share', 'per_unit', 'plan_completion') THEN 'direction-on-level'
                WHEN coalesce(r.upper, r.value) >= s.too_large THEN 'too-large' END AS refusal,
           CASE WHEN coalesce(r.upper, r.value) < s.too_large THEN s.factor END AS times,
           r.value * times AS value, r.upper * times AS upper, r.ulp * times AS ulp, r.granule * times AS granule, r.multiplier * times AS multiplier
    FROM reading AS r
    JOIN series_raw AS s ON s.indicator IS NOT DISTINCT FROM r.indicator AND s.measure IS NOT DISTINCT FROM r.measure AND s.breakdown IS NOT DISTINCT FROM r.breakdown
     AND s.obs_kind IS NOT DISTINCT FROM r.obs_kind AND s.unit IS NOT DISTINCT FROM r.unit AND s.unit_text IS NOT DISTINCT FROM r.unit_text
     AND s.multiplier IS NOT DISTINCT FROM r.multiplier
    JOIN period_raw AS p ON p.folder = r.folder AND p.label IS NOT DISTINCT FROM r.time_period AND p.obs_kind = s.the_kind AND p.is_school = (coalesce(s.programme, '') = 'education')
    JOIN area_raw AS a ON a.folder = r.folder AND a.label IS NOT DISTINCT FROM r.ref_area AND a.vintage IS NOT DISTINCT FROM p.vintage
    LEFT JOIN ad ON a.reason IS NULL AND ad.vintage = coalesce(a.answer_vintage, '') AND ad.level = a.level AND ad.code = a.code
    LEFT JOIN noted AS nt ON nt.note = r.note
    LEFT JOIN base_period AS bp ON bp.label = nt.base_label AND bp.is_school = p.is_school
)
SELECT * FROM coded
