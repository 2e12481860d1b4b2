-- What is different in {current} from {previous}?  One row per observation added, revised or withdrawn, and per finding new or resolved.
WITH observation AS (
    SELECT
        coalesce(n.observation_id, o.observation_id) AS id,
        -- Trap: a value printed otherwise ("2.000", "2000") is a revision of the text; a rule that reads it otherwise is one of the value.
        CASE WHEN o.observation_id IS NULL THEN 'added' WHEN n.observation_id IS NULL THEN 'withdrawn' ELSE 'revised' END AS change,
        o.text AS old_text, n.text AS new_text, o.obs_value AS old_value, n.obs_value AS new_value
    FROM {current}.observations AS n
    FULL JOIN {previous}.observations AS o ON o.observation_id = n.observation_id
    WHERE o.observation_id IS NULL OR n.observation_id IS NULL OR o.text <> n.text
       OR o.obs_value IS DISTINCT FROM n.obs_value OR o.lower_bound IS DISTINCT FROM n.lower_bound OR o.upper_bound IS DISTINCT FROM n.upper_bound
),
-- Who it is about is looked up for the few that changed; carried through the join it would double the cost.
named AS (
    SELECT c.*, p.indicator, concat_ws('|', p.area_name, p.time_period, p.breakdown, p.measure, p.obs_kind) AS subject, p.source_id
    FROM observation AS c
    JOIN {current}.observations AS p ON p.observation_id = c.id
    WHERE c.change <> 'withdrawn'
    UNION ALL
    SELECT c.*, p.indicator, concat_ws('|', p.area_name, p.time_period, p.breakdown, p.measure, p.obs_kind) AS subject, p.source_id
    FROM observation AS c
    JOIN {previous}.observations AS p ON p.observation_id = c.id
    WHERE c.change = 'withdrawn'
),
finding AS (
    SELECT f.finding_id, 'new' AS change, f.rule, f.key, f.severity, CAST(NULL AS VARCHAR) AS old_text, f.message_vi AS new_text
    FROM {current}.findings AS f
    ANTI JOIN {previous}.findings AS o ON o.finding_id = f.finding_id
    UNION ALL
    SELECT o.finding_id, 'resolved', o.rule, o.key, o.severity, o.message_vi, NULL
    FROM {previous}.findings AS o
    ANTI JOIN {current}.findings AS f ON f.finding_id = o.finding_id
)
SELECT 'observation' AS what, change, id, indicator AS name, subject, CAST(NULL AS VARCHAR) AS severity, old_text, new_text, old_value, new_value, source_id
FROM named
UNION ALL
SELECT 'finding', change, finding_id, rule, key, severity, old_text, new_text, NULL, NULL, NULL
FROM finding
