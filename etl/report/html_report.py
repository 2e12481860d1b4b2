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
from datetime import date
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from markupsafe import Markup

from etl.report import pictures
from etl.report.charts import TONES, proportions
from etl.report.compiled import TEMPLATES, templates
from etl.report.fitting import Fitted, fit, fit_programmes, size
from etl.report.names import anchor, cited, names_of, period
from etl.report.notation import decimals_of
from etl.report.shown import formula_as_printed, implied_bounds, implied_value, unit_beside
from etl.report.sides import sides_of
from etl.report.wording import LANGUAGES, Said, number, wording

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinja2 import Environment

Row: TypeAlias = dict[str, Any]

PAGE_BYTES: Final = 1_500_000
# What each part may take of it. Findings and programmes share what the others leave.
FINDINGS_SHARE: Final = 0.65
FRAME_BYTES: Final = 140_000  # the first screen, the lists of names, and what is around the parts
RULES_BYTES: Final = 150_000
NAMES_BYTES: Final = 30_000
QUARANTINE_BYTES: Final = 120_000
EXCLUDED_BYTES: Final = 20_000
IMPLIED_BYTES: Final = 50_000
AHEAD_BYTES: Final = 50_000
SOURCES_BYTES: Final = 60_000
DICTIONARY_BYTES: Final = 150_000
CHANGES_BYTES: Final = 60_000

MOST_MEMBERS: Final = 40
MOST_HYPOTHESES: Final = 8
MOST_LETTERS: Final = 400  # of one text: a hostile cell may hold a megabyte
MOST_LETTERS_OF_A_SENTENCE: Final = 1500
MOST_LETTERS_OF_A_HEADING: Final = 160
MOST_NAMED: Final = 3  # possible slips named on the first screen

# What a reader cannot see, or what turns the text around it, is named instead of printed.
_UNSEEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def render_html(content: Row) -> bytes:
    """The whole page."""
    on_page: set[str] = set()
    environment = _environment(content, on_page)
    parts: Any = environment.get_template("parts.html.j2").module
    style, script = (TEMPLATES / "report.css").read_text(encoding="utf-8"), (TEMPLATES / "report.js").read_text(encoding="utf-8")
    # The largest first: where there is no room for all, what most figures are about is shown.
    with_figures = sorted((programme for programme in content["programmes"] if programme["figures"]), key=lambda programme: -programme["figures_total"])
    fitted = _parts_with_a_share(content, parts)
    taken = (
        FRAME_BYTES + (QUARANTINE_BYTES if content["quarantine"] else 0) + size([style, script, *(piece for part in fitted.values() for piece in part.pieces)])
    )
    findings, programmes = _parts_that_share(content, parts, with_figures, PAGE_BYTES - taken)
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
        programmes=programmes,
        programmes_shown=with_figures[: programmes.shown],
        quarantine=fit(content["quarantine"], parts.quarantined, QUARANTINE_BYTES),
        **fitted,
    )
    return page.encode()


def _parts_with_a_share(content: Row, parts: Any) -> dict[str, Fitted]:
    """All parts but findings and programmes, which take what is left, and refused rows, which link to the findings on the page."""
    idle = [rule for rule in content["rules"] if rule["state"] == "never_applied"]
    rules = fit(sorted((rule for rule in content["rules"] if rule["state"] != "never_applied"), key=_urgency), parts.rule, RULES_BYTES)
    return {
        "rules": rules,
        "idle_rules": fit(idle, parts.idle_rule, RULES_BYTES - size(rules.pieces)),
        "changes": fit(content["changes"]["rows"], parts.change, CHANGES_BYTES),
        "excluded": fit(_excluded_lines(content["excluded"]), parts.excluded, EXCLUDED_BYTES),
        "ahead": fit(content["targets_ahead"]["targets"], parts.target_ahead, AHEAD_BYTES),
        "implied": fit(content["implied_figures"], parts.implied, IMPLIED_BYTES),
        "sources": fit(content["sources"], parts.source, SOURCES_BYTES),
        "dictionary": fit(content["dictionary"], parts.relation, DICTIONARY_BYTES),
        "without": fit([programme for programme in content["programmes"] if not programme["figures"]], parts.without, NAMES_BYTES),
    }


def _parts_that_share(content: Row, parts: Any, with_figures: list[Row], room: int) -> tuple[Fitted, Fitted]:
    """Findings and programmes; what either leaves of its share goes to the other."""
    findings = fit(content["findings"], parts.finding, int(room * FINDINGS_SHARE))
    programmes = fit_programmes(with_figures, content, parts, room - size(findings.pieces))
    if findings.left:
        findings = fit(content["findings"], parts.finding, room - size(programmes.pieces))
    return findings, programmes


def _urgency(rule: Row) -> tuple[bool, int, bool, bool, int, str]:
    """What needs a person first: rules that broke, that failed, that judged too little."""
    states = ("broken", "undecided", "partly", "judged")
    gravities = ("error", "warning", "info", None)
    return (
        not rule["errors"],
        gravities.index(rule["gravest"]),
        not rule["failed"],
        not rule["is_below_min_coverage"],
        states.index(rule["state"]),
        rule["rule"],
    )


def _environment(content: Row, on_page: set[str]) -> Environment:
    """`on_page` is filled later: which findings are on the page is known only when they are rendered."""
    words, names = wording(), names_of(content)
    rationales = {rule["rule"]: _both(rule["rationale_vi"], rule["rationale_en"]) for rule in content["rules"] if rule["rationale_vi"]}
    indicators = {row["id"]: row for row in content["indicators"]}
    sources = {row["source_id"]: row for row in content["sources"]}
    source_numbers = {row["source_id"]: str(position) for position, row in enumerate(content["sources"])}
    environment = templates()
    environment.globals.update(
        say=words.say,
        count=words.count,
        code=words.code,
        known=words.known,
        names=names,
        number=number,
        period=period,
        unit_beside=unit_beside,
        implied_value=implied_value,
        implied_bounds=implied_bounds,
        formula_as_printed=formula_as_printed,
        amount=_amount,
        difference=_difference,
        brief=_brief,
        sides=_sides,
        seen=_seen,
        anchor=anchor,
        day=_day,
        tone=_tone,
        is_web_address=_is_web_address,
        sources_of=lambda finding: " ".join(sorted({source_numbers.get(member["source_id"], "") for member in finding["members"]})).strip(),
        picture=lambda finding, place="picture", is_named=False: pictures.finding_picture(finding, place=place, names=names if is_named else None),
        cited=lambda finding: cited(finding, sources),
        rationale=lambda finding: rationales.get(finding["rule"]),
        is_composition=pictures.is_composition,
        is_part=pictures.is_part,
        figure_picture=lambda figure: pictures.figure_picture(figure, indicators.get(figure["indicator"])),
        target_picture=pictures.target_picture,
        proportions=proportions,
        both=_both,
        is_first=content["changes"]["is_first"],
        headed=_headed,
        since=_since,
        could=_could,
        waiver=lambda finding: _waiver(finding, content["waivers"]),
        effect=_effect,
        tones=TONES,
        most_members=MOST_MEMBERS,
        most_hypotheses=MOST_HYPOTHESES,
        is_on_page=on_page.__contains__,
    )
    return environment


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


def _excluded_lines(excluded: Row) -> list[Row]:
    return [{"reason": entry["reason"], **source} for entry in excluded["by_reason"] for source in entry["sources"]]


def _words_of_script() -> dict[str, Said]:
    """What the script says itself; the numbers are filled in by it."""
    words = wording()
    return {
        "title": words.say("page.title"),
        "shown": words.say("filter.shown", shown="{shown}", total="{total}"),
        "all": words.say("filter.all"),
        "figures": words.say("filter.figures_shown", shown="{shown}", total="{total}"),
    }


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


def _headed(finding: Row) -> tuple[Said, Said]:
    """Heading and text of a finding: its sentence names its subject before a colon; where it names none, the rule is the heading."""
    (vi, is_split, vi_rest), (en, is_split_too, en_rest) = (finding[f"message_{language}"].partition(": ") for language in LANGUAGES)
    if not (is_split and is_split_too) or max(len(vi), len(en)) > MOST_LETTERS_OF_A_HEADING:
        return _both(finding["label_vi"] or finding["rule"], finding["label_en"] or finding["rule"]), _both(finding["message_vi"], finding["message_en"])
    return _both(vi, en), _both(vi_rest[:1].upper() + vi_rest[1:], en_rest[:1].upper() + en_rest[1:])


def _could(finding: Row) -> list[Said]:
    """What may have gone wrong, in a few words each; the best explanations first. Of a warning one: another date or definition is likelier than a misprint."""
    named = []
    for hypothesis in finding["hypotheses"]:
        slip = wording().known("repair", hypothesis["kind"])
        if slip is not None and hypothesis.get("from") and hypothesis.get("to"):
            named.append(_both(*(f"“{hypothesis['from']}” → “{hypothesis['to']}” ({slip.in_language(language)})" for language in LANGUAGES)))
        elif hypothesis["kind"] != "limit":  # which tells what was not looked at
            named.append(_both(*(_within(hypothesis[f"text_{language}"]) for language in LANGUAGES)))
    return named[: 1 if finding["severity"] == "warning" else MOST_NAMED]


def _since(findings: Row, changed: Row) -> Said:
    """What changed, counted; what did not is not said."""
    counts = {"new": findings["new"], "resolved": changed["resolved"], "persisting": findings["persisting"]} | {
        change: changed[change] for change in ("added", "revised", "withdrawn")
    }
    said = [wording().count(noun, n) for noun, n in counts.items() if n]
    return Said(", ".join(entry.vi for entry in said), ", ".join(entry.en for entry in said))


def _within(sentence: str) -> str:
    """A sentence as a part of another one."""
    return sentence[:1].lower() + sentence[1:].rstrip(".")


def _waiver(finding: Row, waivers: list[Row]) -> Row | None:
    """The waiver that holds for a waived finding, if the file says which."""
    if not finding["waived"]:
        return None
    named = (waiver for waiver in waivers if finding["finding_id"] in waiver["finding_ids"])
    alike = (waiver for waiver in waivers if (waiver["rule"], waiver["key"]) == (finding["rule"], finding["key"]))
    return next(named, None) or next(alike, None)


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
