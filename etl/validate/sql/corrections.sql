-- Which printed rows does each correction mean, and do they still print what it was written for?  One row per correction and row of its key.
-- The indicator is compared as printed, so that the rest is folded for a few rows only.
CREATE OR REPLACE MACRO folded_cell(cell) AS trim(regexp_replace(nfc_normalize(coalesce(cell, '')), '[\s\p{Z}]+', ' ', 'g'));
CREATE OR REPLACE TABLE correction_match AS
WITH meant AS (
    SELECT c.*, f.file_no, d.ref_area AS usual_area, d.time_period AS usual_period
    FROM correction AS c JOIN docs AS d ON d.name = c.folder JOIN files AS f ON f.folder = d.folder
),
candidate AS (
    SELECT m.*, r.rowid AS n, r.measure, r.breakdown, r.ref_area, r.time_period, r.obs_kind, r.unit,
           CASE m.field WHEN 'value' THEN r.value WHEN 'unit' THEN r.unit WHEN 'time_period' THEN r.time_period WHEN 'ref_area' THEN r.ref_area
                        WHEN 'indicator' THEN r.indicator WHEN 'breakdown' THEN r.breakdown WHEN 'note' THEN r.note END AS printed
    FROM raw_rows AS r JOIN meant AS m ON m.file_no = r.file_no AND m.key_indicator = coalesce(r.indicator, '')
)
SELECT correction_no, n, field, printed, new_value, reason, source, by_whom, is_valid, folded_cell(printed) = old_value AS is_old
FROM candidate
WHERE key_measure = coalesce(nullif(measure, ''), 'level') AND key_obs_kind = coalesce(nullif(obs_kind, ''), 'actual')
  AND key_ref_area = folded_cell(coalesce(ref_area, usual_area)) AND key_time_period = folded_cell(coalesce(time_period, usual_period))
  AND key_unit = folded_cell(unit)
  AND key_breakdown = array_to_string(list_sort(list_transform(string_split(folded_cell(breakdown), ';'), lambda token: trim(token))), ';');
-- What gave way to what, and why?  One row per corrected field; a correction that has expired changes nothing.
CREATE OR REPLACE TABLE correction_applied AS
SELECT n, field, printed AS old_value, new_value, reason, source, by_whom, correction_no FROM correction_match WHERE is_old AND is_valid;
-- The corrected rows as they are to be read: one row per row with a correction.
-- Trap: a corrected cell may become empty, so "was it corrected" is asked by itself and not of the new text.
CREATE OR REPLACE TABLE corrected_row AS
SELECT r.rowid AS n,
       CASE WHEN bool_or(a.field = 'indicator') THEN max(a.new_value) FILTER (WHERE a.field = 'indicator') ELSE any_value(r.indicator) END AS indicator,
       CASE WHEN bool_or(a.field = 'breakdown') THEN max(a.new_value) FILTER (WHERE a.field = 'breakdown') ELSE any_value(r.breakdown) END AS breakdown,
       CASE WHEN bool_or(a.field = 'ref_area') THEN max(a.new_value) FILTER (WHERE a.field = 'ref_area') ELSE any_value(r.ref_area) END AS ref_area,
       CASE WHEN bool_or(a.field = 'time_period') THEN max(a.new_value) FILTER (WHERE a.field = 'time_period') ELSE any_value(r.time_period) END AS time_period,
       CASE WHEN bool_or(a.field = 'value') THEN max(a.new_value) FILTER (WHERE a.field = 'value') ELSE any_value(r.value) END AS value,
       CASE WHEN bool_or(a.field = 'unit') THEN max(a.new_value) FILTER (WHERE a.field = 'unit') ELSE any_value(r.unit) END AS unit,
       CASE WHEN bool_or(a.field = 'note') THEN max(a.new_value) FILTER (WHERE a.field = 'note') ELSE any_value(r.note) END AS note
FROM correction_applied AS a JOIN raw_rows AS r ON r.rowid = a.n GROUP BY r.rowid
