-- How are figures compared when words leave their bounds open, and how does a series go on when places merge?

-- Is a above b whatever the words leave open?  NULL is an open end, so it never proves anything.
CREATE MACRO surely_gt(a_lower, b_upper) AS coalesce(a_lower > b_upper, false);
COMMENT ON MACRO surely_gt IS
'surely_gt(cận dưới a, cận trên b): a chắc chắn lớn hơn b; cận trống là không có cận | surely_gt(lower bound of a, upper bound of b): a is above b whatever the words leave open';

-- Can a and b be one number?  Intervals that share a point, an end point too, can.
CREATE MACRO possibly_eq(a_lower, a_upper, b_lower, b_upper) AS coalesce(a_lower <= b_upper, true) AND coalesce(b_lower <= a_upper, true);
COMMENT ON MACRO possibly_eq IS
'possibly_eq(cận dưới a, cận trên a, cận dưới b, cận trên b): hai số có thể bằng nhau | possibly_eq(lower a, upper a, lower b, upper b): both can be the same number';

-- What is the series of a place, with its borders of a given day, through mergers?
-- The place is sought by name (or code) in the list in force on `as_of`: the full name first, then the name without its type word at the highest
-- level that has it; several places of one name are all told, each under its own code. Earlier figures come from the places it was made of:
-- counts and money are added when all of them lie wholly in it and all have a figure; rates give the range of their values; else NULL and a reason.
-- Trap: in here `name` and `as_of` mean the parameters, in the views that are read too: no view of theirs may have a column of that name.
CREATE MACRO area_series(name, as_of) AS TABLE
WITH RECURSIVE asked AS (
    SELECT lower(nfc_normalize(trim(CAST(name AS VARCHAR)))) AS label,
           -- Trap: '2025' sorts before '2025-01'. A year means its last day, a month its last day.
           CASE length(CAST(as_of AS VARCHAR)) WHEN 4 THEN CAST(as_of AS VARCHAR) || '-12-31' WHEN 7 THEN CAST(as_of AS VARCHAR) || '-31' ELSE CAST(as_of AS VARCHAR) END AS day
),
list_in_force AS (
    SELECT coalesce(max(l.vintage) FILTER (WHERE l.vintage <= q.day), min(l.vintage)) AS vintage
    FROM (SELECT DISTINCT areas.vintage FROM areas) AS l, asked AS q
),
-- The country and regions are in no list; they are sought among what sources speak of, under the list in force or the last before it.
each_wide_place AS (
    SELECT w.level, w.code, arg_max(w.label, w.vintage) AS label, coalesce(max(w.vintage) FILTER (WHERE w.vintage <= q.day), min(w.vintage)) AS vintage
    FROM (SELECT DISTINCT area_level, ref_area, area_name, area_vintage FROM observations WHERE area_level IN ('country', 'region') AND area_vintage IS NOT NULL)
             AS w(level, code, label, vintage), asked AS q
    GROUP BY w.level, w.code
),
each_place AS (
    SELECT a.vintage, a.level, a.code, a.name AS label FROM areas AS a, list_in_force AS v WHERE a.vintage = v.vintage
    UNION ALL
    SELECT w.vintage, w.level, w.code, w.label FROM each_wide_place AS w
),
named AS (
    SELECT a.vintage, a.level, a.code, a.label,
           CASE WHEN lower(nfc_normalize(a.label)) = q.label THEN 0
                ELSE list_position(['country', 'region', 'province', 'district', 'commune'], a.level) END AS nearness
    FROM each_place AS a, asked AS q
    WHERE lower(nfc_normalize(a.label)) = q.label OR lower(a.code) = q.label OR (a.level = 'country' AND q.label IN ('cả nước', 'toàn quốc'))
       OR regexp_replace(lower(nfc_normalize(a.label)), '^(tỉnh|thành phố|thị xã|thị trấn|quận|huyện|xã|phường|đặc khu) ', '') = q.label
),
steps AS MATERIALIZED (
    FROM _area_steps
),
place AS (
    SELECT n.* FROM named AS n QUALIFY n.nearness = min(n.nearness) OVER ()
),
made_of AS (
    SELECT p.vintage AS at_vintage, p.level AS at_level, p.code AS at_code, p.vintage, p.level, p.code, true AS is_whole
    FROM place AS p
    UNION
    SELECT m.at_vintage, m.at_level, m.at_code, s.old_vintage, s.old_level, s.old_code, m.is_whole AND s.is_whole
    FROM made_of AS m
    JOIN steps AS s ON s.new_vintage = m.vintage AND s.new_level = m.level AND s.new_code = m.code
),
became AS (
    SELECT p.vintage AS at_vintage, p.level AS at_level, p.code AS at_code, p.vintage, p.level, p.code, true AS is_same
    FROM place AS p
    UNION
    SELECT b.at_vintage, b.at_level, b.at_code, s.new_vintage, s.new_level, s.new_code, b.is_same AND s.is_whole AND s.parts_of_new = 1
    FROM became AS b
    JOIN steps AS s ON s.old_vintage = b.vintage AND s.old_level = b.level AND s.old_code = b.code
),
relatives AS (
    SELECT m.at_vintage, m.at_level, m.at_code, m.vintage, m.level, m.code, bool_and(m.is_whole) AS is_whole, true AS is_past FROM made_of AS m GROUP BY ALL
    UNION ALL
    SELECT b.at_vintage, b.at_level, b.at_code, b.vintage, b.level, b.code, bool_and(b.is_same) AS is_whole, false AS is_past
    FROM became AS b
    WHERE b.vintage > b.at_vintage
    GROUP BY ALL
),
each_relative AS (
    SELECT r.*, count(*) OVER (PARTITION BY r.at_vintage, r.at_level, r.at_code, r.vintage) AS places_needed, coalesce(p.first_code, r.code) AS first_code,
           coalesce(p.first_level, r.level) = 'province' AND coalesce(p.first_vintage, r.vintage) = (SELECT min(l.vintage) FROM areas AS l) AS is_first
    FROM relatives AS r
    LEFT JOIN _same_places AS p ON p.vintage = r.vintage AND p.level = r.level AND p.code = r.code
),
-- Trap: the borders of a province can change while its code and its list stay: Hà Nội on 1 August 2008.
each_change_of_borders AS (
    SELECT b.province_code, b.valid_from, CAST(b.valid_from AS VARCHAR) > q.day AS is_ahead FROM breaks AS b, asked AS q WHERE b.province_code IS NOT NULL
),
each_best_figure AS (
    SELECT r.at_vintage, r.at_level, r.at_code, r.is_whole, r.is_past, r.places_needed, o.*,
           r.is_first AND EXISTS (
               SELECT 1 FROM each_change_of_borders AS b WHERE b.province_code = r.first_code AND (b.valid_from > o.period_end) <> b.is_ahead
           ) AS has_other_borders
    FROM each_relative AS r
    JOIN _ranked_observations AS o ON o.area_vintage = r.vintage AND o.area_level = r.level AND o.ref_area = r.code
    QUALIFY row_number() OVER (
        PARTITION BY r.at_code, r.at_level, r.is_past, o.indicator, o.measure, o.breakdown, o.area_vintage, o.area_level, o.ref_area, o.time_period, o.obs_kind, o.unit_measure
        ORDER BY o.status_rank, o.source_published DESC NULLS LAST, o.source_id, o.line
    ) = 1
),
each_group AS (
    SELECT b.at_vintage, b.at_level, b.at_code, b.area_vintage, b.indicator, b.measure, b.breakdown, b.time_period, b.obs_kind, b.unit_measure, b.is_past,
           any_value(b.period_start) AS period_start, any_value(b.period_end) AS period_end, bool_and(b.is_whole) AS is_whole,
           bool_or(b.has_other_borders) AS has_other_borders, any_value(b.places_needed) AS places_needed, count(*) AS places_found, bool_or(b.is_suspect) AS is_suspect, max(b.decimals)::INTEGER AS decimals,
           CASE WHEN count(b.obs_value) = count(*) THEN sum(b.obs_value) END AS value_sum,
           CASE WHEN count(b.lower_bound) = count(*) THEN sum(b.lower_bound) END AS lower_sum,
           CASE WHEN count(b.upper_bound) = count(*) THEN sum(b.upper_bound) END AS upper_sum,
           CASE WHEN count(b.lower_bound) = count(*) THEN min(b.lower_bound) END AS lower_min,
           CASE WHEN count(b.upper_bound) = count(*) THEN max(b.upper_bound) END AS upper_max,
           list(b.area_name ORDER BY b.ref_area) AS from_places, list(b.observation_id ORDER BY b.ref_area) AS observation_ids
    FROM each_best_figure AS b
    GROUP BY ALL
),
judged AS (
    SELECT g.*,
           CASE WHEN g.has_other_borders THEN 'borders_changed'
                WHEN g.area_vintage = g.at_vintage THEN 'direct'
                WHEN NOT g.is_past THEN CASE WHEN g.is_whole THEN 'carried' ELSE 'successor_differs' END
                WHEN NOT g.is_whole THEN 'partial_link'
                WHEN g.places_found < g.places_needed THEN 'missing_predecessor'
                WHEN g.places_needed = 1 THEN 'carried'
                WHEN i.unit_kind IN ('count', 'money', 'area') AND g.measure IN ('level', 'change_abs', 'plan_excess') THEN 'sum'
                WHEN i.unit_kind IN ('rate', 'ratio', 'per_unit') AND g.measure IN ('level', 'per_unit') THEN 'range'
                WHEN g.measure IN ('share', 'plan_completion') THEN 'range'
                ELSE 'not_derivable' END AS told
    FROM each_group AS g
    LEFT JOIN indicators AS i ON i.id = g.indicator
),
each_point_and_the_one_before AS (
    SELECT j.*, row_number() OVER () AS point,
           lag(j.period_end) OVER (
               PARTITION BY j.at_vintage, j.at_level, j.at_code, j.indicator, j.measure, j.breakdown, j.obs_kind, j.unit_measure
               ORDER BY j.period_end NULLS FIRST, j.period_start, j.area_vintage
           ) AS previous_end
    FROM judged AS j
),
-- What happened to borders is said by `basis` and `reason`; what else parts a point from the one before is said beside it.
each_point_behind_a_break AS (
    SELECT j.point, string_agg(b.text_vi, '; ' ORDER BY b.valid_from, b.id) AS break_vi, string_agg(b.text_en, '; ' ORDER BY b.valid_from, b.id) AS break_en
    FROM each_point_and_the_one_before AS j
    JOIN breaks AS b ON j.indicator GLOB b.indicator_pattern AND b.valid_from > j.previous_end AND b.valid_from <= j.period_end
    WHERE b.kind <> 'geography'
    GROUP BY j.point
)
SELECT
    p.label AS area_name, p.level AS area_level, p.code AS ref_area, p.vintage AS area_vintage,
    j.indicator, j.measure, j.breakdown, j.obs_kind, j.unit_measure, j.time_period, j.period_start, j.period_end,
    CASE WHEN j.told IN ('direct', 'carried', 'sum') THEN round(j.value_sum, j.decimals) END AS obs_value,
    CASE WHEN j.told IN ('direct', 'carried', 'sum') THEN j.lower_sum WHEN j.told = 'range' THEN j.lower_min END AS lower_bound,
    CASE WHEN j.told IN ('direct', 'carried', 'sum') THEN j.upper_sum WHEN j.told = 'range' THEN j.upper_max END AS upper_bound,
    CASE WHEN j.told IN ('direct', 'carried', 'sum', 'range') THEN j.told END AS basis,
    CASE WHEN j.told NOT IN ('direct', 'carried', 'sum', 'range') THEN j.told END AS reason,
    j.area_vintage AS from_vintage, j.from_places, j.is_suspect, d.break_vi, d.break_en, j.observation_ids
FROM each_point_and_the_one_before AS j
JOIN place AS p ON p.vintage = j.at_vintage AND p.level = j.at_level AND p.code = j.at_code
LEFT JOIN each_point_behind_a_break AS d ON d.point = j.point
ORDER BY p.level, p.code, j.indicator, j.measure, j.breakdown NULLS FIRST, j.obs_kind, j.unit_measure, j.period_end NULLS FIRST, j.time_period, j.area_vintage;
COMMENT ON MACRO TABLE area_series IS
'area_series(tên hoặc mã, ngày): chuỗi số liệu của một địa bàn theo địa giới ngày đó, qua các lần sáp nhập. basis: direct, carried, sum, range; không tính được thì trống, lý do ở cột reason; break_vi: điều làm số này không so được với kỳ trước | area_series(name or code, day): the series of a place within its borders of that day, through mergers. basis: direct, carried, sum, range; where nothing can be said the value is NULL and reason says why: partial_link, missing_predecessor, successor_differs, borders_changed, not_derivable; break_en: what makes a point not comparable with the one before';
