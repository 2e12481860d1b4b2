-- Which claims were not there before, say something else than before, or are gone?  One row per such claim; {claims} are those of now.
-- Trap: the texts of a million claims need not be carried through a join; first the ids that differ, then what they say.
INSERT INTO temp.revisions
WITH rank AS (SELECT ['A', 'B', 'V', 'P', 'E', 'U', 'I'] AS best_first),
differing AS (
    SELECT observation_id, n.observation_id IS NOT NULL AS is_now, o.observation_id IS NOT NULL AS was_before
    FROM (SELECT observation_id, hash(text, obs_value, lower_bound, upper_bound) AS said FROM {claims}) AS n
    FULL JOIN (SELECT observation_id, hash(text, obs_value, lower_bound, upper_bound) AS said FROM ansinh_before.main.observations) AS o USING (observation_id)
    WHERE n.said IS DISTINCT FROM o.said
)
SELECT d.observation_id, CASE WHEN NOT d.was_before THEN 'added' WHEN NOT d.is_now THEN 'withdrawn' ELSE 'revised' END AS change,
       o.text AS old_text, n.text AS new_text, o.obs_value AS old_value, n.obs_value AS new_value, o.obs_status AS old_status, n.obs_status AS new_status,
       CASE WHEN NOT (d.is_now AND d.was_before) THEN NULL WHEN n.original_text IS NOT NULL THEN 'correction'
            WHEN list_position(rank.best_first, n.obs_status) < list_position(rank.best_first, o.obs_status) THEN 'status' END AS why
FROM differing AS d CROSS JOIN rank LEFT JOIN {claims} AS n ON n.observation_id = d.observation_id AND d.is_now
LEFT JOIN ansinh_before.main.observations AS o ON o.observation_id = d.observation_id AND d.was_before
