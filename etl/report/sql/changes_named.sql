-- Which claims are these?  A change that names only the id of a claim that is still published.
SELECT observation_id::VARCHAR AS id, indicator AS name, concat_ws('|', area_name, time_period, breakdown, measure, obs_kind) AS subject, source_id
FROM observations
WHERE observation_id IN (SELECT unnest($ids::VARCHAR[])::UUID)
ORDER BY id
