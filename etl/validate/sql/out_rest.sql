-- The other published tables: documents, rules and their results, reference data.
CREATE OR REPLACE VIEW out.sources AS
WITH ended AS (
    SELECT file_no, count(*) AS rows_read, count(*) FILTER (WHERE ended = 'published') AS published, count(*) FILTER (WHERE ended = 'quarantined') AS quarantined,
           count(*) FILTER (WHERE ended = 'excluded') AS excluded FROM disposition GROUP BY file_no),
aside AS (SELECT file_no, count(*) AS records FROM raw_set_aside GROUP BY file_no)
SELECT f.source_id, d.name AS folder, d.title, d.publisher, d.published, d.url, d.citation, d.licence, d.language, d.number_format, f.sha256, f.size_bytes,
       coalesce(e.rows_read, 0) + coalesce(a.records, 0) AS rows_read, coalesce(e.published, 0) AS rows_published,
       coalesce(e.quarantined, 0) + coalesce(a.records, 0) AS rows_quarantined, coalesce(e.excluded, 0) AS rows_excluded
FROM files AS f JOIN docs AS d ON d.folder = f.folder LEFT JOIN ended AS e USING (file_no) LEFT JOIN aside AS a USING (file_no);
CREATE OR REPLACE VIEW out.indicators AS SELECT id, name_vi, name_en, programme, unit, unit_kind, stock_flow, lower_limit, upper_limit, denominator, parent, synonyms_vi, note FROM known_indicators;
CREATE OR REPLACE VIEW out.units AS SELECT * FROM ref_units;
CREATE OR REPLACE VIEW out.programmes AS SELECT * FROM ref_programmes;
CREATE OR REPLACE VIEW out.dimensions AS SELECT * FROM ref_dimensions;
CREATE OR REPLACE VIEW out.breaks AS SELECT * FROM ref_breaks;
CREATE OR REPLACE VIEW out.areas AS SELECT * FROM ref_areas;
CREATE OR REPLACE VIEW out.area_links AS SELECT * FROM ref_area_links
