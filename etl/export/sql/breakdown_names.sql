-- What is each breakdown called?  Its members by name, in the order in which they are written. Made once, read by the sheets.
WITH each_breakdown AS (
    SELECT breakdown FROM observations WHERE breakdown IS NOT NULL
    UNION
    SELECT breakdown FROM quarantine WHERE breakdown IS NOT NULL
),
each_part AS (
    SELECT breakdown, unnest(string_split(breakdown, ';')) AS part, generate_subscripts(string_split(breakdown, ';'), 1) AS place FROM each_breakdown
)
SELECT p.breakdown, string_agg(coalesce(d.name_vi, trim(p.part)), ' · ' ORDER BY p.place) AS name
FROM each_part AS p
LEFT JOIN dimensions AS d ON d.dimension || '=' || d.member = trim(p.part)
GROUP BY p.breakdown
