-- Who is whose child?  Edge set 'administrative': commune, district, province, country; edge set 'regions': province, region, country.
-- The list of an edge is that of the period in which its sums hold. 2004 is 2023 with Hà Tây, so it repeats the edges of 2023: a figure of
-- 2007 asks list 2004, although all its codes but one are answered by 2023.
CREATE OR REPLACE TABLE area_parent AS
WITH place AS (
    SELECT vintage, level, code, parent_code FROM area_place
    UNION ALL SELECT '2004', level, code, parent_code FROM area_place WHERE vintage = '2023'
), member AS (
    SELECT vintage, province_code, region_code FROM area_member
    UNION ALL SELECT '2004', province_code, region_code FROM area_member WHERE vintage = '2023'
)
SELECT vintage, level, code, CASE length(parent_code) WHEN 3 THEN 'district' ELSE 'province' END AS parent_level, parent_code, 'administrative' AS set
FROM place WHERE level <> 'province'
UNION ALL
SELECT vintage, level, code, 'country', 'VN', 'administrative' FROM place WHERE level = 'province'
UNION ALL
SELECT vintage, 'province', province_code, 'region', region_code, 'regions' FROM member
UNION ALL
SELECT list.vintage, 'region', code, 'country', 'VN', 'regions' FROM (SELECT DISTINCT vintage FROM place) AS list, area_wide WHERE level = 'region'
