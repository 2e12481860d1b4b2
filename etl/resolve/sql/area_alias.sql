-- Other spellings of country, regions and provinces; vintage is NULL where the place is in every list.
CREATE OR REPLACE TABLE area_alias AS
SELECT DISTINCT alias, level, vintage, code
FROM read_csv($aliases, header = true, auto_detect = false, delim = ',', quote = '"', columns = {
    'key': 'VARCHAR', 'alias': 'VARCHAR', 'lang': 'VARCHAR', 'level': 'VARCHAR', 'vintage': 'VARCHAR', 'code': 'VARCHAR', 'seen_in': 'VARCHAR',
    'note': 'VARCHAR'})
