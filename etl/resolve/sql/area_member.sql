-- Which provinces make up a region, by list.
CREATE OR REPLACE TABLE area_member AS
SELECT region_code, region_name_vi AS region_name, vintage, province_code, province_name
FROM read_csv($members, header = true, auto_detect = false, delim = ',', quote = '"', columns = {
    'region_code': 'VARCHAR', 'region_name_vi': 'VARCHAR', 'region_name_en': 'VARCHAR', 'vintage': 'VARCHAR', 'province_code': 'VARCHAR',
    'province_name': 'VARCHAR', 'note': 'VARCHAR'})
