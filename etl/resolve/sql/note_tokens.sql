-- Which tokens do the notes hold?  One row per token; a token is key=value between semicolons. `meant` is the key that rules know, its own or, of a
-- misspelt one ("lsit", "Base"), the one it is a letter away from.
CREATE OR REPLACE TABLE note_token AS
WITH noted AS (SELECT row_number() OVER (ORDER BY note) AS nn, note FROM (SELECT DISTINCT note FROM printed_row WHERE note IS NOT NULL)),
piece AS (SELECT nn, note, unnest(string_split(note, ';')) AS piece FROM noted),
parted AS (
    SELECT nn, note, trim(piece) AS token, trim(split_part(piece, '=', 1)) AS key, trim(substr(piece, strpos(piece, '=') + 1)) AS value, strpos(piece, '=') > 0 AS is_token
    FROM piece
),
word AS (SELECT key, list_filter($guarded, lambda k: damerau_levenshtein(lower(key), k) <= 1) AS near FROM (SELECT DISTINCT key FROM parted WHERE is_token AND length(key) <= 9))
SELECT nn, note, token, key, value, is_token, CASE WHEN list_contains($guarded, key) OR list_contains($free, key) THEN key ELSE near[1] END AS meant
FROM parted LEFT JOIN word USING (key)
