-- How many of each change since the snapshot before?
SELECT change, count(*) AS n FROM changes GROUP BY change ORDER BY change
