-- The places that occur, numbered.  The same code in two lists is two places: nothing joins them but area_links.
CREATE OR REPLACE TABLE ad AS
SELECT row_number() OVER (ORDER BY vintage, level, code)::INTEGER AS aid, * FROM (
    SELECT DISTINCT coalesce(answer_vintage, '') AS vintage, level, code, name, parent_code FROM area_raw WHERE reason IS NULL)
