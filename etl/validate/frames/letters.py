"""C02: labels and figures are written in composed letters (NFC) of the Vietnamese alphabet, not in ones that only look like them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from etl.validate.frames.shared import Frame

if TYPE_CHECKING:
    from schemas.kinds import Rule

# Letters that print like Latin ones: eth and D with a hook for đ; the Greek and the Cyrillic letters of those shapes.
LOOKS_LIKE: Final = dict(
    zip(
        "ÐðƉɖΑΒΕΖΗΙΚΜΝΟΡΤΥΧοАВЕЅІЈКМНОРСТУХаеѕіјорсух",
        "ĐđĐđABEZHIKMNOPTYXoABESIJKMHOPCTYXaesijopcyx",
        strict=True,
    )
)


def frame(_rule: Rule) -> Frame:
    """One row per document and odd text, with the rows that print it; all other rows of the document are one more, which counts them.

    Asked of each different label once, and of those numbers only that print more than digits and signs.
    """
    odd = f"(text <> nfc_normalize(text) OR regexp_matches(text, '[{''.join(LOOKS_LIKE)}]'))"
    return Frame(
        sql=f"""
        WITH printed AS (
            SELECT 'rs' AS what, rs::BIGINT AS code, unnest([indicator, measure, breakdown, obs_kind, unit]) AS text FROM series_raw
            UNION ALL SELECT 'ra', ra, label FROM area_raw UNION ALL SELECT 'rp', rp, label FROM period_raw UNION ALL SELECT 'nn', nn, note FROM note_raw),
        suspect AS MATERIALIZED (SELECT DISTINCT what, code, text FROM printed WHERE strlen(text) > length(text) AND {odd}),
        told AS (
            SELECT folder, text, n FROM fact JOIN suspect ON suspect.what = 'rs' AND suspect.code = rs WHERE excluded IS NULL
            UNION SELECT fact.folder, text, n FROM fact JOIN suspect ON suspect.what = 'ra' AND suspect.code = ra WHERE excluded IS NULL
            UNION SELECT fact.folder, text, n FROM fact JOIN suspect ON suspect.what = 'rp' AND suspect.code = rp WHERE excluded IS NULL
            UNION SELECT folder, text, n FROM fact JOIN suspect ON suspect.what = 'nn' AND suspect.code = nn WHERE excluded IS NULL
            UNION SELECT folder, text, n FROM fact JOIN (
                SELECT rowid AS n, value AS text FROM raw_rows WHERE strlen(value) > length(value)) AS worded USING (n) WHERE excluded IS NULL AND {odd}),
        grouped AS MATERIALIZED (SELECT folder, text, count(*) AS weight, list(n ORDER BY n) AS row_numbers FROM told GROUP BY folder, text),
        rest AS (
            SELECT folder, count(*) AS weight, [min(n)] AS row_numbers
            FROM fact ANTI JOIN (SELECT unnest(row_numbers) AS n FROM grouped) AS odd USING (n) WHERE excluded IS NULL GROUP BY folder)
        SELECT folder, NULL::INTEGER AS sid, NULL::INTEGER AS aid, NULL::INTEGER AS pid, NULL::BIGINT AS x, text AS subject, weight, TRUE AS applicable, TRUE AS evaluable,
               1::BIGINT AS count, row_numbers FROM grouped
        UNION ALL SELECT folder, NULL, NULL, NULL, NULL, NULL, weight, TRUE, TRUE, 0, row_numbers FROM rest""",
        members="""
        SELECT key, generate_subscripts(row_numbers, 1) - 1 AS position, 'cell' AS role, unnest(row_numbers) AS n FROM failing""",
        weight="weight",
    )
