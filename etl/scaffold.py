"""A new project: the folders, and files that explain themselves by being read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from etl.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

_SOURCE: Final = """\
# Nguồn này là gì. Khóa lạ bị từ chối. | What this source is. Unknown keys are refused.
title = "Báo cáo mẫu"
publisher = "Sở mẫu"
published = 2024-01-15
licence = "not stated"
language = "vi"
number_format = "vi"          # vi: 1.234,5   machine: 1234.5   en: 1,234.5
"""
_FIGURES: Final = """\
indicator,measure,breakdown,ref_area,time_period,obs_kind,value,unit,locator,note
employment_sector_share,level,sector=agriculture_forestry,Hà Giang,2022,actual,"61,4",%,,list=closed
employment_sector_share,level,sector=industry_construction,Hà Giang,2022,actual,"13,25",%,,list=closed
employment_sector_share,level,sector=tourism_services,Hà Giang,2022,actual,"25,35",%,,list=closed
poor_households,level,,Hà Giang,2022,actual,hơn 70.000,hộ,,
"""
_SETTINGS: Final = """\
# Ngưỡng và cách giữ bản công bố. | Thresholds, and what is kept.
[gate]
# max_errors = 20
# max_quarantined_share = 0.05

[retention]
keep = 10
"""
_RULES: Final = """\
# Quy tắc riêng của dự án. Kiểm tra: ansinh rules --check rules/own.toml | The project's own rules.
[[rule]]
id = "OWN1"
kind = "order"
a = "schools"
b = "students"
label = "Số trường không nhiều hơn số học sinh"
label_en = "No more schools than pupils"
severity = "error"
"""
_FILES: Final = {
    "raw/mau-2022/source.toml": _SOURCE,
    "raw/mau-2022/figures.csv": _FIGURES,
    "ansinh.toml": _SETTINGS,
    "rules/own.toml": _RULES,
}


def create_project(folder: Path) -> list[str]:
    """Write the files of a new project; a folder that holds anything is refused. Gives the paths written."""
    if folder.exists() and any(folder.iterdir()):
        raise UsageError("init-not-empty", folder=str(folder))
    for name, content in _FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    (folder / "warehouse").mkdir(exist_ok=True)
    return [str(folder / name) for name in _FILES]
