-- Which place does each printed label of each document mean, in each list of places that the document uses?
CREATE OR REPLACE TABLE area_raw AS
SELECT r.request AS ra, r.scope AS folder, r.label, r.given_vintage AS vintage,
       CASE WHEN r.label IS NULL THEN 'no-area'
            WHEN r.given_vintage IS NULL AND coalesce(a.level, '') NOT IN ('country', 'region') THEN 'no-vintage'
            WHEN a.status <> 'resolved' THEN a.status END AS reason,
       coalesce(a.candidates, []::VARCHAR[]) AS options, a.vintage AS answer_vintage, a.level, a.code, a.name, a.parent_code, a.rule
FROM area_asked AS r LEFT JOIN area_answer AS a ON a.request = r.request
