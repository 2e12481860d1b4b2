-- The requests that are still open, each with whether its source writes without marks at all.
WITH sources AS (
    -- Plain letters, and the blanks, dashes and apostrophes that folding makes plain.
    SELECT scope, bool_and(regexp_full_match(coalesce(label, ''), '[\x{00}-\x{7F}\x{A0}\x{2013}\x{2212}\x{2019}\x{2BC}]*')) AS is_unmarked
    FROM area_request GROUP BY scope
)
SELECT request, scope, label, vintage, is_unmarked
FROM area_request JOIN sources USING (scope)
WHERE request NOT IN (SELECT request FROM area_answer)
ORDER BY request
