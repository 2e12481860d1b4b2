"""Give the printed rows their meaning: series, period, place and exact interval, by set-based SQL over dictionaries.

    raw_rows ─ corrections ─▶ printed_row ─ quantity ─▶ reading ─ units, periods, places, notes ─▶ fact        one row per row read, codes as numbers
                                                                                                    identified  … with figure_id and observation_id

Belongs here: the order of the steps, and the two tables of documents and files that everything joins. Elsewhere: what a number, period,
place or unit means (extract/, periods.py, areas.py, units.py), which rows are refused (validate/).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow

from etl.extract.interval import interval_sql
from etl.extract.quantity_sql import quantity_sql
from etl.extract.vocabulary import FOOTNOTE
from etl.resolve.areas import area_tree, create_area_reference, resolve_areas
from etl.resolve.notes import judge_notes, read_notes
from etl.resolve.periods import resolve_periods
from etl.resolve.statements import statement
from etl.resolve.units import resolve_units
from etl.resolve.vintages import resolve_vintages
from schemas.tables import MEASURES, OBS_KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from etl.model import RawFile, Source

_SIGNED: Final = "measure_code IN ('change_abs', 'change_pct', 'change_pp', 'plan_excess')"
_FACT: Final = (
    "n", "file_no", "line", "folder", "rs", "sid", "rp", "pid", "ra", "aid", "nn", "tag", "order_tag", "vs", "of_what", "status", "base_pid", "facet",
    "excluded", "refusal", "hedge", "decimals", "multiplier", "upper",
)  # fmt: skip

_UNCORRECTED: Final = "CREATE OR REPLACE VIEW printed_row AS SELECT *, NULL::VARCHAR AS original_text, NULL::VARCHAR AS as_written FROM as_printed"


def describe_sources(con: duckdb.DuckDBPyConnection, sources: Sequence[Source], files: Sequence[tuple[int, RawFile]]) -> None:
    """Create `docs` (one row per folder), `files` (one per file, with its number in raw_rows), `known_indicators` (the catalogue, add_definitions included)."""
    numbers = {source.folder: number for number, source in enumerate(sources)}
    docs = pyarrow.table(
        {
            "folder": pyarrow.array(list(numbers.values()), pyarrow.int32()),
            "name": pyarrow.array([s.folder for s in sources], pyarrow.string()),
            "title": pyarrow.array([s.title for s in sources], pyarrow.string()),
            "publisher": pyarrow.array([s.publisher for s in sources], pyarrow.string()),
            "published": pyarrow.array([s.published for s in sources], pyarrow.date32()),
            "url": pyarrow.array([s.url for s in sources], pyarrow.string()),
            "citation": pyarrow.array([s.citation for s in sources], pyarrow.string()),
            "licence": pyarrow.array([s.licence for s in sources], pyarrow.string()),
            "language": pyarrow.array([s.language for s in sources], pyarrow.string()),
            "number_format": pyarrow.array([str(s.number_format) for s in sources], pyarrow.string()),
            "ref_area": pyarrow.array([s.ref_area for s in sources], pyarrow.string()),
            "time_period": pyarrow.array([s.time_period for s in sources], pyarrow.string()),
            "has_mapping": pyarrow.array([s.has_mapping for s in sources], pyarrow.bool_()),
        }
    )
    listed = pyarrow.table(
        {
            "file_no": pyarrow.array([number for number, _ in files], pyarrow.int32()),
            "folder": pyarrow.array([numbers[f.folder] for _, f in files], pyarrow.int32()),
            "source_id": pyarrow.array([f.source_id for _, f in files], pyarrow.string()),
            "number_format": pyarrow.array([str(sources[numbers[f.folder]].number_format) for _, f in files], pyarrow.string()),
            "sha256": pyarrow.array([f.sha256 for _, f in files], pyarrow.string()),
            "size_bytes": pyarrow.array([f.size for _, f in files], pyarrow.int64()),
        }
    )
    _store(con, "docs", docs)
    _store(con, "files", listed)
    con.execute("CREATE OR REPLACE TABLE known_indicators AS SELECT * FROM ref_indicators")


def resolve_observations(con: duckdb.DuckDBPyConnection) -> None:
    """Build `text_read`, the dictionaries, `fact`, `area_edges` and the view `identified` from raw_rows, docs, files and known_indicators."""
    _read_quantities(con)
    read_notes(con)
    _resolve_units(con)
    con.execute(statement("series"), {"measures": list(MEASURES), "kinds": list(OBS_KINDS), "footnote": FOOTNOTE})
    con.execute(statement("series_known"))
    con.execute(statement("series_less"))
    _resolve_periods(con)
    judge_notes(con)
    _resolve_areas(con)
    facts = interval_sql("coded_row", unit_kind="unit_kind", unit="unit_code", obs_kind="kind_code", signed=_SIGNED, keep=_FACT)
    # Trap: left to itself the optimizer multiplies the dictionaries with each other first. As written, rows pass them one by one.
    con.execute("SET disabled_optimizers = 'join_order'")
    try:
        con.execute(f"CREATE OR REPLACE TABLE fact AS WITH coded_row AS ({statement('fact')}) {_inner(facts)}")
    finally:
        con.execute("RESET disabled_optimizers")
    con.execute(statement("twin"))
    con.execute("CREATE OR REPLACE TABLE told (n BIGINT, told_value VARCHAR)")
    con.execute(f"CREATE OR REPLACE VIEW identified AS {identified('fact')}")
    _know_breaks(con)


def identified(rows: str) -> str:
    """The rows of `fact`, or of a part of it, with their ids and what they print. Ids cost a hash each: ask only for the rows you need."""
    return statement("identified").replace("{rows}", rows)


def _inner(select: str) -> str:
    """A SELECT that begins with its own WITH, as a subquery."""
    return f"SELECT * FROM ({select})"


def _read_quantities(con: duckdb.DuckDBPyConnection) -> None:
    # What each row prints, with the document's defaults where it is silent; n finds it again from every later table.
    con.execute(
        """CREATE OR REPLACE VIEW as_printed AS
        SELECT r.rowid AS n, r.file_no, r.line, f.folder, r.indicator, r.measure, r.breakdown, coalesce(r.ref_area, d.ref_area) AS ref_area,
               coalesce(r.time_period, d.time_period) AS time_period, r.obs_kind, r.unit, r.locator, r.note, r.value AS printed, f.number_format
        FROM raw_rows AS r JOIN files AS f USING (file_no) JOIN docs AS d ON d.folder = f.folder"""
    )
    con.execute(statement("corrected") if _has_corrections(con) else _UNCORRECTED)
    # Of a million figures sixty thousand texts are different ones: each is read once, and found again by the rows that print it.
    texts = "(SELECT DISTINCT printed, number_format FROM printed_row)"
    con.execute(f"CREATE OR REPLACE TABLE text_read AS {quantity_sql(texts, text='printed', keep=('printed', 'number_format'))}")
    con.execute(
        """CREATE OR REPLACE VIEW reading AS
        SELECT p.*, t.* EXCLUDE (printed, number_format)
        FROM printed_row AS p JOIN text_read AS t ON t.printed IS NOT DISTINCT FROM p.printed AND t.number_format = p.number_format"""
    )


def _has_corrections(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether a person has corrected rows: apply_corrections of etl/validate/waivers.py leaves them in corrected_row."""
    there = con.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'corrected_row'").fetchall()
    return bool(there and con.execute("SELECT 1 FROM corrected_row LIMIT 1").fetchall())


def _resolve_units(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        """CREATE OR REPLACE TABLE unit_request AS
        SELECT DISTINCT label FROM (SELECT unit AS label FROM printed_row UNION SELECT unit_text FROM text_read) WHERE label IS NOT NULL AND label <> ''"""
    )
    resolve_units(con)


def _resolve_periods(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        """CREATE OR REPLACE TABLE period_request AS
        SELECT DISTINCT r.time_period AS label, coalesce(i.programme, '') = 'education' AS is_school
        FROM (SELECT DISTINCT time_period, indicator FROM printed_row WHERE time_period IS NOT NULL) AS r LEFT JOIN known_indicators AS i ON i.id = r.indicator
        UNION SELECT value, is_school FROM note_token, (VALUES (TRUE), (FALSE)) AS either(is_school) WHERE is_token AND meant = 'base'"""
    )
    resolve_periods(con)
    con.execute(statement("periods_known"))
    con.execute(
        """CREATE OR REPLACE TABLE vintage_request AS
        SELECT DISTINCT r.folder AS document, a.period_start, a.period_end, coalesce(nullif(r.obs_kind, ''), 'actual') AS obs_kind, d.published
        FROM (SELECT DISTINCT folder, time_period, obs_kind FROM printed_row) AS r JOIN docs AS d ON d.folder = r.folder
        LEFT JOIN period_answer AS a ON a.label = r.time_period"""
    )
    resolve_vintages(con)
    con.execute(statement("periods_printed"))
    con.execute(
        """CREATE OR REPLACE TABLE base_period AS
        SELECT a.label, a.is_school, a.canonical, pd.pid FROM period_answer AS a JOIN pd ON pd.canonical = a.canonical AND pd.form = a.form"""
    )


def _resolve_areas(con: duckdb.DuckDBPyConnection) -> None:
    """Each label in each list that its document uses: a superset of what occurs, so that a million rows are looked at only once."""
    con.execute(
        """CREATE OR REPLACE TABLE area_asked AS
        SELECT row_number() OVER (ORDER BY l.folder, l.ref_area, v.vintage)::INTEGER AS request, l.folder AS scope,
               l.ref_area AS label, v.vintage AS given_vintage,
               coalesce(v.vintage, '2023') AS vintage
        FROM (SELECT DISTINCT folder, ref_area FROM printed_row) AS l JOIN (SELECT DISTINCT folder, vintage FROM period_raw) AS v ON v.folder = l.folder"""
    )
    con.execute("CREATE OR REPLACE TABLE area_request AS SELECT request, scope, label, vintage FROM area_asked WHERE label IS NOT NULL")
    create_area_reference(con)
    resolve_areas(con)
    con.execute(statement("areas_printed"))
    con.execute("ALTER TABLE area_raw ADD COLUMN candidates INTEGER")
    con.execute("UPDATE area_raw SET candidates = CASE WHEN reason IS NULL THEN 1 ELSE 0 END")
    con.execute(statement("areas_known"))
    area_tree(con)
    con.execute(statement("area_edges"))


def _know_breaks(con: duckdb.DuckDBPyConnection) -> None:
    """Create `series_break` and the macro straddles_break(sid, earlier, later): does a registered break lie between two periods?

    A break with a bridge, both definitions published for one period, stands in nobody's way (design/rules.md §8).
    """
    con.execute(
        """CREATE OR REPLACE TABLE series_break AS
        SELECT sd.sid, b.valid_from, b.id FROM sd JOIN ref_breaks AS b ON sd.indicator GLOB b.indicator_pattern
        WHERE b.kind = 'definition' AND b.bridge IS NULL"""
    )
    con.execute(
        """CREATE OR REPLACE TABLE broken_pair AS
        SELECT DISTINCT s.sid, earlier.pid AS earlier_pid, later.pid AS later_pid
        FROM series_break AS s JOIN pd AS earlier ON earlier.period_start < s.valid_from
        JOIN pd AS later ON later.period_end >= s.valid_from AND later.period_start >= s.valid_from
        WHERE earlier.pid > 0 AND later.pid > 0"""
    )
    con.execute(
        """CREATE OR REPLACE MACRO straddles_break(the_sid, earlier, later) AS
        EXISTS (SELECT 1 FROM broken_pair AS b WHERE b.sid = the_sid AND b.earlier_pid = earlier AND b.later_pid = later)"""
    )


def _store(con: duckdb.DuckDBPyConnection, name: str, table: pyarrow.Table) -> None:
    con.register("_stored", table)
    con.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM _stored")
    con.unregister("_stored")
