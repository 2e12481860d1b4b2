-- Which tokens of which notes are meant and not understood?  One row per distinct note; `faults` are those tokens as printed: a value that its key does
-- not know, a base that is no period, a misspelt key with a value that the right one would know, one key with two values.
CREATE OR REPLACE TABLE note_known AS
WITH base AS (SELECT label, bool_or(refusal IS NULL) AS is_period FROM period_answer GROUP BY label),
judged AS (
    SELECT t.nn, t.token, t.key, t.value, t.meant,
           CASE WHEN list_contains($free, t.meant) THEN TRUE WHEN t.meant = 'base' THEN coalesce(base.is_period, FALSE)
                ELSE list_contains($values, concat(t.meant, '=', t.value)) END AS is_good
    FROM note_token AS t LEFT JOIN base ON t.meant = 'base' AND base.label = t.value WHERE t.is_token AND t.meant IS NOT NULL
),
told AS (SELECT *, key = meant AND count(DISTINCT value) OVER (PARTITION BY nn, key) > 1 AS is_twofold FROM judged)
SELECT nn, coalesce(count(*) FILTER (WHERE key = meant OR is_good) > 0, FALSE) AS has_tokens,
       coalesce(list_sort(list_distinct(list(token) FILTER (WHERE (key = meant) <> is_good OR is_twofold))), []::VARCHAR[]) AS faults,
       CASE WHEN bool_or((key = meant) <> is_good) THEN 'unknown-token' ELSE 'contradicting-tokens' END AS reason, (len(faults) = 0)::INTEGER AS candidates
FROM told GROUP BY nn
