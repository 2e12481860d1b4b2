-- What is each publisher asked to look at again?  One row per document and open finding, the figures of the finding in their order.
-- A finding between two documents stands on the slip of each; which figures are the other's is told.
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
each_place AS (
    SELECT m.finding_id, m.position, m.text, m.unit, coalesce(i.name_vi, m.indicator) AS what, b.name AS breakdown, m.ref_area, m.time_period, m.source_id, m.line, m.locator,
           s.folder, s.title
    FROM finding_members AS m
    JOIN sources AS s ON s.source_id = m.source_id
    LEFT JOIN indicators AS i ON i.id = m.indicator
    LEFT JOIN each_breakdown_by_name AS b ON b.breakdown = m.breakdown
),
each_document AS (
    -- A folder of raw/ is one document of one publisher, in one or several files.
    SELECT folder, min(title) AS title, min(publisher) AS publisher, min(published) AS published FROM sources GROUP BY folder
)
SELECT
    d.folder, d.title, d.publisher, d.published, f.rule, r.label_vi AS label, f.severity, f.message_vi AS message, f.tolerance, f.hypotheses, f.cause,
    (SELECT list({text: p.text, unit: p.unit, what: p.what, breakdown: p.breakdown, place: p.ref_area, period: p.time_period, source: p.source_id, line: p.line,
                  locator: p.locator, document: CASE WHEN p.folder <> d.folder THEN p.title END} ORDER BY p.position)
     FROM each_place AS p WHERE p.finding_id = f.finding_id) AS printed
FROM findings AS f
JOIN rules AS r ON r.rule = f.rule
JOIN (SELECT DISTINCT finding_id, folder FROM each_place) AS told ON told.finding_id = f.finding_id
JOIN each_document AS d ON d.folder = told.folder
WHERE f.verdict = 'fail' AND f.severity IN ('error', 'warning') AND NOT f.waived
ORDER BY d.folder, list_position(['error', 'warning'], f.severity), f.rule, f.key, f.finding_id
