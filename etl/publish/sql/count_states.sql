-- How many findings are new, persisting, resolved against the snapshot before?
SELECT count(*) FILTER (WHERE s.id IS NULL),
       count(*) FILTER (WHERE s.id IS NOT NULL AND f.finding_id IS NOT NULL),
       count(*) FILTER (WHERE f.finding_id IS NULL)
FROM out.findings AS f
FULL JOIN temp.seen_findings AS s ON s.id = f.finding_id
