-- What bears an id between these two?  Ids sort as they are written, so the first characters of an id are a range.
SELECT 'observation' AS kind, observation_id AS id FROM observations WHERE observation_id BETWEEN CAST($low AS UUID) AND CAST($high AS UUID)
UNION ALL SELECT 'figure', figure_id FROM figures WHERE figure_id BETWEEN CAST($low AS UUID) AND CAST($high AS UUID)
UNION ALL SELECT 'finding', finding_id FROM findings WHERE finding_id BETWEEN CAST($low AS UUID) AND CAST($high AS UUID)
UNION ALL SELECT 'implied', implied_id FROM implied_figures WHERE implied_id BETWEEN CAST($low AS UUID) AND CAST($high AS UUID)
ORDER BY ALL
LIMIT $most
