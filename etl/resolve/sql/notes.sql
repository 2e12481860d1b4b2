-- What do the tokens of a note say?  One row per distinct note; what is no token is text for people, and of a key with two values none is taken.
CREATE OR REPLACE TABLE note_raw AS
WITH token AS (SELECT * REPLACE (CASE WHEN count(DISTINCT value) OVER (PARTITION BY nn, key) = 1 THEN value END AS value) FROM note_token)
SELECT nn, any_value(note) AS note,
       max(value) FILTER (WHERE key = 'list' AND list_contains($list_values, value)) AS tag,
       max(value) FILTER (WHERE key = 'base' AND is_token) AS base_label,
       max(value) FILTER (WHERE key = 'vs' AND is_token) AS vs,
       max(value) FILTER (WHERE key = 'of' AND is_token) AS of_what,
       max(value) FILTER (WHERE key = 'order' AND list_contains($order_values, value)) AS order_tag,
       coalesce(bool_or(key = 'context' AND list_contains($context_values, value)), FALSE) AS is_related,
       -- "ước" and "sơ bộ" are statuses, not hedges (design/rules.md §1)
       CASE WHEN regexp_matches(any_value(lower(note)), '(^|[^\p{L}])(ước|ước tính)($|[^\p{L}])') THEN 'E'
            WHEN regexp_matches(any_value(lower(note)), '(^|[^\p{L}])sơ bộ($|[^\p{L}])') THEN 'P' ELSE 'A' END AS status,
       coalesce(regexp_matches(any_value(lower(note)), '(^|[^\p{L}])dự kiến($|[^\p{L}])'), FALSE) AS is_expected
FROM token GROUP BY nn
