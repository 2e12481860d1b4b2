"""Every published table, declared once. (The machinery that turns a declaration into DDL, Arrow, comments is in published.py.)

Names follow SDMX where it has one: indicator, ref_area, time_period, obs_value, unit_measure, obs_status.
Texts are Vietnamese first, English second; both become the COMMENT of the column and the data dictionary.
"""

from __future__ import annotations

from typing import Final, cast

import polars as pl

from schemas.published import Published, PublishedTable, column, table

Text = pl.String
Number = pl.Float64
Texts = pl.List(pl.String)

SCHEMA_VERSION: Final = 2

HEDGES: Final = ("exact", "more_than", "nearly", "about", "at_least", "at_most", "below", "range")
MEASURES: Final = ("level", "share", "plan_completion", "plan_excess", "change_abs", "change_pct", "change_pp", "times", "per_unit")
OBS_KINDS: Final = ("actual", "plan", "target")
OBS_STATUSES: Final = ("A", "P", "E", "U", "V", "B", "I")
VERDICTS: Final = ("fail", "unverifiable")
SEVERITIES: Final = ("error", "warning", "info")
STATES: Final = ("new", "persisting")
CHANGES: Final = ("added", "revised", "withdrawn", "new", "resolved")
LEVELS: Final = ("country", "region", "province", "district", "commune")
EXCLUDED_REASONS: Final = ("repeat", "related", "missing_value", "ragged_row")


class _Original(Published):
    """The columns of a row as it came, for tables that keep refused rows whole."""

    figure_id: Text = column("Mã con số, băm từ nội dung", "Id of the figure, a hash of its content", duckdb="UUID")
    source_id: Text = column("Nguồn: đường dẫn dưới raw/", "Source: path below raw/")
    line: int = column("Số thứ tự bản ghi trong nguồn; dòng tiêu đề là 1", "Record number in the source; the header is 1")
    locator: Text = column("Vị trí trong văn bản gốc, nếu có", "Place in the original document, if given", null=True)
    indicator: Text = column("Chỉ tiêu, như đã ghi", "Indicator, as written", null=True)
    measure: Text = column("Dạng trị số, như đã ghi", "Measure, as written", null=True)
    breakdown: Text = column("Phân tổ, như đã ghi", "Breakdown, as written", null=True)
    ref_area: Text = column("Địa bàn, như đã ghi", "Place, as written", null=True)
    time_period: Text = column("Kỳ, như đã ghi", "Period, as written", null=True)
    obs_kind: Text = column("Loại, như đã ghi", "Kind, as written", null=True)
    text: Text = column("Giá trị như đã in", "Value as printed", null=True)
    unit: Text = column("Đơn vị, như đã ghi", "Unit, as written", null=True)
    note: Text = column("Ghi chú, như đã ghi", "Note, as written", null=True)


@table(
    "observations",
    "Một số liệu đã công bố: con số đã rõ nghĩa (chỉ tiêu, địa bàn, kỳ, loại)",
    "One published claim: a figure whose meaning is settled (indicator, place, period, kind)",
    key=("observation_id",),
    sort=("indicator", "area_vintage", "ref_area", "time_period", "measure", "breakdown", "obs_kind", "unit_measure", "observation_id"),
)
class Observations(Published):
    """Published claims."""

    observation_id: Text = column("Mã số liệu, giữ nguyên qua các lần chạy", "Id of the claim, the same in every run", duckdb="UUID")
    figure_id: Text = column("Con số in mà số liệu này lấy từ", "The printed figure it comes from", duckdb="UUID")
    indicator: Text = column("Chỉ tiêu (bảng indicators)", "Indicator (table indicators)")
    measure: Text = column(
        "Dạng trị số: level là chính trị số, share là tỷ trọng …", "Which view of the indicator; level is the statistic itself", codes=MEASURES
    )
    breakdown: Text = column("Phân tổ: chiều=thành phần, nối bằng ;", "Breakdown: dimension=member, joined by ;", null=True)
    ref_area: Text = column("Mã địa bàn, chỉ đúng cùng area_vintage", "Code of the place; it means nothing without area_vintage")
    area_vintage: Text = column("Danh mục hành chính dùng để hiểu mã", "Which list of places the code belongs to", null=True)
    area_level: Text = column("Cấp của địa bàn", "Level of the place", codes=LEVELS)
    area_name: Text = column("Tên địa bàn theo danh mục", "Name of the place by that list")
    time_period: Text = column("Kỳ số liệu (SDMX); trống khi nguồn không nêu", "Period (SDMX); NULL where the source names none", null=True)
    period_start: pl.Date = column("Ngày đầu kỳ", "First day of the period", null=True)
    period_end: pl.Date = column("Ngày cuối kỳ", "Last day of the period", null=True)
    obs_kind: Text = column(
        "actual: thực tế, plan: kế hoạch, target: mục tiêu", "actual: observed, plan: set for this period, target: goal ahead", codes=OBS_KINDS
    )
    obs_value: Number = column(
        "Trị số, đã nhân nghìn/triệu/tỷ; trống khi in một khoảng", "Value with its multiplier applied; NULL where a range is printed", null=True
    )
    lower_bound: Number = column("Cận dưới chắc chắn; trống là không có cận", "Lower bound that the words guarantee; NULL: open", null=True)
    upper_bound: Number = column("Cận trên chắc chắn; trống là không có cận", "Upper bound that the words guarantee; NULL: open", null=True)
    hedge: Text = column("Từ ước lượng: hơn, gần, khoảng …", "What the words say of the number's sharpness", codes=HEDGES)
    decimals: pl.Int16 = column("Số chữ số thập phân đã in", "Decimals as printed", ge=0)
    unit_measure: Text = column("Đơn vị tính (bảng units)", "Unit of measure (table units)")
    obs_status: Text = column(
        "Trạng thái SDMX: A bình thường, P sơ bộ, E ước tính, U đáng ngờ (cả nhóm), V chưa kiểm chứng, B có điểm gãy, I suy ra",
        "SDMX status: A normal, P provisional, E estimated, U suspect as a set, V unvalidated, B break in the series, I imputed",
        codes=OBS_STATUSES,
    )
    is_suspect: bool = column(
        "Thuộc một nhóm không khớp; chưa biết thành viên nào sai", "Member of a group that contradicts itself; which one is wrong is unknown"
    )
    text: Text = column("Giá trị như đã in, hoặc đã đính chính", "Value as printed, or as corrected by a person")
    original_text: Text = column("Giá trị trước khi đính chính; trống: không đính chính", "Value before a correction; NULL: not corrected", null=True)
    source_id: Text = column("Nguồn: đường dẫn dưới raw/", "Source: path below raw/")
    line: int = column("Số thứ tự bản ghi trong nguồn; dòng tiêu đề là 1", "Record number in the source; the header is 1")
    locator: Text = column("Vị trí trong văn bản gốc, nếu có", "Place in the original document, if given", null=True)
    note: Text = column("Ghi chú của nguồn", "Note of the source", null=True)


@table(
    "findings",
    "Một phát hiện: một quy tắc không đạt, hoặc không đủ căn cứ, ở một chỗ",
    "One finding: a rule that fails, or cannot be judged, in one place",
    key=("finding_id",),
    sort=("rule", "key", "finding_id"),
)
class Findings(Published):
    """Verdicts worth telling."""

    finding_id: Text = column("Mã phát hiện, giữ nguyên qua các lần chạy", "Id of the finding, the same in every run", duckdb="UUID")
    rule: Text = column("Quy tắc (bảng rules)", "Rule (table rules)")
    severity: Text = column(
        "error: không thể đúng, warning: cần xác nhận, info: lưu ý", "error: impossible, warning: to be confirmed, info: worth knowing", codes=SEVERITIES
    )
    verdict: Text = column("fail: không đạt, unverifiable: không đủ căn cứ", "fail, or unverifiable: not enough to judge", codes=VERDICTS)
    code: Text = column("Mức hoặc lý do: rounding, truncation, hedge, impossible …", "Grade or reason: truncation, hedge, impossible …", null=True)
    key: Text = column("Đối tượng bị xét, các phần nối bằng |", "What was judged, parts joined by |")
    message_vi: Text = column("Câu kết luận kèm phép tính", "The finding in a sentence, in Vietnamese")
    message_en: Text = column("Câu kết luận bằng tiếng Anh", "The finding in a sentence, in English")
    expected: Text = column("Điều cần có", "What was expected", null=True)
    actual: Text = column("Điều tìm thấy", "What was found", null=True)
    gap: Number = column("Độ lệch", "Size of the contradiction", null=True)
    tolerance: Number = column("Sai số làm tròn tối đa của các số đã in", "Largest gap that honest rounding of the printed numbers can leave", null=True)
    hypotheses: Text = column("Các giả thuyết sửa, xếp hạng, JSON; chương trình không tự sửa", "Ranked repair hypotheses, JSON; never applied by the program")
    cause: Text = column("Chỗ được cho là nguyên nhân chung", "Place held to be the common cause", null=True)
    state: Text = column("new: mới, persisting: còn đó từ lần trước", "new, or persisting from an earlier run", codes=STATES, volatile=True)
    first_seen: Text = column("Lần chạy đầu tiên thấy", "First run that saw it", volatile=True)
    waived: bool = column("Đã được tạm miễn có lý do", "Waived with a reason", volatile=True)


@table(
    "finding_members",
    "Một con số có mặt trong một phát hiện",
    "One figure that takes part in a finding",
    key=("finding_id", "position"),
    sort=("finding_id", "position"),
)
class FindingMembers(Published):
    """The figures that a finding is about."""

    finding_id: Text = column("Phát hiện", "Finding", duckdb="UUID")
    position: int = column("Thứ tự trong phép tính", "Position in the formula")
    role: Text = column("Vai trò: part, total, rate, num, den …", "Role: part, total, rate, num, den …")
    figure_id: Text = column("Con số", "Figure", null=True, duckdb="UUID")
    observation_id: Text = column("Số liệu, nếu đã công bố", "Observation, if published", null=True, duckdb="UUID")
    source_id: Text = column("Nguồn", "Source")
    line: int = column("Số thứ tự bản ghi; dòng tiêu đề là 1", "Record number; the header is 1", null=True)
    locator: Text = column("Vị trí", "Place in the document", null=True)
    indicator: Text = column("Chỉ tiêu", "Indicator", null=True)
    measure: Text = column("Dạng trị số", "Measure", null=True)
    breakdown: Text = column("Phân tổ", "Breakdown", null=True)
    ref_area: Text = column("Địa bàn như đã ghi", "Place as written", null=True)
    time_period: Text = column("Kỳ như đã ghi", "Period as written", null=True)
    obs_kind: Text = column("Loại", "Kind", null=True)
    text: Text = column("Giá trị như đã in", "Value as printed", null=True)
    unit: Text = column("Đơn vị như đã ghi", "Unit as written", null=True)


@table(
    "rule_results",
    "Kết quả của một quy tắc trong lần chạy: đã xét bao nhiêu, đạt bao nhiêu",
    "One rule in this run: how much it saw, how much passed",
    key=("rule",),
    sort=("rule",),
)
class RuleResults(Published):
    """What each rule saw and said."""

    rule: Text = column("Quy tắc (bảng rules)", "Rule (table rules)")
    seen: int = column("Số đối tượng thấy", "Subjects seen", ge=0)
    applicable: int = column(
        "Số đối tượng áp dụng được; 0 là chưa áp dụng, không phải đạt", "Subjects it applied to; 0 means it never applied, not that it passed", ge=0
    )
    passed: int = column("Đạt", "Passed", ge=0)
    failed: int = column("Không đạt", "Failed", ge=0)
    unverifiable: int = column("Không đủ căn cứ", "Not enough to judge", ge=0)
    not_applicable: int = column("Không áp dụng", "Not applicable", ge=0)
    errors: int = column("Quy tắc bị lỗi khi chạy", "The rule itself broke", ge=0)
    coverage: Number = column("Tỷ lệ đối tượng có kết luận đạt hoặc không đạt", "Share of seen subjects that got pass or fail", null=True)


@table(
    "quarantine",
    "Một dòng bị từ chối, giữ nguyên vẹn, kèm lý do",
    "One refused row, whole, with the reason",
    key=("figure_id",),
    sort=("source_id", "line"),
)
class Quarantine(_Original):
    """Refused rows, whole."""

    rules: Texts = column("Các quy tắc đã từ chối", "Rules that refused it")  # type: ignore[valid-type]
    finding_ids: Texts = column("Các phát hiện liên quan", "Findings about it", duckdb="UUID[]")  # type: ignore[valid-type]
    reason_vi: Text = column("Lý do", "Reason, in Vietnamese")
    reason_en: Text = column("Lý do, tiếng Anh", "Reason, in English")
    first_seen: Text = column("Lần chạy đầu tiên từ chối", "First run that refused it", volatile=True)
    last_seen: Text = column("Lần chạy gần nhất từ chối", "Latest run that refused it", volatile=True)


@table(
    "excluded",
    "Một dòng không công bố mà cũng không sai: nhắc lại, ngoài chủ đề, ô trống",
    "One row neither published nor refused: a repeat, unrelated, a missing value",
    key=("figure_id",),
    sort=("source_id", "line"),
)
class Excluded(_Original):
    """Rows that are neither published nor refused, with the reason."""

    reason: Text = column("Lý do: repeat, related, missing_value, ragged_row", "Reason: repeat, related, missing_value, ragged_row", codes=EXCLUDED_REASONS)
    repeat_of: Text = column("Con số mà dòng này nhắc lại", "The figure that it repeats", null=True, duckdb="UUID")


@table(
    "implied_figures",
    "Một trị số suy ra từ các số đã in, không phải số công bố",
    "One value computed from printed figures; never a reported figure, never evidence",
    key=("implied_id",),
    sort=("indicator", "implied_id"),
)
class ImpliedFigures(Published):
    """Values that follow from others; never evidence against them."""

    implied_id: Text = column("Mã", "Id", duckdb="UUID")
    what: Text = column("Suy ra cái gì: plan, previous, base, average, change_unit", "What is implied: plan, previous, base, average …")
    indicator: Text = column("Chỉ tiêu", "Indicator")
    measure: Text = column("Dạng trị số", "Measure")
    breakdown: Text = column("Phân tổ", "Breakdown", null=True)
    ref_area: Text = column("Mã địa bàn", "Code of the place")
    area_vintage: Text = column("Danh mục hành chính", "List of places", null=True)
    time_period: Text = column("Kỳ", "Period", null=True)
    obs_kind: Text = column("Loại", "Kind", codes=OBS_KINDS)
    obs_value: Number = column("Trị số", "Value")
    lower_bound: Number = column("Cận dưới", "Lower bound", null=True)
    upper_bound: Number = column("Cận trên", "Upper bound", null=True)
    unit_measure: Text = column("Đơn vị tính", "Unit of measure")
    formula: Text = column("Phép tính", "Formula")
    member_ids: Texts = column("Các con số dùng để tính", "Figures it follows from", duckdb="UUID[]")  # type: ignore[valid-type]
    obs_status: Text = column("Luôn là I (suy ra)", "Always I (imputed)", codes=("I",))


@table(
    "sources",
    "Một tệp gốc trong raw/ và điều đã đọc từ nó",
    "One raw file and what was read from it",
    key=("source_id",),
    sort=("source_id",),
)
class Sources(Published):
    """Raw files as received."""

    source_id: Text = column("Đường dẫn dưới raw/", "Path below raw/")
    folder: Text = column("Thư mục nguồn", "Folder of the source")
    title: Text = column("Tên tài liệu", "Title")
    publisher: Text = column("Nơi công bố", "Publisher", null=True)
    published: pl.Date = column("Ngày công bố", "Date of publication", null=True)
    url: Text = column("Địa chỉ", "Address", null=True)
    citation: Text = column("Cách trích dẫn", "Citation", null=True)
    licence: Text = column("Giấy phép", "Licence", null=True)
    language: Text = column("Ngôn ngữ", "Language")
    number_format: Text = column("Cách viết số", "How numbers are written", codes=("vi", "machine", "en"))
    sha256: Text = column("Mã băm nội dung", "Hash of the content")
    size_bytes: int = column("Kích thước (byte)", "Size in bytes", ge=0)
    rows_read: int = column("Số dòng đã đọc", "Rows read", ge=0)
    rows_published: int = column("Số dòng công bố", "Rows published", ge=0)
    rows_quarantined: int = column("Số dòng bị từ chối", "Rows quarantined", ge=0)
    rows_excluded: int = column("Số dòng loại ra có lý do", "Rows excluded with a reason", ge=0)


@table(
    "runs",
    "Một lần chạy",
    "One execution",
    key=("run_id",),
    sort=("run_id",),
    volatile=True,
)
class Runs(Published):
    """Executions that published or tried to."""

    run_id: Text = column("Mã lần chạy", "Id of the run")
    started_at: Text = column("Bắt đầu (UTC, ISO 8601)", "Started (UTC, ISO 8601)")
    finished_at: Text = column("Kết thúc", "Finished", null=True)
    evaluated_on: Text = column("Ngày xét", "Date it was judged by")
    trigger: Text = column("Cách gọi", "How it was started")
    outcome: Text = column("published, unchanged, gate_failed, failed", "published, unchanged, gate_failed, failed")
    content_id: Text = column("Mã nội dung đã công bố", "Hash of what was published", null=True)
    version: Text = column("Phiên bản ansinh", "Version of ansinh")
    rows_read: int = column("Số dòng đọc", "Rows read", null=True)
    rows_published: int = column("Công bố", "Published", null=True)
    rows_quarantined: int = column("Từ chối", "Quarantined", null=True)
    rows_excluded: int = column("Loại ra", "Excluded", null=True)
    errors: int = column("Phát hiện mức lỗi, chưa tạm miễn", "Findings of severity error, not waived", null=True)
    warnings: int = column("Phát hiện mức cảnh báo, chưa tạm miễn", "Findings of severity warning, not waived", null=True)


@table(
    "changes",
    "Một số liệu mới có, đổi trị số hoặc không còn, hay một kết luận mới có hoặc đã hết, so với bản công bố trước",
    "One claim that was added, revised or withdrawn, or one finding that is new or resolved, since the snapshot before",
    key=("what", "id"),
    sort=("what", "change", "name", "subject", "id"),
    volatile=True,
)
class Changes(Published):
    """What became of claims and findings since the snapshot before; empty in the first one."""

    what: Text = column("observation: số liệu, finding: kết luận", "observation or finding", codes=("observation", "finding"))
    change: Text = column(
        "added: mới có, revised: đổi trị số, withdrawn: không còn; new: mới phát hiện, resolved: đã hết",
        "added, revised or withdrawn; of a finding: new or resolved",
        codes=CHANGES,
    )
    id: Text = column("Mã số liệu (observation_id) hoặc mã kết luận (finding_id)", "observation_id or finding_id", duckdb="UUID")
    name: Text = column("Chỉ tiêu, hoặc quy tắc", "Indicator, or rule")
    subject: Text = column("Địa bàn, kỳ, phân tổ, dạng trị số, loại; hoặc khóa của kết luận", "Place, period, breakdown, measure, kind; or key of the finding")
    severity: Text = column("Mức của kết luận", "Severity of the finding", codes=SEVERITIES, null=True)
    message_vi: Text = column("Kết luận bằng tiếng Việt", "The finding in Vietnamese", null=True)
    message_en: Text = column("Kết luận bằng tiếng Anh", "The finding in English", null=True)
    old_text: Text = column("Giá trị ở bản trước", "Value in the snapshot before", null=True)
    new_text: Text = column("Giá trị ở bản này", "Value in this snapshot", null=True)
    old_value: Number = column("Trị số ở bản trước", "Number in the snapshot before", null=True)
    new_value: Number = column("Trị số ở bản này", "Number in this snapshot", null=True)
    old_status: Text = column("Trạng thái ở bản trước", "Status in the snapshot before", null=True)
    new_status: Text = column("Trạng thái ở bản này", "Status in this snapshot", null=True)
    why: Text = column(
        "status: trạng thái cao hơn, correction: có đính chính; trống ở số đổi trị số: chưa rõ lý do (T09)",
        "status: a higher status, correction: corrected; NULL of a revised claim: nothing explains it (T09)",
        codes=("status", "correction"),
        null=True,
    )
    source_id: Text = column("Nguồn: đường dẫn dưới raw/", "Source: path below raw/", null=True)


@table(
    "waivers",
    "Một lần miễn xét: kết luận được bỏ qua có lý do, có hạn",
    "One waiver: findings that are excused, with a reason and a last day",
    key=("folder", "rule", "key", "expect_actual", "expect_expected"),
    sort=("folder", "rule", "key", "expect_actual", "expect_expected"),
)
class Waivers(Published):
    """The entries of raw/*/waivers.toml, and the findings that each one excuses now."""

    folder: Text = column("Thư mục dưới raw/", "Folder below raw/")
    rule: Text = column("Quy tắc", "Rule")
    key: Text = column("Khóa của kết luận", "Key of the finding")
    expect_actual: Text = column("Trị số mà mục này được viết cho", "The value it was written for", null=True)
    expect_expected: Text = column("Trị số cần có mà mục này được viết cho", "The expected value it was written for", null=True)
    reason: Text = column("Lý do", "Reason")
    by_whom: Text = column("Người quyết định", "Who decided")
    until: pl.Date = column("Ngày cuối còn hiệu lực", "Last day it holds")
    finding_ids: Texts = column("Các kết luận được miễn; rỗng: không còn khớp (D06)", "Findings it excuses; empty: it holds no more (D06)", duckdb="UUID[]")  # type: ignore[valid-type]


@table(
    "corrections",
    "Một đính chính: ô được đọc khác với bản in, có lý do, có nguồn, có hạn",
    "One correction: a cell that is read otherwise than printed, with a reason, a source and a last day",
    key=("folder", "key", "field", "old_text"),
    sort=("folder", "key", "field", "old_text"),
)
class Corrections(Published):
    """The entries of raw/*/corrections.toml, and the printed figures that each one corrects now."""

    folder: Text = column("Thư mục dưới raw/", "Folder below raw/")
    key: Text = column("Khóa của dòng", "Key of the row")
    field: Text = column("Cột được đính chính", "Column that is corrected")
    old_text: Text = column("Giá trị đã in; rỗng: ô trống", "Text as printed; empty: an empty cell")
    new_text: Text = column("Giá trị đúng; rỗng: ô trống", "Text as it should be; empty: an empty cell")
    reason: Text = column("Lý do", "Reason")
    source: Text = column("Căn cứ", "What it rests on")
    by_whom: Text = column("Người quyết định", "Who decided", null=True)
    until: pl.Date = column("Ngày cuối còn hiệu lực", "Last day it holds")
    figure_ids: Texts = column("Các con số được đính chính; rỗng: không còn khớp (D06)", "Figures it corrects; empty: it holds no more (D06)", duckdb="UUID[]")  # type: ignore[valid-type]


@table(
    "rules",
    "Một quy tắc kiểm tra",
    "One rule",
    key=("rule",),
    sort=("rule",),
)
class Rules(Published):
    """The rule set of this run."""

    rule: Text = column("Mã quy tắc", "Id of the rule")
    kind: Text = column("Kiểu so sánh", "Kind of comparison")
    label_vi: Text = column("Nội dung", "Label, in Vietnamese")
    label_en: Text = column("Nội dung, tiếng Anh", "Label, in English")
    severity: Text = column("Mức", "Severity", codes=SEVERITIES)
    gate: bool = column("Không đạt thì không công bố", "Its failure stops publication")
    min_coverage: Number = column("Độ phủ tối thiểu", "Least coverage", null=True)
    rationale_vi: Text = column("Vì sao", "Why, in Vietnamese", null=True)
    rationale_en: Text = column("Vì sao, tiếng Anh", "Why", null=True)
    fact: Text = column("Căn cứ: S nguồn công khai, A tính được, ? chưa kiểm", "Basis: S public source, A arithmetic, ? unverified", null=True)
    file: Text = column("Tệp khai báo", "File that declares it")


@table(
    "indicators",
    "Một chỉ tiêu",
    "One indicator",
    key=("id",),
    sort=("id",),
)
class Indicators(Published):
    """The catalogue of indicators."""

    id: Text = column("Mã chỉ tiêu của chúng tôi", "Our id of the indicator")
    name_vi: Text = column("Tên", "Name, in Vietnamese")
    name_en: Text = column("Tên tiếng Anh", "Name, in English")
    programme: Text = column(
        "Chương trình (bảng programmes); trống với chỉ tiêu do nguồn tự khai",
        "Programme (table programmes); may be NULL for an indicator that a source defines",
        null=True,
    )
    unit: Text = column("Đơn vị thường dùng", "Usual unit")
    unit_kind: Text = column("Loại đơn vị", "Kind of unit")
    stock_flow: Text = column("stock: thời điểm, flow: thời kỳ", "stock or flow")
    lower_limit: Number = column("Trị số nhỏ nhất có thể", "Smallest possible value", null=True)
    upper_limit: Number = column("Trị số lớn nhất có thể", "Largest possible value", null=True)
    denominator: Text = column("Mẫu số", "Denominator", null=True)
    parent: Text = column("Là một phần của", "Is part of (never more than)", null=True)
    synonyms_vi: Text = column("Tên gọi khác, cách nhau bằng |", "Other names, separated by |", null=True)
    note: Text = column("Ghi chú", "Note", null=True)


@table(
    "units",
    "Một đơn vị tính",
    "One unit of measure",
    key=("unit",),
    sort=("unit",),
)
class Units(Published):
    """Units of measure."""

    unit: Text = column("Đơn vị", "Unit")
    kind: Text = column("Loại", "Kind")
    aliases: Text = column("Cách viết khác, cách nhau bằng |", "Other spellings, separated by |", null=True)
    base_unit: Text = column("Đơn vị gốc", "Base unit", null=True)
    multiplier: Number = column("Hệ số về đơn vị gốc", "Factor to the base unit", null=True)


@table(
    "programmes",
    "Một chương trình an sinh xã hội",
    "One programme of social security",
    key=("id",),
    sort=("id",),
)
class Programmes(Published):
    """Programmes of social security."""

    id: Text = column("Mã chương trình", "Id of the programme")
    name_vi: Text = column("Tên", "Name, in Vietnamese")
    name_en: Text = column("Tên tiếng Anh", "Name, in English")
    articles: Text = column("Bài viết nói tới", "Articles that speak of it", null=True)
    indicators: Text = column("Các chỉ tiêu, cách nhau bằng |", "Its indicators, separated by |", null=True)
    breakdowns: Text = column(
        "Các phân tổ chỉ nói về chương trình này trong các chỉ tiêu ấy, cách nhau bằng |",
        "Breakdowns that speak of it alone within them, separated by |",
        null=True,
    )
    note: Text = column("Ghi chú", "Note", null=True)


@table(
    "dimensions",
    "Một thành phần của một chiều phân tổ",
    "One member of a breakdown dimension",
    key=("dimension", "member"),
    sort=("dimension", "member"),
)
class Dimensions(Published):
    """Members of the breakdown dimensions."""

    dimension: Text = column("Chiều phân tổ", "Dimension")
    member: Text = column("Thành phần", "Member")
    name_vi: Text = column("Tên", "Name, in Vietnamese")
    name_en: Text = column("Tên tiếng Anh", "Name, in English")
    is_complete: bool = column("Danh sách thành phần của chiều này là đầy đủ", "The members of this dimension are all there are")
    splits_base: bool = column("Chiều này chia cả mẫu số của tỷ lệ", "The dimension splits the base of a rate too")
    may_overlap: bool = column("Các thành phần có thể trùng nhau", "Members may overlap")


@table(
    "breaks",
    "Một điểm gãy: trước và sau không so sánh được",
    "One break: before and after are not comparable",
    key=("id",),
    sort=("id",),
)
class Breaks(Published):
    """Registered breaks of series."""

    id: Text = column("Mã", "Id")
    indicator_pattern: Text = column("Chỉ tiêu chạm tới (mẫu có *)", "Indicators touched (pattern with *)")
    valid_from: pl.Date = column("Từ ngày", "From")
    kind: Text = column("definition, geography, source", "definition, geography, source", codes=("definition", "geography", "source"))
    text_vi: Text = column("Thay đổi gì", "What changed, in Vietnamese")
    text_en: Text = column("Thay đổi gì, tiếng Anh", "What changed, in English")
    citation: Text = column("Căn cứ", "Citation", null=True)
    verified: bool = column("Đã đối chiếu nguồn công khai", "Checked against a public source")
    bridge: Text = column("Cầu nối đã công bố", "Published bridge", null=True)
    province_code: Text = column(
        "Chỉ riêng tỉnh này, mã theo danh mục đầu tiên; trống: mọi địa bàn", "This province only, by its code in the first list; NULL: every place", null=True
    )


@table(
    "areas",
    "Một đơn vị hành chính trong một danh mục",
    "One place in one list of places",
    key=("vintage", "level", "code"),
    sort=("vintage", "level", "code"),
)
class Areas(Published):
    """Places by vintage."""

    vintage: Text = column("Danh mục", "List of places")
    level: Text = column("Cấp", "Level", codes=LEVELS)
    code: Text = column("Mã", "Code")
    name: Text = column("Tên", "Name")
    parent_code: Text = column("Mã đơn vị cha", "Code of the parent", null=True)
    legal_act: Text = column("Văn bản", "Legal act", null=True)


@table(
    "area_links",
    "Một mối nối đơn vị cũ với đơn vị mới",
    "One link from an old place to a new one",
    sort=("old_vintage", "old_level", "old_code", "new_vintage", "new_level", "new_code"),
)
class AreaLinks(Published):
    """What became of places."""

    old_vintage: Text = column("Danh mục cũ", "Old list")
    old_level: Text = column("Cấp cũ", "Old level")
    old_code: Text = column("Mã cũ", "Old code")
    new_vintage: Text = column("Danh mục mới", "New list")
    new_level: Text = column("Cấp mới", "New level")
    new_code: Text = column("Mã mới", "New code")
    relation: Text = column("whole: nguyên vẹn, part: một phần", "whole, part or part_default")


# mypy takes a decorated class for the class it was: the cast says what `table` made of it.
TABLES: Final = cast(
    "tuple[PublishedTable, ...]",
    (
        Observations,
        Findings,
        FindingMembers,
        RuleResults,
        Quarantine,
        Excluded,
        ImpliedFigures,
        Sources,
        Runs,
        Changes,
        Waivers,
        Corrections,
        Rules,
        Indicators,
        Units,
        Programmes,
        Dimensions,
        Breaks,
        Areas,
        AreaLinks,
    ),
)
