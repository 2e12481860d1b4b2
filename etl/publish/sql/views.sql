-- What do people ask of the published tables?  Views only: they read the tables beside them and nothing else, so any DuckDB from 1.4 on can open them.
-- Names with an underscore are steps of other views. A column that bears the name of a table's column bears its comment too (build.py).

-- Where did each row of the sources end?  (The ledger: rows read = published + quarantined + excluded.)
CREATE VIEW figures AS
SELECT figure_id, source_id, line, locator, coalesce(original_text, text) AS text, 'published' AS claim, NULL::VARCHAR AS reason, observation_id
FROM observations
UNION ALL
SELECT figure_id, source_id, line, locator, text, 'quarantined', array_to_string(rules, ', '), NULL
FROM quarantine
UNION ALL
SELECT figure_id, source_id, line, locator, text, 'excluded', reason, NULL
FROM excluded;
COMMENT ON VIEW figures IS 'Sổ cái: mỗi dòng của nguồn đúng một lần, và nó đã đi đâu | The ledger: every row of the sources once, and where it ended';
COMMENT ON COLUMN figures.text IS 'Giá trị như đã in | Value as printed';
COMMENT ON COLUMN figures.claim IS 'published: công bố, quarantined: từ chối, excluded: loại ra có lý do | published, quarantined or excluded';
COMMENT ON COLUMN figures.reason IS 'Quy tắc đã từ chối, hoặc lý do loại ra | Rules that refused it, or why it was excluded';
COMMENT ON COLUMN figures.observation_id IS 'Số liệu đã công bố từ con số này | The claim published from this figure';

-- How does a place of one list go on in the next list?  By the registered links; and where two lists of a level that follow each other hold
-- exactly the same codes and no link is registered between them, each code goes on as itself. So does a region between such lists of provinces, and
-- the country always: they are in no list, and stand here under those under which sources speak of them.
CREATE VIEW _area_steps AS
WITH each_list AS (
    SELECT level, vintage, list(code ORDER BY code) AS codes FROM areas GROUP BY level, vintage
),
each_list_and_the_next AS (
    SELECT level, vintage AS old_vintage, codes AS old_codes, lead(vintage) OVER later AS new_vintage, lead(codes) OVER later AS new_codes
    FROM each_list
    WINDOW later AS (PARTITION BY level ORDER BY vintage)
),
same_lists AS (
    SELECT n.level, n.old_vintage, n.new_vintage
    FROM each_list_and_the_next AS n
    WHERE n.old_codes = n.new_codes
      AND NOT EXISTS (SELECT 1 FROM area_links AS l WHERE l.old_vintage = n.old_vintage AND l.new_vintage = n.new_vintage AND l.old_level = n.level)
),
each_wide_place_and_the_next AS (
    SELECT w.level, w.code, w.vintage AS old_vintage, lead(w.vintage) OVER (PARTITION BY w.level, w.code ORDER BY w.vintage) AS new_vintage
    FROM (SELECT DISTINCT area_level, ref_area, area_vintage FROM observations WHERE area_level IN ('country', 'region') AND area_vintage IS NOT NULL) AS w(level, code, vintage)
),
steps AS (
    SELECT old_vintage, old_level, old_code, new_vintage, new_level, new_code, relation = 'whole' AS is_whole FROM area_links
    UNION ALL
    SELECT s.old_vintage, s.level, a.code, s.new_vintage, s.level, a.code, true
    FROM same_lists AS s
    JOIN areas AS a ON a.vintage = s.old_vintage AND a.level = s.level
    UNION ALL
    SELECT w.old_vintage, w.level, w.code, w.new_vintage, w.level, w.code, true
    FROM each_wide_place_and_the_next AS w
    LEFT JOIN same_lists AS s ON s.level = 'province' AND s.old_vintage = w.old_vintage AND s.new_vintage = w.new_vintage
    WHERE w.new_vintage IS NOT NULL AND (w.level = 'country' OR s.level IS NOT NULL)
)
SELECT *, count(*) OVER (PARTITION BY old_vintage, new_vintage, new_level, new_code) AS parts_of_new FROM steps;
COMMENT ON VIEW _area_steps IS 'Bước trung gian: địa bàn của danh mục này tiếp tục ra sao ở danh mục sau | A step of other views: how a place goes on in the next list';
COMMENT ON COLUMN _area_steps.is_whole IS 'Nằm trọn trong đơn vị mới | Lies wholly in the new place';
COMMENT ON COLUMN _area_steps.parts_of_new IS 'Đơn vị mới gồm mấy đơn vị cũ | How many old places the new one is made of';

-- Which places of different lists are one place?  One that lies wholly in a place of the next list that is made of nothing else goes on as that
-- place, under whatever code and name; each is told with the first of its chain. Places that merged or split are on no chain: they stay apart.
-- Only places that are not the first themselves are here (a few thousand): who joins it takes the place itself where there is no row.
CREATE VIEW _same_places AS
WITH RECURSIVE goes_on AS (
    SELECT * FROM _area_steps WHERE is_whole AND parts_of_new = 1
),
chains AS (
    SELECT g.new_vintage AS vintage, g.new_level AS level, g.new_code AS code, g.old_vintage AS first_vintage, g.old_level AS first_level, g.old_code AS first_code
    FROM goes_on AS g
    WHERE NOT EXISTS (SELECT 1 FROM goes_on AS b WHERE b.new_vintage = g.old_vintage AND b.new_level = g.old_level AND b.new_code = g.old_code)
    UNION ALL
    SELECT g.new_vintage, g.new_level, g.new_code, c.first_vintage, c.first_level, c.first_code
    FROM chains AS c
    JOIN goes_on AS g ON g.old_vintage = c.vintage AND g.old_level = c.level AND g.old_code = c.code
)
SELECT * FROM chains;
COMMENT ON VIEW _same_places IS
'Bước trung gian: địa bàn tiếp tục nguyên vẹn một-một từ danh mục trước | A step of other views: places that go on one to one, with all they have, from an earlier list';
COMMENT ON COLUMN _same_places.first_vintage IS 'Danh mục đầu tiên của địa bàn này | First list that has the place';
COMMENT ON COLUMN _same_places.first_level IS 'Cấp trong danh mục đầu tiên | Its level in that list';
COMMENT ON COLUMN _same_places.first_code IS 'Mã trong danh mục đầu tiên | Its code in that list';

-- How final is each claim?  A final figure beats a provisional one, that beats an estimate; a suspect one only stands where nothing else does.
CREATE VIEW _ranked_observations AS
SELECT o.*, list_position(['A', 'B', 'V', 'P', 'E', 'U', 'I'], o.obs_status) AS status_rank, s.published AS source_published
FROM observations AS o
LEFT JOIN sources AS s ON s.source_id = o.source_id;
COMMENT ON VIEW _ranked_observations IS 'Bước trung gian: số liệu kèm thứ bậc trạng thái | A step of other views: claims with the rank of their status';
COMMENT ON COLUMN _ranked_observations.status_rank IS 'Thứ bậc trạng thái, 1 là tốt nhất | Rank of the status, 1 is best';
COMMENT ON COLUMN _ranked_observations.source_published IS 'Ngày công bố của nguồn | Day the source was published';

-- Of which place through all lists does each claim speak, and how new is it?  Claims of one series in several lists are compared by `newness`:
-- the later end, then the longer period, then the status, then the day of publication; where all are equal the newer list is taken.
CREATE VIEW _placed_observations AS
SELECT o.*,
       coalesce(p.first_vintage, o.area_vintage) AS first_vintage, coalesce(p.first_level, o.area_level) AS first_level, coalesce(p.first_code, o.ref_area) AS first_code,
       row(coalesce(o.period_end, DATE '-infinity'), coalesce(DATE '2000-01-01' - o.period_start, 0), -o.status_rank,
           coalesce(o.source_published, DATE '-infinity'), coalesce(o.area_vintage, '')) AS newness
FROM _ranked_observations AS o
LEFT JOIN _same_places AS p ON p.vintage = o.area_vintage AND p.level = o.area_level AND p.code = o.ref_area;
COMMENT ON VIEW _placed_observations IS
'Bước trung gian: số liệu kèm địa bàn xuyên các danh mục | A step of other views: claims with the place that goes on through the lists';
COMMENT ON COLUMN _placed_observations.status_rank IS 'Thứ bậc trạng thái, 1 là tốt nhất | Rank of the status, 1 is best';
COMMENT ON COLUMN _placed_observations.source_published IS 'Ngày công bố của nguồn | Day the source was published';
COMMENT ON COLUMN _placed_observations.first_vintage IS 'Danh mục đầu tiên của địa bàn này | First list that has the place';
COMMENT ON COLUMN _placed_observations.first_level IS 'Cấp trong danh mục đầu tiên | Its level in that list';
COMMENT ON COLUMN _placed_observations.first_code IS 'Mã trong danh mục đầu tiên | Its code in that list';
COMMENT ON COLUMN _placed_observations.newness IS 'Mới đến đâu, để so giữa các danh mục | How new it is, to be compared between lists';

-- What is the newest figure of each series within one list of places?
CREATE VIEW _latest_of_each_list AS
SELECT *
FROM _ranked_observations
QUALIFY row_number() OVER (
    -- area_name follows from the code and parts nothing; it stands here because a WHERE on a column of the partition is answered forty times as fast.
    PARTITION BY indicator, measure, breakdown, area_level, area_vintage, ref_area, area_name, obs_kind, unit_measure
    -- Trap: 2023 and 2023-Q4 end on one day; the longer period comes first, since the flow of a quarter is not the year's.
    -- A claim whose source names no period is never newer than one that does.
    ORDER BY period_end DESC NULLS LAST, period_start, status_rank, source_published DESC NULLS LAST, source_id, line
) = 1;
COMMENT ON VIEW _latest_of_each_list IS
'Bước trung gian: số liệu mới nhất của mỗi chuỗi trong từng danh mục | A step of other views: the newest claim of each series within one list of places';
COMMENT ON COLUMN _latest_of_each_list.status_rank IS 'Thứ bậc trạng thái, 1 là tốt nhất | Rank of the status, 1 is best';
COMMENT ON COLUMN _latest_of_each_list.source_published IS 'Ngày công bố của nguồn | Day the source was published';

-- What is the newest figure of each series?  The newest of its list, unless the same place has a newer one in another list.
CREATE VIEW latest_observations AS
SELECT l.* EXCLUDE (status_rank, source_published)
FROM _latest_of_each_list AS l
LEFT JOIN _same_places AS p ON p.vintage = l.area_vintage AND p.level = l.area_level AND p.code = l.ref_area
-- Not one window over all lists: a WHERE on the name of a place would not reach below it, and would have the whole table sorted.
WHERE NOT EXISTS (
    SELECT 1 FROM _placed_observations AS x
    WHERE x.indicator = l.indicator AND x.measure = l.measure AND x.breakdown IS NOT DISTINCT FROM l.breakdown
      AND x.obs_kind = l.obs_kind AND x.unit_measure = l.unit_measure
      AND x.first_vintage = coalesce(p.first_vintage, l.area_vintage) AND x.first_level = coalesce(p.first_level, l.area_level)
      AND x.first_code = coalesce(p.first_code, l.ref_area)
      AND x.newness > row(coalesce(l.period_end, DATE '-infinity'), coalesce(DATE '2000-01-01' - l.period_start, 0), -l.status_rank,
                          coalesce(l.source_published, DATE '-infinity'), coalesce(l.area_vintage, ''))
);
COMMENT ON VIEW latest_observations IS
'Số liệu mới nhất của mỗi chuỗi; cùng kỳ thì chính thức trước sơ bộ trước ước tính | Newest claim of each series; in one period final before provisional before estimate';

-- How far is each goal?  A plan or target beside the latest actual figure of the same series.
CREATE VIEW targets AS
WITH each_goal_with_its_latest_actual AS (
    SELECT g.observation_id AS goal_id, a.observation_id AS actual_id
    FROM _placed_observations AS g
    JOIN _placed_observations AS a
      ON a.indicator = g.indicator AND a.measure = g.measure AND a.unit_measure = g.unit_measure
     AND a.breakdown IS NOT DISTINCT FROM g.breakdown
     -- Trap: a code means nothing without its list of places; 15 was Yên Bái and is Lào Cai. A place that went on as itself is one place.
     AND a.first_code = g.first_code AND a.first_level = g.first_level AND a.first_vintage IS NOT DISTINCT FROM g.first_vintage
     AND a.obs_kind = 'actual' AND a.period_end <= g.period_end
    LEFT JOIN indicators AS i ON i.id = g.indicator
    -- Trap: what flows in a quarter does not stand beside the plan of a year. A stock may be compared at any two dates.
    WHERE g.obs_kind IN ('plan', 'target')
      AND (i.stock_flow = 'stock' OR regexp_replace(a.time_period, '[0-9]', '0', 'g') = regexp_replace(g.time_period, '[0-9]', '0', 'g'))
    QUALIFY row_number() OVER (
        PARTITION BY g.observation_id
        ORDER BY a.period_end DESC, a.period_start, a.status_rank, a.source_published DESC NULLS LAST, a.area_vintage DESC NULLS LAST, a.source_id, a.line
    ) = 1
),
each_goal_with_the_definitions_changed_since AS (
    SELECT e.goal_id, string_agg(b.text_vi, '; ' ORDER BY b.valid_from, b.id) AS changed_vi, string_agg(b.text_en, '; ' ORDER BY b.valid_from, b.id) AS changed_en
    FROM each_goal_with_its_latest_actual AS e
    JOIN observations AS g ON g.observation_id = e.goal_id
    JOIN observations AS a ON a.observation_id = e.actual_id
    JOIN breaks AS b ON g.indicator GLOB b.indicator_pattern AND b.valid_from > a.period_end AND b.valid_from <= g.period_end
    WHERE b.kind = 'definition'
    GROUP BY e.goal_id
)
SELECT
    g.indicator, i.name_vi, i.name_en, g.measure, g.breakdown, g.ref_area, g.area_vintage, g.area_level, g.area_name, g.obs_kind, g.unit_measure,
    g.time_period AS goal_period, g.text AS goal_text, g.obs_value AS goal_value, g.lower_bound AS goal_lower, g.upper_bound AS goal_upper,
    a.time_period AS actual_period, a.text AS actual_text, a.obs_value AS actual_value, a.lower_bound AS actual_lower, a.upper_bound AS actual_upper,
    a.is_suspect AS actual_is_suspect,
    CASE WHEN c.goal_id IS NULL THEN round(a.obs_value - g.obs_value, greatest(a.decimals, g.decimals)::INTEGER) END AS gap,
    c.changed_vi AS not_comparable_vi, c.changed_en AS not_comparable_en,
    g.observation_id AS goal_observation_id, a.observation_id AS actual_observation_id
FROM observations AS g
LEFT JOIN indicators AS i ON i.id = g.indicator
LEFT JOIN each_goal_with_its_latest_actual AS e ON e.goal_id = g.observation_id
LEFT JOIN observations AS a ON a.observation_id = e.actual_id
LEFT JOIN each_goal_with_the_definitions_changed_since AS c ON c.goal_id = g.observation_id
WHERE g.obs_kind IN ('plan', 'target');
COMMENT ON VIEW targets IS
'Kế hoạch, mục tiêu bên cạnh số thực tế mới nhất cùng chỉ tiêu, phân tổ, địa bàn | Plans and targets beside the latest actual figure of the same indicator, breakdown and place';
COMMENT ON COLUMN targets.obs_kind IS 'plan: kế hoạch trong kỳ, target: mục tiêu về sau | plan: set for this period, target: goal ahead';
COMMENT ON COLUMN targets.goal_period IS 'Kỳ của mục tiêu | Period of the goal';
COMMENT ON COLUMN targets.goal_text IS 'Mục tiêu như đã in | The goal as printed';
COMMENT ON COLUMN targets.goal_value IS 'Trị số của mục tiêu | Value of the goal';
COMMENT ON COLUMN targets.goal_lower IS 'Cận dưới của mục tiêu; trống là không có cận | Lower bound of the goal; NULL: open';
COMMENT ON COLUMN targets.goal_upper IS 'Cận trên của mục tiêu; trống là không có cận | Upper bound of the goal; NULL: open';
COMMENT ON COLUMN targets.actual_period IS 'Kỳ của số thực tế mới nhất | Period of the latest actual figure';
COMMENT ON COLUMN targets.actual_text IS 'Số thực tế như đã in | The actual figure as printed';
COMMENT ON COLUMN targets.actual_value IS 'Trị số thực tế mới nhất | Latest actual value';
COMMENT ON COLUMN targets.actual_lower IS 'Cận dưới của số thực tế; trống là không có cận | Lower bound of the actual value; NULL: open';
COMMENT ON COLUMN targets.actual_upper IS 'Cận trên của số thực tế; trống là không có cận | Upper bound of the actual value; NULL: open';
COMMENT ON COLUMN targets.actual_is_suspect IS 'Số thực tế thuộc một nhóm không khớp | The actual figure belongs to a group that contradicts itself';
COMMENT ON COLUMN targets.gap IS 'Thực tế trừ mục tiêu; trống khi thiếu số hoặc khái niệm đã đổi | Actual minus goal; NULL where a value is missing or the definition changed in between';
COMMENT ON COLUMN targets.not_comparable_vi IS 'Khái niệm đã đổi giữa hai kỳ | What changed in the definition between the two, in Vietnamese';
COMMENT ON COLUMN targets.not_comparable_en IS 'Khái niệm đã đổi giữa hai kỳ, tiếng Anh | What changed in the definition between the two';
COMMENT ON COLUMN targets.goal_observation_id IS 'Số liệu của mục tiêu | The observation of the goal';
COMMENT ON COLUMN targets.actual_observation_id IS 'Số liệu thực tế | The observation of the actual figure';

-- How is labour split over the sectors, and do the printed shares of one source add up?
CREATE VIEW labour_structure AS
WITH each_share AS (
    SELECT o.*,
           regexp_extract(o.breakdown, '(?:^|;)sector=([^;]+)', 1) AS sector,
           nullif(trim(regexp_replace(o.breakdown, '(^|;)sector=[^;]+', ''), ';'), '') AS other_breakdown
    FROM observations AS o
    WHERE o.indicator = 'employment_sector_share' OR (o.indicator = 'employed_persons' AND o.measure = 'share')
)
SELECT
    s.ref_area, s.area_vintage, s.area_level, s.area_name, s.time_period, s.period_start, s.period_end, s.obs_kind,
    s.sector, d.name_vi AS sector_name_vi, d.name_en AS sector_name_en, s.other_breakdown,
    s.obs_value AS share_pct, s.lower_bound, s.upper_bound, s.text,
    -- Trap: sum() leaves NULL out in silence; where one share is printed as a range there is no sum to show.
    CASE WHEN count(*) OVER one_split = count(s.obs_value) OVER one_split
         THEN round(sum(s.obs_value) OVER one_split, (max(s.decimals) OVER one_split)::INTEGER) END AS shares_sum_pct,
    count(*) OVER one_split AS shares_printed,
    s.is_suspect, s.obs_status, s.source_id, s.line, s.locator, s.observation_id
FROM each_share AS s
LEFT JOIN dimensions AS d ON d.dimension = 'sector' AND d.member = s.sector
WHERE s.sector <> ''
WINDOW one_split AS (PARTITION BY s.indicator, s.area_level, s.area_vintage, s.ref_area, s.time_period, s.obs_kind, s.other_breakdown, s.source_id);
COMMENT ON VIEW labour_structure IS
'Cơ cấu lao động theo ngành: từng tỷ trọng và tổng của các tỷ trọng cùng nguồn | Labour by sector: each share, and the sum of the shares that one source prints';
COMMENT ON COLUMN labour_structure.sector IS 'Ngành (bảng dimensions) | Sector (table dimensions)';
COMMENT ON COLUMN labour_structure.sector_name_vi IS 'Tên ngành | Name of the sector, in Vietnamese';
COMMENT ON COLUMN labour_structure.sector_name_en IS 'Tên ngành, tiếng Anh | Name of the sector, in English';
COMMENT ON COLUMN labour_structure.other_breakdown IS 'Phân tổ ngoài ngành | Breakdown beside the sector';
COMMENT ON COLUMN labour_structure.share_pct IS 'Tỷ trọng, % | Share in per cent';
COMMENT ON COLUMN labour_structure.shares_sum_pct IS 'Tổng các tỷ trọng cùng nguồn, cùng kỳ; cần bằng 100 trong sai số làm tròn | Sum of the shares of this source and period; 100 but for rounding';
COMMENT ON COLUMN labour_structure.shares_printed IS 'Số tỷ trọng đã in | How many shares are printed';

-- What is there on each programme?
CREATE VIEW programme_overview AS
WITH observed AS (
    SELECT i.programme, count(DISTINCT o.indicator) AS indicators_observed, count(*) AS observations, count(*) FILTER (WHERE o.is_suspect) AS suspect_observations,
           count(DISTINCT (o.area_level, o.area_vintage, o.ref_area)) AS places, min(o.period_start) AS first_day, max(o.period_end) FILTER (WHERE o.obs_kind = 'actual') AS last_day
    FROM observations AS o
    JOIN indicators AS i ON i.id = o.indicator
    GROUP BY i.programme
),
-- Trap: a finding has several members; joined straight to the counts it would be counted once per member.
found AS (
    SELECT programme, count(*) FILTER (WHERE severity = 'error') AS open_errors, count(*) FILTER (WHERE severity = 'warning') AS open_warnings
    FROM (
        SELECT DISTINCT i.programme, f.finding_id, f.severity
        FROM findings AS f
        JOIN finding_members AS m ON m.finding_id = f.finding_id
        JOIN indicators AS i ON i.id = m.indicator
        WHERE f.verdict = 'fail' AND NOT f.waived
    )
    GROUP BY programme
),
listed AS (
    SELECT programme, count(*) AS indicators_listed FROM indicators GROUP BY programme
)
SELECT
    p.id AS programme, p.name_vi, p.name_en, coalesce(l.indicators_listed, 0) AS indicators_listed, coalesce(o.indicators_observed, 0) AS indicators_observed,
    coalesce(o.observations, 0) AS observations, coalesce(o.places, 0) AS places, o.first_day, o.last_day, coalesce(o.suspect_observations, 0) AS suspect_observations,
    coalesce(f.open_errors, 0) AS open_errors, coalesce(f.open_warnings, 0) AS open_warnings
FROM programmes AS p
LEFT JOIN listed AS l ON l.programme = p.id
LEFT JOIN observed AS o ON o.programme = p.id
LEFT JOIN found AS f ON f.programme = p.id;
COMMENT ON VIEW programme_overview IS
'Mỗi chương trình có gì: chỉ tiêu, số liệu, địa bàn, phát hiện; theo chương trình gốc của chỉ tiêu, một chỉ tiêu chỉ tính một lần | What there is on each programme: indicators, observations, places, findings; by the home programme of the indicator, each indicator counts once';
COMMENT ON COLUMN programme_overview.programme IS 'Chương trình (bảng programmes) | Programme (table programmes)';
COMMENT ON COLUMN programme_overview.indicators_listed IS 'Số chỉ tiêu trong danh mục | Indicators in the catalogue';
COMMENT ON COLUMN programme_overview.indicators_observed IS 'Số chỉ tiêu đã có số liệu | Indicators with observations';
COMMENT ON COLUMN programme_overview.observations IS 'Số lượng số liệu đã công bố | Observations published';
COMMENT ON COLUMN programme_overview.places IS 'Số địa bàn | Places';
COMMENT ON COLUMN programme_overview.first_day IS 'Ngày đầu của kỳ sớm nhất | First day of the earliest period';
COMMENT ON COLUMN programme_overview.last_day IS 'Ngày cuối của kỳ thực tế muộn nhất | Last day of the latest period with an actual figure';
COMMENT ON COLUMN programme_overview.suspect_observations IS 'Số lượng số liệu thuộc nhóm không khớp | Observations in a group that contradicts itself';
COMMENT ON COLUMN programme_overview.open_errors IS 'Phát hiện mức lỗi, chưa tạm miễn | Findings of severity error, not waived';
COMMENT ON COLUMN programme_overview.open_warnings IS 'Phát hiện mức cảnh báo, chưa tạm miễn | Findings of severity warning, not waived';

-- Which published figures should be used with care, and why?
CREATE VIEW suspect_observations AS
WITH blamed AS (
    SELECT m.observation_id, list(DISTINCT f.finding_id ORDER BY f.finding_id) AS finding_ids, list(DISTINCT f.rule ORDER BY f.rule) AS rules,
           string_agg(DISTINCT f.message_vi, '; ' ORDER BY f.message_vi) AS messages_vi, string_agg(DISTINCT f.message_en, '; ' ORDER BY f.message_en) AS messages_en
    FROM finding_members AS m
    JOIN findings AS f ON f.finding_id = m.finding_id
    WHERE f.verdict = 'fail'
    GROUP BY m.observation_id
)
SELECT o.*, b.finding_ids, b.rules, b.messages_vi, b.messages_en
FROM observations AS o
LEFT JOIN blamed AS b ON b.observation_id = o.observation_id
WHERE o.is_suspect;
COMMENT ON VIEW suspect_observations IS
'Số liệu thuộc một nhóm không khớp, kèm lý do; chưa biết thành viên nào sai | Members of groups that contradict themselves, with the reason; which one is wrong is unknown';
COMMENT ON COLUMN suspect_observations.finding_ids IS 'Các phát hiện liên quan | Findings about it';
COMMENT ON COLUMN suspect_observations.rules IS 'Các quy tắc không đạt | Rules that failed';
COMMENT ON COLUMN suspect_observations.messages_vi IS 'Các câu kết luận | What was found, in Vietnamese';
COMMENT ON COLUMN suspect_observations.messages_en IS 'Các câu kết luận, tiếng Anh | What was found, in English';

-- What did each rule look at, and how did it end?
CREATE VIEW data_quality AS
WITH told AS (
    SELECT rule, count(*) FILTER (WHERE verdict = 'fail' AND NOT waived) AS open_findings, count(*) FILTER (WHERE waived) AS waived_findings
    FROM findings GROUP BY rule
)
SELECT
    r.rule, r.label_vi, r.label_en, r.kind, r.severity, r.gate, s.seen, s.applicable, s.passed, s.failed, s.unverifiable, s.not_applicable, s.errors,
    s.coverage, r.min_coverage, coalesce(t.open_findings, 0) AS open_findings, coalesce(t.waived_findings, 0) AS waived_findings,
    CASE WHEN s.rule IS NULL THEN 'not_run'
         WHEN s.errors > 0 THEN 'broken'
         WHEN s.applicable = 0 THEN 'never_applied' -- a rule that met nothing has not passed
         WHEN s.failed > 0 THEN 'failed'
         WHEN s.passed + s.failed = 0 THEN 'undecided' -- nor has one that could judge nothing of what it met
         WHEN s.coverage < r.min_coverage THEN 'low_coverage'
         ELSE 'passed' END AS outcome
FROM rules AS r
LEFT JOIN rule_results AS s ON s.rule = r.rule
LEFT JOIN told AS t ON t.rule = r.rule;
COMMENT ON VIEW data_quality IS 'Từng quy tắc: đã xét bao nhiêu, kết quả ra sao | Each rule: how much it saw, how it ended';
COMMENT ON COLUMN data_quality.open_findings IS 'Phát hiện không đạt, chưa tạm miễn | Failures that are not waived';
COMMENT ON COLUMN data_quality.waived_findings IS 'Phát hiện đã tạm miễn | Findings waived';
COMMENT ON COLUMN data_quality.outcome IS
'not_run: không chạy, broken: quy tắc bị lỗi, never_applied: chưa áp dụng, failed: không đạt, undecided: chưa kết luận được, low_coverage: độ phủ thấp, passed: đạt | not_run, broken, never_applied, failed, undecided: nothing could be judged, low_coverage or passed';

-- Where must a series not be read across?  One row per point and break that lies between it and the point before. A series here stays with one
-- place, so the borders of all places changing is no break of it (places that merged or split are series of their own); its own borders changing
-- is (province_code), and so is any change where it is not known what became of the place: a region, a place without a list.
CREATE VIEW series_with_breaks AS
WITH each_point_and_the_one_before AS (
    SELECT observation_id, indicator, measure, breakdown, ref_area, area_vintage, area_level, area_name, obs_kind, unit_measure, time_period, period_end,
           first_vintage, first_level, first_code,
           lag(time_period) OVER one_series AS previous_period, lag(period_end) OVER one_series AS previous_end
    FROM _placed_observations
    WHERE period_end IS NOT NULL
    WINDOW one_series AS (
        PARTITION BY indicator, measure, breakdown, first_vintage, first_level, first_code, obs_kind, unit_measure ORDER BY period_end, period_start, observation_id
    )
),
each_indicator_and_its_breaks AS (
    SELECT i.indicator, b.id, b.valid_from, b.kind, b.text_vi, b.text_en, b.province_code
    FROM (SELECT DISTINCT indicator FROM observations) AS i
    JOIN breaks AS b ON i.indicator GLOB b.indicator_pattern
)
SELECT p.* EXCLUDE (previous_end, first_vintage, first_level, first_code),
       b.id AS break_id, b.valid_from AS break_from, b.kind AS break_kind, b.text_vi AS break_vi, b.text_en AS break_en
FROM each_point_and_the_one_before AS p
JOIN each_indicator_and_its_breaks AS b ON b.indicator = p.indicator AND b.valid_from > p.previous_end AND b.valid_from <= p.period_end
WHERE CASE WHEN b.province_code IS NOT NULL THEN p.first_level = 'province' AND p.first_code = b.province_code AND p.first_vintage = (SELECT min(vintage) FROM areas)
           WHEN b.kind = 'geography' THEN p.area_level = 'region' OR p.area_vintage IS NULL
           ELSE true END;
COMMENT ON VIEW series_with_breaks IS
'Số liệu không so được với kỳ trước của chuỗi, vì có điểm gãy ở giữa | Points not comparable with the point before in their series, for a registered break lies between';
COMMENT ON COLUMN series_with_breaks.previous_period IS 'Kỳ trước trong chuỗi | Period before it in the series';
COMMENT ON COLUMN series_with_breaks.break_id IS 'Điểm gãy (bảng breaks) | The break (table breaks)';
COMMENT ON COLUMN series_with_breaks.break_from IS 'Từ ngày | From';
COMMENT ON COLUMN series_with_breaks.break_kind IS 'definition: khái niệm, geography: địa giới, source: nguồn | definition, geography or source';
COMMENT ON COLUMN series_with_breaks.break_vi IS 'Thay đổi gì | What changed, in Vietnamese';
COMMENT ON COLUMN series_with_breaks.break_en IS 'Thay đổi gì, tiếng Anh | What changed, in English';
