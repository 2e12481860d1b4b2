-- Which rows may take part in relations?  Read, settled, not set aside and not refused by a rule about the cell.
CREATE OR REPLACE TEMP VIEW usable AS
SELECT f.* FROM fact AS f ANTI JOIN refused_row AS r ON r.n = f.n
WHERE f.refusal IS NULL AND f.excluded IS NULL AND f.sid IS NOT NULL AND f.pid IS NOT NULL AND f.aid IS NOT NULL
