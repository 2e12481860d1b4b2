"""The folders of raw/: source.toml read strictly, every file listed, no way out of raw/."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from etl.errors import ConfigError, SourceError
from etl.model import NumberFormat, RawFile, Source
from etl.read.sources import INDICATOR_KEYS, discover, list_strays, read_source, sha256_of

if TYPE_CHECKING:
    from pathlib import Path

FULL = """\
title = "Báo cáo an sinh xã hội năm 2023"
publisher = "Sở Nội vụ"
published = 2024-01-15
url = "https://example.org/bao-cao"
citation = "Sở Nội vụ: Báo cáo, 2024"
licence = "not stated"
ref_area = "Lào Cai"
time_period = "2023"
language = "vi"
number_format = "machine"

[[indicator]]
id = "lonely_elderly_visits"
name_vi = "Số lượt thăm người già neo đơn"
unit = "lượt"
unit_kind = "count"
stock_flow = "flow"
lower_limit = 0
upper_limit = 99.5
synonyms_vi = "thăm người già|thăm cụ"
"""


def make(raw: Path, files: dict[str, str]) -> Path:
    """Lay out raw/ from paths and contents."""
    raw.mkdir(exist_ok=True)
    for name, content in files.items():
        path = raw / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return raw


def refusal(raw: Path, toml: str) -> ConfigError:
    """What is said of a source.toml that cannot be right."""
    with pytest.raises(ConfigError) as refused:
        discover(make(raw, {"a/source.toml": toml, "a/figures.csv": ""}))
    assert refused.value.facts["file"] == str(raw / "a" / "source.toml")
    return refused.value


def test_all_keys_of_a_source_are_read(tmp_path: Path) -> None:
    raw = make(tmp_path / "raw", {"bao-cao/source.toml": FULL, "bao-cao/figures.csv": "x"})
    (folder,) = discover(raw)
    assert folder.source == Source(
        folder="bao-cao",
        path=raw / "bao-cao",
        title="Báo cáo an sinh xã hội năm 2023",
        publisher="Sở Nội vụ",
        published=date(2024, 1, 15),
        url="https://example.org/bao-cao",
        citation="Sở Nội vụ: Báo cáo, 2024",
        licence="not stated",
        ref_area="Lào Cai",
        time_period="2023",
        language="vi",
        number_format=NumberFormat.MACHINE,
        has_mapping=True,
    )
    (defined,) = folder.indicators
    assert (defined.line, defined.id, defined.name_en, defined.upper_limit, defined.programme) == (
        12,
        "lonely_elderly_visits",
        "Số lượt thăm người già neo đơn",
        Decimal("99.5"),
        None,
    )
    assert all(hasattr(defined, key) for key in INDICATOR_KEYS)


def test_without_source_toml_there_are_defaults_and_that_is_said(tmp_path: Path) -> None:
    (folder,) = discover(make(tmp_path / "raw", {"báo cáo/figures.csv": "x"}))
    assert (folder.source.title, folder.source.number_format, folder.source.language, folder.source.has_mapping) == ("báo cáo", NumberFormat.VI, "vi", False)
    assert folder.source.published is None


def test_folders_come_in_the_order_of_their_names_and_every_file_is_listed(tmp_path: Path) -> None:
    raw = make(
        tmp_path / "raw",
        {
            "b/figures.csv": "12345",
            "b/báo cáo.pdf": "x",
            "b/sub/figures.csv": "x",
            "b/sub/source.toml": "x",
            "b/waivers.toml": "",
            "b/.hidden": "x",
            ".git/config": "x",
            "a/notes.txt": "x",
            "readme.txt": "x",
        },
    )
    first, second = discover(raw)
    assert (first.source.folder, first.figures, [file.source_id for file in first.not_read]) == ("a", None, ["a/notes.txt"])
    assert second.figures is not None
    assert (second.figures.source_id, second.figures.folder, second.figures.size) == ("b/figures.csv", "b", 5)
    assert [file.source_id for file in second.not_read] == ["b/báo cáo.pdf", "b/sub/figures.csv", "b/sub/source.toml"]
    assert [file.source_id for file in list_strays(raw)] == ["readme.txt"]


def test_an_id_does_not_depend_on_how_a_file_system_spells_letters(tmp_path: Path) -> None:
    raw = make(tmp_path / "raw", {unicodedata.normalize("NFD", "đầm-hà/figures.csv"): "x"})
    (folder,) = discover(raw)
    assert folder.figures is not None
    assert folder.figures.source_id == unicodedata.normalize("NFC", "đầm-hà/figures.csv")
    assert folder.source.folder == folder.figures.folder == unicodedata.normalize("NFC", "đầm-hà")


def test_an_empty_raw_folder_has_no_sources(tmp_path: Path) -> None:
    assert discover(make(tmp_path / "raw", {})) == []


@pytest.mark.parametrize("target", ["..", "../outside", "../outside/figures.csv", "nowhere", "."])
def test_a_link_out_of_raw_or_into_nothing_or_back_up_is_refused(tmp_path: Path, target: str) -> None:
    make(tmp_path / "outside", {"figures.csv": "x"})
    raw = make(tmp_path / "raw", {"a/figures.csv": "x"})
    (raw / "link").symlink_to(target)
    with pytest.raises(SourceError) as refused:
        discover(raw)
    assert refused.value.code == "source-link-outside"
    assert refused.value.facts["file"] == str(raw / "link")


def test_a_link_inside_a_source_must_not_leave_raw_either(tmp_path: Path) -> None:
    make(tmp_path / "outside", {"figures.csv": "x"})
    raw = make(tmp_path / "raw", {"a/source.toml": ""})
    (raw / "a" / "figures.csv").symlink_to(tmp_path / "outside" / "figures.csv")
    with pytest.raises(SourceError):
        discover(raw)


def test_a_link_to_a_file_inside_raw_is_a_file(tmp_path: Path) -> None:
    raw = make(tmp_path / "raw", {"a/figures.csv": "x", "b/source.toml": ""})
    (raw / "b" / "figures.csv").symlink_to(raw / "a" / "figures.csv")
    assert [folder.figures is not None for folder in discover(raw)] == [True, True]


@pytest.mark.parametrize(
    ("toml", "code", "line"),
    [
        ('title = "x"\npublischer = "y"\n', "unknown-key", 2),
        ('title = "x"\n\nnumber_format = "vn"\n', "unknown-value", 3),
        ('language = "fr"\n', "unknown-value", 1),
        ("title = 7\n", "wrong-type", 1),
        ('title = "x"\npublisher = " "\n', "wrong-type", 2),
        ('published = "2024-01-15"\n', "wrong-type", 1),
        ("published = 2024-01-15T10:00:00\n", "wrong-type", 1),
        ('title = "x"\n[[table]]\nfile = "a.csv"\n', "table-mapping-unsupported", 2),
        ('[[indicator]]\nid = "a"\nname_vi = "x"\nunit = "hộ"\n', "missing-key", 1),
        ('[[indicator]]\nid = "a"\nname_vi = "x"\nunit = "hộ"\nunit_kind = "number"\n', "unknown-value", 5),
        ('[[indicator]]\nid = "a"\nname_vi = "x"\nunit = "hộ"\nunit_kind = "count"\nname = "x"\n', "unknown-key", 6),
        ('[[indicator]]\nid = "Số hộ"\nname_vi = "x"\nunit = "hộ"\nunit_kind = "count"\n', "indicator-id-malformed", 2),
        ('[[indicator]]\nid = "a"\nname_vi = "x"\nunit = "hộ"\nunit_kind = "count"\n' * 2, "indicator-defined-twice", 7),
        ('indicator = "a"\n', "wrong-type", 1),
        ("title = \n", "toml-syntax", 1),
    ],
)
def test_a_wrong_source_toml_is_refused_with_its_line(tmp_path: Path, toml: str, code: str, line: int) -> None:
    error = refusal(tmp_path / "raw", toml)
    assert (error.code, error.facts["line"]) == (code, line)


def test_a_source_can_be_read_alone(tmp_path: Path) -> None:
    raw = make(tmp_path / "raw", {"a/source.toml": 'title = "x"'})
    source, indicators = read_source(raw / "a")
    assert (source.title, indicators) == ("x", ())


def test_a_listed_file_becomes_a_raw_file_with_its_hash(tmp_path: Path) -> None:
    raw = make(tmp_path / "raw", {"a/figures.csv": "x" * 3_000_000})
    listed = discover(raw)[0].figures
    assert listed is not None
    digest = hashlib.sha256(b"x" * 3_000_000).hexdigest()
    assert sha256_of(listed.path) == digest
    assert listed.hashed(digest) == RawFile("a/figures.csv", "a", raw / "a" / "figures.csv", 3_000_000, listed.mtime_ns, digest)


def test_the_shipped_sources_state_no_date_that_their_texts_do_not_state(root: Path) -> None:
    folders = discover(root / "raw")
    assert [folder.source.folder for folder in folders] == ["dam-ha-2023", "lao-cai-2023"]
    for folder in folders:
        assert folder.source.has_mapping
        assert folder.not_read == ()
        assert (folder.source.published, folder.source.url, folder.source.licence) == (None, None, "not stated")


@pytest.mark.parametrize("name", ["hai\ndòng", "\x1b[2J", os.fsdecode(b"a\xff")], ids=["line break", "escape", "not UTF-8"])
@pytest.mark.parametrize("below", ["", "a/"], ids=["folder", "file"])
def test_a_name_that_nobody_can_read_is_refused_in_a_form_that_anybody_can(tmp_path: Path, name: str, below: str) -> None:
    raw = make(tmp_path / "raw", {"a/figures.csv": "x"})
    try:
        (raw / below / name).mkdir()
    except OSError:  # a file system that takes UTF-8 alone needs no refusal
        return
    with pytest.raises(SourceError) as refused:
        discover(raw)
    assert (refused.value.code, refused.value.facts["name"]) == ("source-name-unprintable", ascii(name))


@pytest.mark.parametrize("published", ["1024-01-15", "9999-12-31"])
def test_a_date_of_publication_that_cannot_be_is_refused_with_its_line(tmp_path: Path, published: str) -> None:
    raw = make(tmp_path / "raw", {"a/source.toml": f'title = "T"\npublished = {published}\n'})
    with pytest.raises(ConfigError) as refused:
        discover(raw)
    assert (refused.value.code, refused.value.facts["line"]) == ("out-of-range", 2)


def test_a_link_back_up_is_refused_where_raw_itself_is_a_link(tmp_path: Path) -> None:
    (tmp_path / "data" / "a").mkdir(parents=True)
    (tmp_path / "data" / "a" / "loop").symlink_to("..")
    (tmp_path / "raw").symlink_to("data")
    with pytest.raises(SourceError, match="source-link-outside"):
        discover(tmp_path / "raw")
