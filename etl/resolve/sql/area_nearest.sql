-- Which known names are nearest to a name that resolved to nothing?  Reads _wanted(wanted, vintage, key, most); one row per near key.
WITH known AS (
    SELECT DISTINCT vintage, key FROM area_key
), compared AS (
    SELECT wanted, known.key, levenshtein(_wanted.key, known.key) AS distance, most
    FROM _wanted JOIN known ON known.vintage = _wanted.vintage AND abs(length(known.key) - length(_wanted.key)) <= most
)
SELECT wanted, key, distance FROM compared WHERE distance <= most ORDER BY wanted, distance, key
