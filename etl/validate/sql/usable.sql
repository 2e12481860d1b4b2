-- Which rows may take part in relations?  Read, settled, not set aside, and of one meaning. A value outside its limits is refused too, but
-- it stays in its relations: they say what would repair it.
CREATE OR REPLACE VIEW usable AS
SELECT f.* FROM fact AS f ANTI JOIN barred_row AS r ON r.n = f.n
WHERE f.refusal IS NULL AND f.excluded IS NULL AND f.sid IS NOT NULL AND f.pid IS NOT NULL AND f.aid IS NOT NULL
