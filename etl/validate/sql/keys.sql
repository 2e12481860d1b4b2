-- How often does each key stand in its document?  One row per key.
CREATE OR REPLACE TABLE keys AS
SELECT folder, sid, aid, pid, facet, count(*) AS holders FROM usable GROUP BY folder, sid, aid, pid, facet
