-- What is different in {now} from the snapshot before?  One row per claim added, revised or withdrawn, and per finding new or resolved.
-- Trap: the texts of a million claims need not be carried through a join; first the ids that differ, then what they say.
INSERT INTO temp.changed
WITH rank AS (SELECT ['A', 'B', 'V', 'P', 'E', 'U', 'I'] AS best_first),
differing AS (
    SELECT observation_id, n.observation_id IS NOT NULL AS is_now, o.observation_id IS NOT NULL AS was_before
    FROM (SELECT observation_id, hash(text, obs_value, lower_bound, upper_bound) AS said FROM {now}.observations) AS n
    FULL JOIN (SELECT observation_id, hash(text, obs_value, lower_bound, upper_bound) AS said FROM ansinh_before.main.observations) AS o USING (observation_id)
    WHERE n.said IS DISTINCT FROM o.said
),
claim AS (
    SELECT d.observation_id, CASE WHEN NOT d.was_before THEN 'added' WHEN NOT d.is_now THEN 'withdrawn' ELSE 'revised' END AS change,
           coalesce(n.indicator, o.indicator) AS name,
           if(d.is_now, concat_ws('|', n.area_name, n.time_period, n.breakdown, n.measure, n.obs_kind),
              concat_ws('|', o.area_name, o.time_period, o.breakdown, o.measure, o.obs_kind)) AS subject,
           o.text AS old_text, n.text AS new_text, o.obs_value AS old_value, n.obs_value AS new_value, o.obs_status AS old_status, n.obs_status AS new_status,
           CASE WHEN NOT (d.is_now AND d.was_before) THEN NULL WHEN n.original_text IS NOT NULL THEN 'correction'
                WHEN list_position(rank.best_first, n.obs_status) < list_position(rank.best_first, o.obs_status) THEN 'status' END AS why,
           coalesce(n.source_id, o.source_id) AS source_id
    FROM differing AS d CROSS JOIN rank LEFT JOIN {now}.observations AS n ON n.observation_id = d.observation_id AND d.is_now
    LEFT JOIN ansinh_before.main.observations AS o ON o.observation_id = d.observation_id AND d.was_before
),
finding AS (
    SELECT 'new' AS change, f.finding_id, f.rule, f.key, f.severity, f.message_vi, f.message_en
    FROM {now}.findings AS f ANTI JOIN ansinh_before.main.findings AS o ON o.finding_id = f.finding_id
    UNION ALL
    SELECT 'resolved', o.finding_id, o.rule, o.key, o.severity, o.message_vi, o.message_en
    FROM ansinh_before.main.findings AS o ANTI JOIN {now}.findings AS f ON f.finding_id = o.finding_id
)
SELECT 'observation' AS what, change, observation_id AS id, name, subject, NULL AS severity, NULL AS message_vi, NULL AS message_en,
       old_text, new_text, old_value, new_value, old_status, new_status, why, source_id
FROM claim
UNION ALL
SELECT 'finding', change, finding_id, rule, key, severity, message_vi, message_en, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM finding
