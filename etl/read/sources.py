"""The folders of raw/: what each source.toml says, which files there are, and which of them nobody reads.

    raw/lao-cai-2023/source.toml     title, publisher, …; written strictly, one unknown key refuses the file
    raw/lao-cai-2023/figures.csv     the figures
    raw/lao-cai-2023/anything.pdf    listed as not read, so that nothing is lost in silence

Belongs here: listing (by `stat` only), source.toml, hashing. Elsewhere: the figures (figures_csv.py), the catalogue (definitions.py),
what to do about changed or unread files (the pipeline).
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from etl.errors import SourceError
from etl.model import NumberFormat, RawFile, Source
from etl.strict import TomlFile, choice, day, load_toml, number, refuse_unknown_keys, tables, text, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

MAPPING: Final = "source.toml"
FIGURES: Final = "figures.csv"
COMPANIONS: Final = frozenset({MAPPING, "waivers.toml", "corrections.toml"})  # settings beside the data: read by others, no data themselves

SOURCE_KEYS: Final = (
    "title",
    "publisher",
    "published",
    "due",
    "must_have",
    "url",
    "citation",
    "licence",
    "ref_area",
    "time_period",
    "language",
    "number_format",
    "table",
    "indicator",
)
LANGUAGES: Final = ("vi", "en")
UNIT_KINDS: Final = ("count", "rate", "money", "per_unit", "area", "ratio")
INDICATOR_KEYS: Final = (
    "id",
    "name_vi",
    "name_en",
    "programme",
    "unit",
    "unit_kind",
    "stock_flow",
    "lower_limit",
    "upper_limit",
    "denominator",
    "parent",
    "synonyms_vi",
    "note",
)

_CHUNK: Final = 1024 * 1024
_UNREADABLE: Final = ("Cc", "Cs")  # control characters, lone surrogates
_LARGEST: Final = Decimal("1E+300")
_FIRST_DAY: Final = date(1900, 1, 1)
_LAST_DAY: Final = date(2100, 12, 31)


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file as `stat` shows it; what is in it nobody has looked at yet."""

    source_id: str
    folder: str
    path: Path
    size: int
    mtime_ns: int
    ctime_ns: int

    def hashed(self, sha256: str) -> RawFile:
        """Give the raw file, now that its hash is known (sha256_of, or remembered for this size and time)."""
        return RawFile(source_id=self.source_id, folder=self.folder, path=self.path, size=self.size, mtime_ns=self.mtime_ns, sha256=sha256)


@dataclass(frozen=True, slots=True)
class IndicatorDefinition:
    """One [[indicator]] of a source.toml: columns as in indicators.csv, and where it stands."""

    file: str
    line: int
    id: str
    name_vi: str
    name_en: str
    programme: str | None
    unit: str
    unit_kind: str
    stock_flow: str
    lower_limit: Decimal | None
    upper_limit: Decimal | None
    denominator: str | None
    parent: str | None
    synonyms_vi: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class RawFolder:
    """One folder of raw/: its source, the figures to read, the indicators it defines, and the files that nobody reads."""

    source: Source
    figures: ListedFile | None
    indicators: tuple[IndicatorDefinition, ...]
    not_read: tuple[ListedFile, ...]


def discover(raw: Path) -> list[RawFolder]:
    """List the folders of raw/ in the order of their names, each with its source.toml read. Names that begin with a dot are left alone."""
    inside = raw.resolve()
    return [_read_folder(raw, inside, Path(entry.path)) for entry in _entries(raw, inside) if entry.is_dir()]


def list_strays(raw: Path) -> list[ListedFile]:
    """List the files that lie in raw/ itself, where no source is: nobody reads them."""
    return [_list_file(raw, entry) for entry in _entries(raw, raw.resolve()) if entry.is_file()]


def sha256_of(path: Path) -> str:
    """Hash a file piece by piece."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def read_source(path: Path) -> tuple[Source, tuple[IndicatorDefinition, ...]]:
    """Read the source.toml of one folder; without one, all defaults and has_mapping False."""
    if not (path / MAPPING).exists():
        return _source(path, None), ()
    file = load_toml(path / MAPPING)
    refuse_unknown_keys(file, file.data, SOURCE_KEYS)
    if "table" in file.data:
        raise file.fault("table-mapping-unsupported", "table", folder=path.name)
    return _source(path, file), _read_definitions(file)


def _read_folder(raw: Path, inside: Path, path: Path) -> RawFolder:
    files = [_list_file(raw, entry) for entry in _walk(path, inside)]  # first of all: opening a pipe would wait for ever
    source, indicators = read_source(path)
    figures = next((file for file in files if file.path == path / FIGURES), None)
    not_read = tuple(file for file in files if file is not figures and not (file.path.parent == path and file.path.name in COMPANIONS))
    return RawFolder(source=source, figures=figures, indicators=indicators, not_read=not_read)


def _walk(folder: Path | str, inside: Path) -> Iterator[os.DirEntry[str]]:
    for entry in _entries(folder, inside):
        if entry.is_dir():
            yield from _walk(entry.path, inside)
        else:
            yield entry


def _entries(folder: Path | str, inside: Path) -> list[os.DirEntry[str]]:
    """List what lies in a folder, sorted by name; a link that leads out of raw/, nowhere or back up is refused.

    (Of ten thousand sources, Path objects and a stat for each question took most of the time.)
    """
    with os.scandir(folder) as listed:
        found = [entry for entry in listed if not entry.name.startswith(".")]
    for entry in found:
        if any(unicodedata.category(c) in _UNREADABLE for c in entry.name):  # what is not UTF-8 comes as lone surrogates, which no database takes
            raise SourceError("source-name-unprintable", folder=str(folder), name=ascii(entry.name))
        if entry.is_symlink():
            target = Path(os.path.realpath(entry.path))  # Path.resolve raises on a link to itself, in some versions of Python
            if not target.exists() or not target.is_relative_to(inside) or Path(os.path.realpath(folder), entry.name).is_relative_to(target):
                raise SourceError("source-link-outside", file=entry.path, target=str(target), raw=str(inside))
    return sorted(found, key=lambda entry: unicodedata.normalize("NFC", entry.name))


def _list_file(raw: Path, entry: os.DirEntry[str]) -> ListedFile:
    # Some systems store names decomposed; an id must not depend on the machine that read the folder.
    source_id = unicodedata.normalize("NFC", os.path.relpath(entry.path, raw))
    found = entry.stat()
    if not stat.S_ISREG(found.st_mode):
        raise SourceError("source-no-file", file=entry.path)
    return ListedFile(
        source_id=source_id,
        folder=source_id.partition("/")[0],
        path=Path(entry.path),
        size=found.st_size,
        mtime_ns=found.st_mtime_ns,
        ctime_ns=found.st_ctime_ns,
    )


def _source(path: Path, file: TomlFile | None) -> Source:
    folder = unicodedata.normalize("NFC", path.name)
    known = file or TomlFile(path=path / MAPPING, data={}, source="")
    said: dict[str, str | None] = {
        key: text(known, known.data, key, default=None) for key in ("publisher", "url", "citation", "licence", "ref_area", "time_period")
    }
    return Source(
        folder=folder,
        path=path,
        title=text(known, known.data, "title", default=folder),
        publisher=said["publisher"],
        published=_day(known, "published"),
        due=_day(known, "due"),
        must_have=tuple(dict.fromkeys(texts(known, known.data, "must_have", default=[]))),
        url=said["url"],
        citation=said["citation"],
        licence=said["licence"],
        ref_area=said["ref_area"],
        time_period=said["time_period"],
        language=choice(known, known.data, "language", LANGUAGES, default="vi"),
        number_format=NumberFormat(choice(known, known.data, "number_format", tuple(NumberFormat), default=NumberFormat.VI)),
        has_mapping=file is not None,
    )


def _day(file: TomlFile, key: str) -> date | None:
    """A date outside the years that a period may have is a slip of the pen; that of publication would settle which list of places holds."""
    found = day(file, file.data, key, default=None)
    if found is not None and not _FIRST_DAY <= found <= _LAST_DAY:
        raise file.fault("out-of-range", key, key=key, found=found, lowest=_FIRST_DAY, highest=_LAST_DAY)
    return found


def _read_definitions(file: TomlFile) -> tuple[IndicatorDefinition, ...]:
    found: dict[str, IndicatorDefinition] = {}
    for n, entry in enumerate(tables(file, file.data, "indicator")):
        defined = _read_definition(file, entry, n)
        if defined.id in found:
            raise file.fault("indicator-defined-twice", "indicator", n, "id", indicator=defined.id, other=f"{file.path}:{found[defined.id].line}")
        found[defined.id] = defined
    return tuple(found.values())


def _read_definition(file: TomlFile, entry: dict[str, Any], n: int) -> IndicatorDefinition:
    where = ("indicator", n)
    refuse_unknown_keys(file, entry, INDICATOR_KEYS, *where)
    name = text(file, entry, "id", *where)
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise file.fault("indicator-id-malformed", *where, "id", indicator=name)
    name_vi = text(file, entry, "name_vi", *where)
    said: dict[str, str | None] = {key: text(file, entry, key, *where, default=None) for key in ("programme", "denominator", "parent", "synonyms_vi", "note")}
    return IndicatorDefinition(
        file=str(file.path),
        line=file.line_of(*where),
        id=name,
        name_vi=name_vi,
        name_en=text(file, entry, "name_en", *where, default=name_vi),
        programme=said["programme"],
        unit=text(file, entry, "unit", *where),
        unit_kind=choice(file, entry, "unit_kind", UNIT_KINDS, *where),
        stock_flow=choice(file, entry, "stock_flow", ("stock", "flow"), *where, default="stock"),
        lower_limit=_limit(file, entry, "lower_limit", *where),
        upper_limit=_limit(file, entry, "upper_limit", *where),
        denominator=said["denominator"],
        parent=said["parent"],
        synonyms_vi=said["synonyms_vi"],
        note=said["note"],
    )


def _limit(file: TomlFile, entry: dict[str, Any], key: str, *where: str | int) -> Decimal | None:
    """A limit is published as a DOUBLE: one that such a number cannot hold is a slip of the pen."""
    found = number(file, entry, key, *where, default=None)
    if found is not None and abs(found) > _LARGEST:
        raise file.fault("out-of-range", *where, key, key=key, found=f"{found:.3E}", lowest=f"-{_LARGEST:E}", highest=f"{_LARGEST:E}")
    return found
