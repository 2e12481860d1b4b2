-- Every listed place with its province and its full printed path, 'Xã A, Huyện B, Tỉnh C'.
CREATE OR REPLACE TABLE area_place AS
WITH listed AS (
    SELECT vintage, level, code, name, parent_code
    FROM read_csv($areas, header = true, auto_detect = false, delim = ',', quote = '"', columns = {
        'vintage': 'VARCHAR', 'level': 'VARCHAR', 'code': 'VARCHAR', 'name': 'VARCHAR', 'parent_code': 'VARCHAR', 'legal_act': 'VARCHAR'})
), with_lost_provinces AS (
    -- Hà Tây is known only as a member of its region: no list of its time is at hand.
    SELECT * FROM listed
    UNION ALL
    SELECT vintage, 'province', province_code, province_name, 'VN' FROM area_member WHERE vintage NOT IN (SELECT vintage FROM listed)
)
SELECT child.vintage, child.level, child.code, child.name, child.parent_code,
       CASE child.level WHEN 'province' THEN child.code ELSE coalesce(district.parent_code, child.parent_code) END AS province_code,
       concat_ws(', ', child.name, district.name, province.name) AS path
FROM with_lost_provinces AS child
-- Codes of one list have their level by their length, so a parent code meets no unit of another level.
LEFT JOIN listed AS district ON district.vintage = child.vintage AND district.level = 'district' AND district.code = child.parent_code
LEFT JOIN listed AS province ON province.vintage = child.vintage AND province.level = 'province'
                            AND province.code = coalesce(district.parent_code, child.parent_code)
