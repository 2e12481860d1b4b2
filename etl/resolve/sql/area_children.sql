-- How many children make a complete set?
CREATE OR REPLACE TABLE area_children AS
SELECT vintage, parent_level, parent_code, level AS child_level, set, count(*)::INTEGER AS expected FROM area_parent GROUP BY ALL
