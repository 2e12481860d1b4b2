-- What is each publisher asked to look at again?  One row per publisher and open finding, the figures of the finding in their order.
-- A document whose publisher is not known is asked about by itself. A finding between two publishers stands on the slip of each; which figures are
-- the other's is told.
WITH each_part AS (
    SELECT breakdown, unnest(string_split(breakdown, ';')) AS part, generate_subscripts(string_split(breakdown, ';'), 1) AS place
    FROM (SELECT DISTINCT breakdown FROM finding_members WHERE breakdown IS NOT NULL)
),
each_breakdown_by_name AS (
    SELECT p.breakdown, string_agg(coalesce(d.name_vi, trim(p.part)), ', ' ORDER BY p.place) AS name
    FROM each_part AS p
    LEFT JOIN dimensions AS d ON d.dimension || '=' || d.member = trim(p.part)
    GROUP BY p.breakdown
),
open_findings AS (
    SELECT * FROM findings WHERE verdict = 'fail' AND severity IN ('error', 'warning') AND NOT waived
),
each_place AS (
    SELECT m.finding_id, m.position, m.text, m.unit, coalesce(i.name_vi, m.indicator) AS what, b.name AS breakdown, m.ref_area, m.time_period, m.locator, s.folder
    FROM finding_members AS m
    SEMI JOIN open_findings AS f ON f.finding_id = m.finding_id
    JOIN sources AS s ON s.source_id = m.source_id
    LEFT JOIN indicators AS i ON i.id = m.indicator
    LEFT JOIN each_breakdown_by_name AS b ON b.breakdown = m.breakdown
),
each_document AS (
    -- A folder of raw/ is one document of one publisher, in one or several files.
    SELECT folder, min(title) AS title, nullif(trim(min(publisher)), '') AS publisher, min(published) AS published
    FROM sources SEMI JOIN each_place USING (folder)
    GROUP BY folder
),
each_addressee AS (
    SELECT publisher, list(folder ORDER BY folder) AS folders, list({title: title, published: published} ORDER BY folder) AS documents
    FROM each_document
    GROUP BY publisher, CASE WHEN publisher IS NULL THEN folder END
)
SELECT
    a.folders, a.documents, a.publisher, f.rule, r.label_vi AS label, r.rationale_vi AS rationale, f.severity, f.message_vi AS message, f.tolerance, f.hypotheses, f.cause,
    (SELECT list({text: p.text, unit: p.unit, what: p.what, breakdown: p.breakdown, place: p.ref_area, period: p.time_period, locator: p.locator,
                  document: CASE WHEN len(a.folders) > 1 OR p.folder <> a.folders[1] THEN d.title END} ORDER BY p.position)
     FROM each_place AS p JOIN each_document AS d ON d.folder = p.folder WHERE p.finding_id = f.finding_id) AS printed
FROM open_findings AS f
JOIN rules AS r ON r.rule = f.rule
JOIN each_addressee AS a ON EXISTS (FROM each_place AS p WHERE p.finding_id = f.finding_id AND list_contains(a.folders, p.folder))
ORDER BY a.folders[1], list_position(['error', 'warning'], f.severity), f.rule, f.key, f.finding_id
