-- Which findings is this figure, or this observation, a member of?  A refused row names its findings itself.
SELECT f.*
FROM findings AS f
WHERE f.finding_id IN (SELECT m.finding_id FROM finding_members AS m WHERE m.observation_id = CAST($observation AS UUID) OR m.figure_id = CAST($figure AS UUID))
   OR f.finding_id IN (SELECT unnest(q.finding_ids) FROM quarantine AS q WHERE q.figure_id = CAST($figure AS UUID))
ORDER BY f.rule, f.key, f.finding_id
