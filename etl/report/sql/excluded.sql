-- How many rows were set aside without being wrong, for which reason, in which source?
SELECT reason, source_id, count(*) AS rows FROM excluded GROUP BY reason, source_id ORDER BY reason, source_id
