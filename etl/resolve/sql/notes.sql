-- What do the tokens of a note say?  One row per distinct note; a token is key=value between semicolons, all else is text for people.
CREATE OR REPLACE TEMP TABLE note_raw AS
WITH noted AS (SELECT row_number() OVER (ORDER BY note) AS nn, note FROM (SELECT DISTINCT note FROM reading WHERE note IS NOT NULL)),
token AS (
    SELECT nn, trim(split_part(piece, '=', 1)) AS key, trim(substr(piece, strpos(piece, '=') + 1)) AS value
    FROM (SELECT nn, unnest(string_split(note, ';')) AS piece FROM noted) WHERE strpos(piece, '=') > 0
)
SELECT noted.nn, any_value(noted.note) AS note,
       max(value) FILTER (WHERE key = 'list' AND value IN ('closed', 'open', 'overlap', 'outside')) AS tag,
       max(value) FILTER (WHERE key = 'base') AS base_label,
       max(value) FILTER (WHERE key = 'vs') AS vs,
       max(value) FILTER (WHERE key = 'of') AS of_what,
       max(value) FILTER (WHERE key = 'order' AND value IN ('asc', 'desc')) AS order_tag,
       coalesce(bool_or(key = 'context' AND value = 'related'), FALSE) AS is_related,
       -- "ước" and "sơ bộ" are statuses, not hedges (design/rules.md §1)
       CASE WHEN regexp_matches(any_value(lower(noted.note)), '(^|[^\p{L}])(ước|ước tính)($|[^\p{L}])') THEN 'E'
            WHEN regexp_matches(any_value(lower(noted.note)), '(^|[^\p{L}])sơ bộ($|[^\p{L}])') THEN 'P' ELSE 'A' END AS status,
       coalesce(regexp_matches(any_value(lower(noted.note)), '(^|[^\p{L}])dự kiến($|[^\p{L}])'), FALSE) AS is_expected
FROM noted LEFT JOIN token ON token.nn = noted.nn GROUP BY noted.nn
