"""The report as one HTML page that needs nothing else: no network, no server, no script to be read.

Belongs here: how much of each part the page holds, and its environment. Elsewhere: the markup (templates/), the words (wording.toml),
pictures (pictures.py), what is told (content.py).

The page stays below `PAGE_BYTES` whatever was found. Each part has a share of them; what does not fit is counted, and the reader is told
how to see it. That is a limit of the display: quality-report.json has everything.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from etl.report import pictures
from etl.report.charts import TONES, proportions
from etl.report.names import names_of
from etl.report.notation import decimals_of
from etl.report.sides import sides_of
from etl.report.wording import Said, number, wording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from etl.report.names import Names

Row: TypeAlias = dict[str, Any]

PAGE_BYTES: Final = 1_500_000
# What each part may take of it. Findings take what the others leave.
FRAME_BYTES: Final = 140_000  # the first screen, the lists of names, and what is around the parts
RULES_BYTES: Final = 150_000
PROGRAMMES_BYTES: Final = 330_000
LEAST_SHARE_BYTES: Final = 6_000  # of one programme: less would be a heading without a figure
NAMES_BYTES: Final = 30_000
QUARANTINE_BYTES: Final = 120_000
EXCLUDED_BYTES: Final = 20_000
IMPLIED_BYTES: Final = 50_000
SOURCES_BYTES: Final = 60_000
DICTIONARY_BYTES: Final = 110_000

MOST_MEMBERS: Final = 40
MOST_HYPOTHESES: Final = 8
MOST_LETTERS: Final = 400  # of one text: a hostile cell may hold a megabyte
MOST_LETTERS_OF_A_SENTENCE: Final = 1500

_TEMPLATES: Final = Path(__file__).parent / "templates"
# What a reader cannot see, or what turns the text around it, is named instead of printed.
_UNSEEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_UNFIT_FOR_AN_ID: Final = re.compile(r"[^A-Za-z0-9_-]")


@dataclass(frozen=True, slots=True)
class Fitted:
    """As many rendered pieces as had room, and how many there would have been."""

    pieces: tuple[Markup, ...]
    total: int

    @property
    def shown(self) -> int:
        """How many are on the page."""
        return len(self.pieces)

    @property
    def left(self) -> int:
        """How many are not."""
        return self.total - len(self.pieces)


def render_html(content: Row) -> bytes:
    """The whole page."""
    on_page: set[str] = set()
    environment = _environment(content, on_page)
    parts: Any = environment.get_template("parts.html.j2").module
    style, script = (_TEMPLATES / "report.css").read_text(encoding="utf-8"), (_TEMPLATES / "report.js").read_text(encoding="utf-8")
    # The largest first: where there is no room for all, what most figures are about is shown.
    with_figures = sorted((programme for programme in content["programmes"] if programme["figures"]), key=lambda programme: -programme["figures_total"])
    fitted = _parts_with_a_share(content, parts, with_figures)
    taken = FRAME_BYTES + QUARANTINE_BYTES + _size([style, script, *(piece for part in fitted.values() for piece in part.pieces)])
    findings = _fit(content["findings"], parts.finding, PAGE_BYTES - taken)
    shown = content["findings"][: findings.shown]
    on_page.update(finding["finding_id"] for finding in shown)
    template = environment.get_template("report.html.j2")
    page = template.render(
        content=content,
        day=_day(content["evaluated_on"]),
        style=Markup(style),  # noqa: S704  our own file
        script=Markup(script),  # noqa: S704  our own file
        policy=f"default-src 'none'; style-src {_hash_source(style)}; script-src {_hash_source(script)}; base-uri 'none'; form-action 'none'",
        words_of_script=_json_for_html({name: {"vi": said.vi, "en": said.en} for name, said in _words_of_script().items()}),
        attention=_attention(content),
        groups=_groups(content["causes"], shown, findings.pieces),
        findings=findings,
        finding_rules=sorted({finding["rule"] for finding in shown}),
        programmes_shown=with_figures[: fitted["programmes"].shown],
        quarantine=_fit(content["quarantine"], parts.quarantined, QUARANTINE_BYTES),
        **fitted,
    )
    return page.encode()


def _parts_with_a_share(content: Row, parts: Any, with_figures: list[Row]) -> dict[str, Fitted]:
    """All parts but findings, which take what is left, and refused rows, which link to the findings on the page."""
    return {
        "rules": _fit(content["rules"], parts.rule, RULES_BYTES),
        "excluded": _fit(_excluded_lines(content["excluded"]), parts.excluded, EXCLUDED_BYTES),
        "implied": _fit(content["implied_figures"], parts.implied, IMPLIED_BYTES),
        "sources": _fit(content["sources"], parts.source, SOURCES_BYTES),
        "dictionary": _fit(content["dictionary"], parts.relation, DICTIONARY_BYTES),
        "without": _fit([programme for programme in content["programmes"] if not programme["figures"]], parts.without, NAMES_BYTES),
        "programmes": _fit_programmes(with_figures, content, parts),
    }


def _environment(content: Row, on_page: set[str]) -> Environment:
    """`on_page` is filled later: which findings are on the page is known only when they are rendered."""
    words, names = wording(), names_of(content)
    indicators = {row["id"]: row for row in content["indicators"]}
    source_numbers = {row["source_id"]: str(position) for position, row in enumerate(content["sources"])}
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    environment.globals.update(
        say=words.say,
        count=words.count,
        code=words.code,
        known=words.known,
        names=names,
        number=number,
        amount=_amount,
        difference=_difference,
        brief=_brief,
        sides=_sides,
        seen=_seen,
        anchor=_anchor,
        day=_day,
        tone=_tone,
        is_web_address=_is_web_address,
        sources_of=lambda finding: " ".join(sorted({source_numbers.get(member["source_id"], "") for member in finding["members"]})).strip(),
        picture=pictures.finding_picture,
        is_composition=pictures.is_composition,
        is_part=pictures.is_part,
        figure_picture=lambda figure: pictures.figure_picture(figure, indicators.get(figure["indicator"])),
        target_picture=pictures.target_picture,
        proportions=proportions,
        both=_both,
        effect=_effect,
        tones=TONES,
        most_members=MOST_MEMBERS,
        most_hypotheses=MOST_HYPOTHESES,
        is_on_page=on_page.__contains__,
    )
    return environment


def _fit(rows: Sequence[Row], render: Callable[[Row], str], room: int) -> Fitted:
    pieces: list[Markup] = []
    for row in rows:
        piece = Markup(render(row))  # noqa: S704  what an autoescaping template gave
        room -= len(piece.encode())
        if room < 0:
            break
        pieces.append(piece)
    return Fitted(tuple(pieces), len(rows))


def _groups(causes: list[Row], shown: list[Row], cards: Sequence[Markup]) -> list[Row]:
    """The findings on the page, gravest first and then by rule; those with one cause stand together, where the gravest of them stands."""
    cause_of = {finding_id: cause for cause in causes if len(cause["finding_ids"]) > 1 for finding_id in cause["finding_ids"]}
    gravities = list(dict.fromkeys(_gravity(finding) for finding in shown))  # in the order they came, which is that of the content
    in_order = sorted(zip(shown, cards, strict=True), key=lambda pair: (gravities.index(_gravity(pair[0])), pair[0]["rule"]))
    groups: dict[str, Row] = {}
    for finding, card in in_order:
        cause = cause_of.get(finding["finding_id"])
        key = finding["finding_id"] if cause is None else cause["finding_ids"][0]
        groups.setdefault(key, {"cause": cause, "cards": []})["cards"].append(card)
    return list(groups.values())


def _gravity(finding: Row) -> tuple[bool, str, str]:
    return finding["waived"], finding["severity"], finding["verdict"]


def _attention(content: Row) -> list[Row]:
    wanted = set(content["attention"])
    found: dict[str, Row] = {}
    for finding in content["findings"]:  # they stand near the beginning: parsing stops there
        if finding["finding_id"] in wanted:
            found[finding["finding_id"]] = finding
        if len(found) == len(wanted):
            break
    return [found[finding_id] for finding_id in content["attention"]]


def _fit_programmes(programmes: list[Row], content: Row, parts: Any) -> Fitted:
    """Sections of the programmes that have figures, each with as many rows as its share of the page holds."""
    names, wholes = names_of(content), pictures.wholes_of(content["dimensions"])
    room = PROGRAMMES_BYTES
    sections: list[Markup] = []
    for programme in programmes:
        # What a small programme leaves goes to those after it.
        share = max(room // (len(programmes) - len(sections)), LEAST_SHARE_BYTES)
        beside = [target for target in programme["targets"] if target["actual_id"] is not None]
        entry = {
            "programme": programme,
            "figures": _fit(programme["figures"], parts.figure, int(share * 0.55)),
            "targets": _fit(beside, parts.target, int(share * 0.15)),
            "lonely": len(programme["targets"]) - len(beside),
            "pictures": _pictures_that_fit(programme, names, wholes, int(share * 0.2)),
        }
        section = Markup(parts.programme(entry))  # noqa: S704  what an autoescaping template gave
        room -= _size([section])
        if room < 0:
            break
        sections.append(section)
    return Fitted(tuple(sections), len(programmes))


def _pictures_that_fit(programme: Row, names: Names, wholes: frozenset[str], room: int) -> list[tuple[str, Said, Markup]]:
    drawn: list[tuple[str, Said, Markup]] = []
    name = _anchor(programme["id"])
    for kind, found in (
        ("wholes", pictures.composition_pictures(programme["figures"], wholes, names, name)),
        ("trends", pictures.trend_pictures(programme["figures"], names, name)),
    ):
        for heading, picture in found:
            room -= _size([picture.__html__()])
            if room < 0:
                return drawn
            drawn.append((kind, heading, picture.__html__()))
    return drawn


def _size(pieces: Iterable[str]) -> int:
    return sum(len(piece.encode()) for piece in pieces)


def _excluded_lines(excluded: Row) -> list[Row]:
    return [{"reason": entry["reason"], **source} for entry in excluded["by_reason"] for source in entry["sources"]]


def _words_of_script() -> dict[str, Said]:
    """What the script says itself; the numbers are filled in by it."""
    words = wording()
    return {"title": words.say("page.title"), "shown": words.say("filter.shown", shown="{shown}", total="{total}"), "all": words.say("filter.all")}


def _sides(finding: Row) -> tuple[Said, Said]:
    """What was found and what was needed, in the notation of each language if it is certain how to read them."""
    known = sides_of(finding)
    if known is None:
        return _both(finding["actual"]), _both(finding["expected"])
    found, needed = known
    return Said(found.written("vi"), found.written("en")), Said(needed.written("vi"), needed.written("en"))


def _amount(value: float, finding: Row) -> Said:
    """A gap or a tolerance, with as many decimals as either needs: 3,00 beside 0,06."""
    places = max(decimals_of(amount) for amount in (finding["gap"], finding["tolerance"]) if amount is not None)
    return number(abs(value), decimals=places)


def _effect(effect: object) -> int:
    """How many relations a hypothesis repairs or breaks: a number, or the list of them."""
    return len(effect) if isinstance(effect, list) else int(effect) if isinstance(effect, int) else 0


def _difference(value: float) -> Said:
    """A difference; more is written with its sign, as less is."""
    written = number(value)
    return Said(f"+{written.vi}", f"+{written.en}") if value > 0 else written


def _seen(text: str | None) -> Markup:
    """A text of the source: isolated, so that it cannot turn its surroundings; what is invisible in it is named; cut if it is endless."""
    whole = text or ""
    clipped = wording().say("text.clipped").__html__() if len(whole) > MOST_LETTERS else Markup()
    return Markup("<bdi>{}</bdi>{}").format(_visible(whole[:MOST_LETTERS]), clipped)


def _brief(said: Said) -> Said:
    """A sentence that may quote the source: the same precautions, and longer before it is cut."""
    clipped = wording().say("text.clipped")
    vi, en = (
        _visible(text[:MOST_LETTERS_OF_A_SENTENCE]) + (ending if len(text) > MOST_LETTERS_OF_A_SENTENCE else "")
        for text, ending in ((said.vi, clipped.vi), (said.en, clipped.en))
    )
    return Said(vi, en)


def _visible(text: str) -> str:
    return _UNSEEN.sub(lambda unseen: f"[U+{ord(unseen[0]):04X}]", text)


def _anchor(code: str) -> str:
    """A code as part of an id: letters of another kind become their number after a dot, so two codes never share one."""
    return _UNFIT_FOR_AN_ID.sub(lambda letter: f".{ord(letter[0]):x}", code)


def _tone(finding: Row) -> str:
    """How a finding is shown: what could not be judged is kept apart from what failed."""
    return "unverifiable" if finding["verdict"] == "unverifiable" else str(finding["severity"])


def _both(text: str | None, other: str | None = None) -> Said:
    """What a column says in Vietnamese and another in English, or one column in both."""
    return _brief(Said(text or "", (text if other is None else other) or ""))


def _day(iso: str | None) -> object:
    """A day to be written in each language; what is no day stays as it is."""
    try:
        return date.fromisoformat(iso or "")
    except ValueError:
        return iso or ""


def _is_web_address(url: str | None) -> bool:
    return (url or "").startswith(("https://", "http://"))


@cache
def _hash_source(text: str) -> str:
    """The only style, or script, that the page allows to run."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _json_for_html(value: object) -> Markup:
    """JSON that no text in it can end early."""
    written = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return Markup(written.replace("&", r"\u0026").replace("<", r"\u003c").replace(">", r"\u003e"))  # noqa: S704  escaped just now
