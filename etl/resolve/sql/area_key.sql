-- Unmarked bare keys of all places, to find the few that a label could mean: the native form of unmark(parse_name(name).bare).
-- (Marked keys are compared after that, in Python: equal marked keys have equal unmarked ones.)
CREATE TABLE IF NOT EXISTS area_key AS
WITH folded AS ( -- half of all names occur more than once
    SELECT name, trim(regexp_replace(translate(lower(strip_accents(name)), 'đ._-', 'd   '), ' +', ' ', 'g')) AS whole
    FROM (SELECT DISTINCT name FROM area_place)
), bare AS (
    SELECT name, regexp_replace(whole, '^(tinh|thanh pho|quan|huyen|thi xa|thi tran|phuong|xa|dac khu) ', '') AS numbered FROM folded
)
SELECT area_place.*, regexp_replace(numbered, '^0+([0-9]+)$', '\1') AS key FROM area_place JOIN bare USING (name)
