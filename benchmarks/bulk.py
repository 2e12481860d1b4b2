"""Make a large, seeded table of social-security figures with relations that hold and a known number of faults.

Names of places are real (schemas/reference/areas.csv), every value is invented. Every commune, district, province and, where all
provinces are in, the country carries every series in every quarter; counts of a parent are the sums of its children, rates follow
from counts, shares are rounded one by one. The same arguments give the same bytes, on every machine.

Belongs here: the invented world. Elsewhere: what is done with it (scale.py).
"""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

HEADER: Final = "indicator,measure,breakdown,ref_area,time_period,obs_kind,value,unit,locator,note\n"
VINTAGE: Final = "2023"  # valid for periods up to 2024, and the deepest: country, province, district, commune
LAST_QUARTER: Final = 2024 * 4 + 3
LEAST_QUARTERS: Final = 4
ROWS_PER_FAULT: Final = 50_000  # one fault of each kind in so many rows


class Series(NamedTuple):
    """One column of the invented world: how it is named, printed, and carried to the parent."""

    key: str
    indicator: str
    breakdown: str
    unit: str
    decimals: int
    to_parent: str  # sum, mean, or ratio:numerator/denominator
    obs_kind: str = "actual"
    measure: str = "level"


SERIES: Final = (
    Series("pop", "population", "", "người", 0, "sum"),
    Series("pop_m", "population", "sex=male", "người", 0, "sum"),
    Series("pop_f", "population", "sex=female", "người", 0, "sum"),
    Series("pop_u", "population", "area=urban", "người", 0, "sum"),
    Series("pop_r", "population", "area=rural", "người", 0, "sum"),
    Series("hh", "households", "", "hộ", 0, "sum"),
    Series("poor", "poor_households", "", "hộ", 0, "sum"),
    Series("near", "near_poor_households", "", "hộ", 0, "sum"),
    Series("poor_rate", "poor_household_rate", "", "%", 2, "ratio:poor/hh"),
    Series("near_rate", "near_poor_household_rate", "", "%", 2, "ratio:near/hh"),
    Series("lf", "labour_force", "", "người", 0, "sum"),
    Series("emp", "employed_persons", "", "người", 0, "sum"),
    Series("unemp", "unemployed_persons", "", "người", 0, "sum"),
    Series("unemp_rate", "unemployment_rate", "", "%", 2, "ratio:unemp/lf"),
    Series("sh_a", "employment_sector_share", "sector=agriculture_forestry", "%", 1, "share"),
    Series("sh_i", "employment_sector_share", "sector=industry_construction", "%", 1, "share"),
    Series("sh_s", "employment_sector_share", "sector=tourism_services", "%", 1, "share"),
    Series("trained", "trained_labour_rate", "", "%", 1, "mean"),
    Series("certified", "certified_labour_rate", "", "%", 1, "mean"),
    Series("students", "students", "", "người", 0, "sum"),
    Series("st_1", "students", "school_level=primary", "người", 0, "sum"),
    Series("st_2", "students", "school_level=lower_secondary", "người", 0, "sum"),
    Series("st_3", "students", "school_level=upper_secondary", "người", 0, "sum"),
    Series("merit", "merit_records", "", "hồ sơ", 0, "sum"),
    Series("merit_m", "merit_allowance_beneficiaries", "", "người", 0, "sum"),
    Series("me", "housing_support_expenditure", "beneficiary=merit_people", "VND", 0, "sum"),
    Series("me_c", "housing_support_expenditure", "beneficiary=merit_people;fund=central_budget", "VND", 0, "sum"),
    Series("me_l", "housing_support_expenditure", "beneficiary=merit_people;fund=local_budget", "VND", 0, "sum"),
    Series("vt", "vocational_trained_persons", "", "người", 0, "sum"),
    Series("vt_p", "vocational_trained_persons", "", "người", 0, "sum", "plan"),
    Series("vt_pc", "vocational_trained_persons", "", "%", 1, "ratio:vt/vt_p", "actual", "plan_completion"),
    Series("hi", "health_insurance_coverage_rate", "group=elderly", "%", 1, "mean"),
    Series("sp", "social_assistance_beneficiaries", "", "người", 0, "sum"),
    Series("payout", "social_assistance_expenditure", "", "VND", 0, "sum"),
    Series("floor", "housing_floor_area_per_capita", "", "m2/người", 1, "mean"),
)
SHARES: Final = ("sh_a", "sh_i", "sh_s")
MILLION: Final = 1_000_000

Values = dict[str, int]  # counts as they are, rates in units of their last printed digit, money in million đồng


@dataclass(frozen=True, slots=True)
class Place:
    """A unit of the administrative list, with the units below it."""

    code: str
    below: list[Place] = field(default_factory=list)

    def size(self) -> int:
        """Units in it, itself included."""
        return 1 + sum(place.size() for place in self.below)


@dataclass(frozen=True, slots=True)
class Bulk:
    """What was written."""

    rows: int
    places: int
    quarters: int
    faults: dict[str, int]


def write_bulk(path: Path, *, rows: int, seed: int, areas: Path, vietnamese: bool = True) -> Bulk:
    """Write at most `rows` rows to `path`, as `figures.csv`: whole places, whole quarters.

    `vietnamese` prints 1.234,5 and money as "460 triệu đồng"; otherwise 1234.5 and 460000000.
    """
    country, quarters = _choose(read_places(areas), rows)
    write = _vietnamese if vietnamese else _machine
    faults = _Faults(random.Random(f"faults {seed}"), each=max(1, rows // ROWS_PER_FAULT), chances=country.size() * quarters)
    written = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(HEADER)
        for quarter in range(LAST_QUARTER - quarters + 1, LAST_QUARTER + 1):
            lines = list(_quarter(country, quarter, seed, write, faults))
            written += len(lines)
            file.writelines(lines)
    return Bulk(rows=written, places=country.size() - (not country.code), quarters=quarters, faults=faults.made)


def read_places(areas: Path) -> Place:
    """The administrative list as a tree, from areas.csv."""
    country = Place("VN")
    found = {("", "VN"): country}
    parents = {"province": "", "district": "province", "commune": "district"}
    with areas.open(encoding="utf-8", newline="") as file:
        listed = [row for row in csv.DictReader(file) if row["vintage"] == VINTAGE and row["level"] in parents]
    for row in sorted(listed, key=lambda row: (list(parents).index(row["level"]), row["code"])):
        place = found[row["level"], row["code"]] = Place(row["code"])
        found[parents[row["level"]], row["parent_code"]].below.append(place)
    return country


def _choose(country: Place, rows: int) -> tuple[Place, int]:
    """As many quarters of the whole country as fit; when not even the least number fits, fewer provinces and no country row."""
    quarters = rows // (country.size() * len(SERIES))
    if quarters >= LEAST_QUARTERS:
        return country, quarters
    room = rows // (LEAST_QUARTERS * len(SERIES))
    kept = Place("")
    for province in sorted(country.below, key=Place.size):
        if province.size() <= room:
            room -= province.size()
            kept.below.append(province)
    if not kept.below:
        smallest = min(place.size() for place in country.below)
        message = f"--rows must be at least {smallest * LEAST_QUARTERS * len(SERIES)}"
        raise SystemExit(message)
    return kept, LEAST_QUARTERS


def _quarter(country: Place, quarter: int, seed: int, write: Callable[[Series, int], tuple[str, str]], faults: _Faults) -> Iterator[str]:
    """The lines of one quarter, children before their parent."""
    period = f"{quarter // 4}-Q{quarter % 4 + 1}"
    named = [(series, f"{series.indicator},{series.measure},{series.breakdown},", f",{period},{series.obs_kind},") for series in SERIES]
    for code, values in _values(country, quarter, seed):
        cells = [(head, code, middle, *write(series, values[series.key])) for series, head, middle in named]
        for head, area, middle, value, unit in faults.spoil(cells):
            yield f'{head}{area}{middle}"{value}",{unit},,\n' if "," in value else f"{head}{area}{middle}{value},{unit},,\n"


def _values(top: Place, quarter: int, seed: int) -> Iterator[tuple[str, Values]]:
    """Every place with its values; a parent is computed from its children."""
    made: list[Values] = []
    for place in top.below:
        if place.below:
            children = list(_values(place, quarter, seed))
            yield from children
            made.append(children[-1][1])
        else:
            made.append(_leaf(place.code, quarter, seed))
            yield place.code, _rates(made[-1])
    if top.code:
        yield top.code, _rates(_parent(made))


def _leaf(code: str, quarter: int, seed: int) -> Values:
    """A commune: its size and habits stay, counts move by about one per cent from quarter to quarter."""
    stays = random.Random(f"{seed} {code}")
    moves = random.Random(f"{seed} {code} {quarter}")

    def near(value: float) -> int:
        return int(value * moves.uniform(0.99, 1.01))

    size = stays.randint(900, 30_000)
    pop = near(size) + 1
    male, urban, hh = int(pop * stays.uniform(0.47, 0.52)), int(pop * stays.uniform(0.1, 0.9)), pop // 4 + 1
    poor, near_poor = near(hh * stays.uniform(0.01, 0.2)), near(hh * stays.uniform(0.01, 0.12))
    emp, unemp = near(size * 0.5), near(size * 0.012) + 1
    agriculture, industry = near(stays.randint(8_000, 55_000)), near(stays.randint(8_000, 40_000))
    pupils = [near(size * share) for share in (0.09, 0.07, 0.04)]
    plan, trained = stays.randint(28, 170), near(stays.randint(450, 750))
    central, local = near(size * 0.06), near(size * 0.03)
    merit, helped = near(size * 0.015) + 2, near(size * 0.02) + 1
    # fmt: off
    return {
        "pop": pop, "pop_m": male, "pop_f": pop - male, "pop_u": urban, "pop_r": pop - urban,
        "hh": hh, "poor": poor, "near": near_poor,
        "lf": emp + unemp, "emp": emp, "unemp": unemp,
        "sh_a": agriculture, "sh_i": industry, "sh_s": 100_000 - agriculture - industry,
        "trained": trained, "certified": trained // 2,
        "students": sum(pupils), "st_1": pupils[0], "st_2": pupils[1], "st_3": pupils[2],
        "merit": merit, "merit_m": merit // 2, "me": central + local, "me_c": central, "me_l": local,
        "vt": near(plan * stays.uniform(0.8, 1.1)), "vt_p": plan,
        "hi": near(stays.randint(820, 980)), "sp": helped, "payout": near(helped * 1.6) + 1, "floor": near(stays.randint(180, 340)),
    }
    # fmt: on


def _parent(children: Sequence[Values]) -> Values:
    """Counts add up, rates and shares lie between those of the children."""
    found = {}
    for series in SERIES:
        if series.to_parent == "sum":
            found[series.key] = sum(child[series.key] for child in children)
        elif series.to_parent in {"mean", "share"}:
            found[series.key] = sum(child[series.key] for child in children) // len(children)
    found["sh_s"] = 100_000 - found["sh_a"] - found["sh_i"]
    return found


def _rates(values: Values) -> Values:
    """The values as printed: rates that follow from counts, shares rounded one by one (so that 99,9 and 100,1 occur, and are right)."""
    printed = dict(values)
    for series in SERIES:
        kind, _, parts = series.to_parent.partition(":")
        if kind == "ratio":
            numerator, denominator = (values[key] for key in parts.split("/"))
            scale = 100 * 10**series.decimals
            printed[series.key] = (2 * scale * numerator // denominator + 1) // 2
    for key in SHARES:
        printed[key] = (values[key] + 50) // 100
    return printed


def _machine(series: Series, value: int) -> tuple[str, str]:
    if series.unit == "VND":
        return str(value * MILLION), "VND"
    return (str(value) if not series.decimals else f"{value / 10**series.decimals:.{series.decimals}f}"), series.unit


def _vietnamese(series: Series, value: int) -> tuple[str, str]:
    if series.decimals:
        return f"{value / 10**series.decimals:.{series.decimals}f}".replace(".", ","), series.unit
    grouped = f"{value:,}".replace(",", ".")
    return (f"{grouped} triệu đồng", "") if series.unit == "VND" else (grouped, series.unit)


Cell = tuple[str, str, str, str, str]


class _Faults:
    """Spoils a few places, one fault each, spread over the table; `made` counts them by kind."""

    def __init__(self, chance: random.Random, *, each: int, chances: int) -> None:
        order = [kind for kind in self._KINDS for _ in range(each)]
        places = chance.sample(range(chances), min(len(order), chances // 2))
        self._planned = dict(zip(sorted(places), chance.sample(order, len(places)), strict=True))
        self._seen = -1
        self.made: dict[str, int] = dict.fromkeys(self._KINDS, 0)

    def spoil(self, cells: list[Cell]) -> list[Cell]:
        """The cells of one place in one quarter, with the fault that was planned for it, if any."""
        self._seen += 1
        kind = self._planned.get(self._seen)
        if kind is None:
            return cells
        self.made[kind] += 1
        at, change = self._KINDS[kind]
        position = next(i for i, series in enumerate(SERIES) if series.key == at)
        return [*cells[:position], *change(cells[position]), *cells[position + 1 :]]

    _KINDS: Final[dict[str, tuple[str, Callable[[Cell], list[Cell]]]]] = {
        "not a number": ("hi", lambda c: [(*c[:3], "12.34.5", c[4])]),
        "unknown place": ("hi", lambda c: [(c[0], "99999", *c[2:])]),
        "unit of another kind": ("hi", lambda c: [(*c[:4], "hộ")]),
        "impossible rate": ("hi", lambda c: [(*c[:3], "134", c[4])]),
        "two values for one thing": ("hi", lambda c: [c, (*c[:3], "1", c[4])]),
        "share missing": ("sh_s", lambda _: []),
        "share too low": ("sh_s", lambda c: [(*c[:3], "1", c[4])]),
        "a digit too many": ("st_1", lambda c: [(*c[:3], f"9{c[3]}", c[4])]),
    }
