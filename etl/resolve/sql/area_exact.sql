-- Which requests are a code, a whole printed path, or a listed spelling of one place?  Answers them; the rest is left for the gazetteer.
-- Everything matched here is one place by construction: codes and paths are unique in a list, an alias belongs to one province of it.
CREATE OR REPLACE TABLE area_answer AS
WITH asked AS (
    SELECT request, vintage, vintage AS list, lower(trim(label)) AS text FROM area_request
    UNION ALL -- 2004 is 2023 and one more province
    SELECT request, vintage, '2023', lower(trim(label)) FROM area_request WHERE vintage = '2004'
), wide_names AS (
    SELECT lower(code) AS text, 'code' AS rule, code FROM area_wide
    UNION SELECT lower(name), 'name', code FROM area_wide
    UNION SELECT lower(trim(alias)), 'alias', code FROM area_alias WHERE level IN ('country', 'region')
), province_names AS (
    SELECT DISTINCT vintage, lower(trim(alias)) AS text, code FROM area_alias WHERE level = 'province'
), hits AS (
    SELECT request, 1 AS rank, 'code' AS rule, place.vintage, place.level, place.code, place.name, place.parent_code, place.province_code
    FROM asked JOIN area_place AS place ON place.vintage = list AND place.code = text
    UNION ALL
    SELECT request, 2, 'name', place.vintage, place.level, place.code, place.name, place.parent_code, place.province_code
    FROM asked JOIN area_place AS place ON place.vintage = list AND lower(place.path) = text
    UNION ALL
    SELECT request, 3, 'alias', place.vintage, place.level, place.code, place.name, place.parent_code, place.province_code
    FROM asked JOIN province_names AS spelling ON spelling.vintage = list AND spelling.text = asked.text
    JOIN area_place AS place ON place.vintage = list AND place.code = spelling.code
    UNION ALL
    SELECT request, CASE rule WHEN 'code' THEN 1 WHEN 'name' THEN 2 ELSE 3 END, rule, vintage, wide.level, code, wide.name, wide.parent_code, NULL
    FROM (SELECT request, vintage, lower(trim(label)) AS text FROM area_request) JOIN wide_names USING (text) JOIN area_wide AS wide USING (code)
)
SELECT request, 'resolved' AS status, vintage, level, code, name, parent_code, province_code, rule, []::VARCHAR[] AS candidates
FROM hits
QUALIFY row_number() OVER (PARTITION BY request ORDER BY rank) = 1
