-- The words of the codes, as ENUMs in the order of the words: a million rows then carry and sort one or two bytes instead of texts.
CREATE OR REPLACE TEMP TYPE indicator_word AS ENUM (SELECT '' AS word UNION SELECT indicator FROM sd ORDER BY 1);
CREATE OR REPLACE TEMP TYPE measure_word AS ENUM (SELECT '' AS word UNION SELECT measure FROM sd ORDER BY 1);
CREATE OR REPLACE TEMP TYPE breakdown_word AS ENUM (SELECT '' AS word UNION SELECT breakdown FROM sd ORDER BY 1);
CREATE OR REPLACE TEMP TYPE kind_word AS ENUM (SELECT '' AS word UNION SELECT obs_kind FROM sd ORDER BY 1);
CREATE OR REPLACE TEMP TYPE unit_word AS ENUM (SELECT '' AS word UNION SELECT unit FROM sd ORDER BY 1);
CREATE OR REPLACE TEMP TYPE code_word AS ENUM (SELECT '' AS word UNION SELECT code FROM ad ORDER BY 1);
CREATE OR REPLACE TEMP TYPE vintage_word AS ENUM (SELECT '' AS word UNION SELECT vintage FROM ad ORDER BY 1);
CREATE OR REPLACE TEMP TYPE level_word AS ENUM (SELECT '' AS word UNION SELECT level FROM ad ORDER BY 1);
CREATE OR REPLACE TEMP TYPE place_word AS ENUM (SELECT '' AS word UNION SELECT name FROM ad ORDER BY 1);
CREATE OR REPLACE TEMP TYPE period_word AS ENUM (SELECT '' AS word UNION SELECT canonical FROM pd WHERE canonical IS NOT NULL ORDER BY 1);
CREATE OR REPLACE TEMP TYPE source_word AS ENUM (SELECT '' AS word UNION SELECT source_id FROM files ORDER BY 1);
CREATE OR REPLACE TABLE sd_word AS
SELECT sid, indicator::indicator_word AS indicator, measure::measure_word AS measure, nullif(breakdown, '')::breakdown_word AS breakdown, obs_kind::kind_word AS obs_kind,
       unit::unit_word AS unit FROM sd;
CREATE OR REPLACE TABLE ad_word AS
SELECT aid, code::code_word AS code, nullif(vintage, '')::vintage_word AS vintage, level::level_word AS level, name::place_word AS name FROM ad;
CREATE OR REPLACE TABLE pd_word AS SELECT pid, canonical::period_word AS canonical, period_start, period_end FROM pd;
CREATE OR REPLACE TABLE files_word AS SELECT file_no, source_id::source_word AS source_id FROM files
