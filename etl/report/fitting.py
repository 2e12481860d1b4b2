"""How much of the content has room on the page.

Belongs here: rendering rows until their room is used up, and sharing the room among programmes. Elsewhere: how large each part may be (html_report.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from markupsafe import Markup

from etl.report import pictures
from etl.report.names import anchor, names_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from etl.report.names import Names
    from etl.report.wording import Said

Row: TypeAlias = dict[str, Any]

LEAST_SHARE_BYTES: Final = 6_000  # of one programme: less would be a heading without a figure
HEADINGS_BYTES: Final = 2_500  # of one programme: its headings and the heads of its tables


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


def fit(rows: Sequence[Row], render: Callable[[Row], str], room: int) -> Fitted:
    """Render rows until the room is used up."""
    pieces: list[Markup] = []
    for row in rows:
        piece = Markup(render(row))  # noqa: S704  what an autoescaping template gave
        room -= len(piece.encode())
        if room < 0:
            break
        pieces.append(piece)
    return Fitted(tuple(pieces), len(rows))


def fit_programmes(programmes: Sequence[Row], content: Row, parts: Any, room: int) -> Fitted:
    """Sections of the programmes, each with as many rows as its share of the room holds; where not all have room, the first ones do.

    The smallest is rendered first: what it leaves of its share goes to the larger ones.
    """
    names, wholes = names_of(content), pictures.wholes_of(content["dimensions"])
    chosen = list(enumerate(programmes))[: max(room, 0) // LEAST_SHARE_BYTES]
    sections: dict[int, Markup] = {}
    for place, programme in sorted(chosen, key=lambda entry: len(entry[1]["figures"])):
        sections[place] = _section(programme, names, wholes, parts, room // (len(chosen) - len(sections)))
        room -= size([sections[place]])
    return Fitted(tuple(sections[place] for place in sorted(sections)), len(programmes))


def size(pieces: Iterable[str]) -> int:
    """Bytes of the pieces together."""
    return sum(len(piece.encode()) for piece in pieces)


def _section(programme: Row, names: Names, wholes: frozenset[str], parts: Any, room: int) -> Markup:
    room -= HEADINGS_BYTES
    beside = [target for target in programme["targets"] if target["actual_id"] is not None]
    drawn = _pictures_that_fit(programme, names, wholes, int(room * 0.25))
    targets = fit(beside, parts.target, int(room * 0.25))
    used = size(picture for _, _, picture in drawn) + size(targets.pieces)
    entry = {
        "programme": programme,
        "figures": fit(programme["figures"], parts.figure, room - used),
        "targets": targets,
        "lonely": len(programme["targets"]) - len(beside),
        "pictures": drawn,
    }
    return Markup(parts.programme(entry))  # noqa: S704  what an autoescaping template gave


def _pictures_that_fit(programme: Row, names: Names, wholes: frozenset[str], room: int) -> list[tuple[str, Said, Markup]]:
    drawn: list[tuple[str, Said, Markup]] = []
    name = anchor(programme["id"])
    for kind, found in (
        ("wholes", pictures.composition_pictures(programme["figures"], wholes, names, name)),
        ("trends", pictures.trend_pictures(programme["figures"], names, name)),
    ):
        for heading, picture in found:
            room -= size([picture.__html__()])
            if room < 0:
                return drawn
            drawn.append((kind, heading, picture.__html__()))
    return drawn
