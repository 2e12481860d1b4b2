-- Which published figures would no programme show?  None, as long as the catalogues fit each other.
WITH of_each_indicator AS (
    SELECT indicator, count(*) AS figures FROM observations GROUP BY indicator
)
SELECT o.indicator, o.figures
FROM of_each_indicator AS o
WHERE NOT EXISTS (
    SELECT 1 FROM programmes AS p
    LEFT JOIN indicators AS i ON i.id = o.indicator
    WHERE p.id = i.programme OR list_contains(string_split(p.indicators, '|'), o.indicator)
)
ORDER BY o.indicator
