-- The places that are in every list: the country and the six regions.
CREATE OR REPLACE TABLE area_wide AS
SELECT 'country' AS level, 'VN' AS code, 'Việt Nam' AS name, NULL::VARCHAR AS parent_code
UNION ALL
SELECT DISTINCT 'region', region_code, region_name, 'VN' FROM area_member
ORDER BY code
