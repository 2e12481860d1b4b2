-- Which plans and targets are set for $year or later, of whatever programme?  At most $most, and how many there are.
SELECT observation_id::VARCHAR AS observation_id, (count(*) OVER ())::BIGINT AS of_total
FROM observations
WHERE obs_kind IN ('plan', 'target') AND year(period_end) >= $year
ORDER BY
    CASE area_level WHEN 'country' THEN 0 WHEN 'region' THEN 1 WHEN 'province' THEN 2 WHEN 'district' THEN 3 ELSE 4 END,
    area_name, ref_area, indicator, measure, breakdown NULLS FIRST, period_end, observation_id
LIMIT $most
