-- What do the printed values say?  Reads {table}; one row per row (in any order), field by field what parse_quantity reads from a single text.
-- Words in braces come from vocabulary.py through quantity_sql.py. Nothing here throws: every cast is a TRY_CAST, every size is asked before it is used.
WITH printed AS (
    SELECT {keep} CAST({text} AS VARCHAR) AS q_printed, CAST({number_format} AS VARCHAR) AS q_format FROM {table}
), bare AS (
    -- Trap: a name that is used beside where it is made is worked out twice, and planned twice. What builds on another column has a step of its own.
    SELECT *, {canonical_printed} AS q_bare FROM printed
), sized AS (
    SELECT *, CASE WHEN contains(q_bare, '.') THEN length(q_bare) - strpos(q_bare, '.') ELSE 0 END AS q_bare_decimals FROM bare
), told_apart AS MATERIALIZED (
    -- Most cells of a table are digits and marks alone; they take the short way. (Seventeen digits: below the limits, whatever the marks.)
    SELECT *, coalesce(length(q_bare) <= 17 AND q_bare_decimals <= {max_exact_decimals}, false) AS q_is_bare FROM sized
), read_bare AS (
    SELECT *, TRY_CAST(q_bare AS DECIMAL(38, 9)) AS q_value, {bare_ulp} AS q_ulp FROM told_apart WHERE q_is_bare
), composed AS (
    -- Trap: nfc_normalize forgets everything after a NUL character.
    SELECT {keep} q_format, nfc_normalize(replace(q_printed, chr(0), {instead_of_nul})) AS q_nfc FROM told_apart WHERE NOT q_is_bare
), folded AS (
    -- Few texts hold anything to fold but capitals, and exchanging characters is the dearest step of all: look first.
    SELECT {keep} q_format, lower(trim(CASE WHEN regexp_matches(q_nfc, {unfolded}) THEN {one_mark_and_blank} ELSE q_nfc END)) AS q_text FROM composed
), parted AS (
    SELECT *, regexp_extract(CASE WHEN length(q_text) <= {max_length} THEN q_text ELSE '' END, {three_parts}, {three_parts_groups}) AS q FROM folded
), matched AS (
    SELECT *, regexp_extract(q.before, {before}, {before_groups}) AS q_before, regexp_extract(q.after, {after}, {after_groups}) AS q_after FROM parted
), split AS (
    SELECT *, {direction_of_word} AS q_direction, {direction_of_sign} AS q_sign, {hedge_of_word} AS q_hedge_before, {hedge_of_suffix} AS q_hedge_after,
           q_after.upper <> '' AS q_is_range, {canonical_number} AS q_number, {canonical_upper} AS q_upper,
           regexp_extract(q_after.between, {tail}, {tail_groups}) AS q_tail_between, regexp_extract(q_after.rest, {tail}, {tail_groups}) AS q_tail_rest
    FROM matched
), named AS (
    SELECT *, q_tail_between.multiplier AS q_first_word, q_tail_rest.multiplier AS q_last_word,
           trim(concat(q_tail_between.scaled_unit, q_tail_between.unit, q_after.between_tight)) AS q_first_unit, trim(concat(q_tail_rest.scaled_unit, q_tail_rest.unit)) AS q_last_unit
    FROM split
), worded AS (
    -- One multiplier may serve both numbers of a range; a number with a unit of its own keeps to itself.
    SELECT *,
           CASE WHEN q_first_word <> '' THEN q_first_word WHEN q_is_range AND q_first_unit <> '' THEN '' ELSE q_last_word END AS q_word,
           CASE WHEN q_last_word <> '' THEN q_last_word WHEN q_last_unit <> '' THEN '' ELSE q_first_word END AS q_upper_word
    FROM named
), scaled AS (
    SELECT *,
           {exponent_of_word} AS q_exponent, {exponent_of_upper_word} AS q_upper_exponent,
           split_part(q_number, '.', 1) AS q_whole, split_part(q_number, '.', 2) AS q_fraction,
           split_part(q_upper, '.', 1) AS q_upper_whole, split_part(q_upper, '.', 2) AS q_upper_fraction
    FROM worded
), measured AS (
    SELECT *,
           {value} AS q_value, {ulp} AS q_ulp, {upper_value} AS q_upper_value, {upper_ulp} AS q_upper_ulp,
           q_before.sign = '-' OR (q_before.bracket <> '' AND q_before.sign = '' AND q_direction IS NULL) AS q_is_negative
    FROM scaled
), judged AS (
    SELECT *, {granule} AS q_granule, {upper_granule} AS q_upper_granule, CASE -- the order of parse_quantity
        WHEN q_text IS NULL OR regexp_full_match(q_text, {missing}) THEN 'missing'
        WHEN length(q_text) > {max_length} THEN 'too-long'
        WHEN regexp_matches(q_text, {foreign_digit}) THEN 'foreign-digits'
        WHEN NOT regexp_matches(q_text, {digit}) THEN 'no-number'
        WHEN NOT (regexp_full_match(q.before, {before}) AND regexp_full_match(q.after, {after})) THEN CASE
            WHEN regexp_full_match(q.before, {detached_sign}) OR regexp_full_match(q.after, {power_of_ten}) THEN 'malformed'
            WHEN regexp_full_match(q.before, {before}) THEN 'two-numbers'
            ELSE 'unknown-words' END
        WHEN q_is_range AND q_first_unit <> '' AND q_last_unit <> '' AND NOT starts_with(q_last_unit, q_first_unit) THEN 'two-numbers'
        WHEN q_is_range AND (coalesce(q_hedge_before, 'about') <> 'about' OR q_after.suffix <> '' OR q_before.sign <> '' OR q_before.bracket <> '') THEN 'malformed'
        WHEN NOT q_is_range AND (q_before.since <> '' AND q_after.suffix = '' OR q_hedge_before <> q_hedge_after) THEN 'malformed'
        WHEN q_before.bracket <> '' AND (contains(q_after.rest, '(') OR length(q_after.rest) - length(replace(q_after.rest, ')', '')) <> 1) THEN 'malformed'
        WHEN q_before.bracket <> '' AND q_sign IS NULL AND q_direction IS NULL AND NOT (q.before = '(' AND q_after.rest = ')') THEN 'malformed'
        WHEN {suffix_left_in_first} OR {suffix_left_in_last} THEN 'malformed'
        WHEN regexp_full_match(q_first_unit, {unread_scale}) OR regexp_full_match(q_last_unit, {unread_scale}) THEN 'malformed'
        WHEN q_direction <> q_sign THEN 'sign-conflict'
        WHEN q_number IS NULL THEN CASE WHEN regexp_full_match(q.number, {well_separated}) THEN 'ambiguous-group' ELSE 'malformed' END
        WHEN q_is_range AND q_upper IS NULL THEN CASE WHEN regexp_full_match(q_after.upper, {well_separated}) THEN 'ambiguous-group' ELSE 'malformed' END
        WHEN coalesce(q_value >= {too_large}, true) OR (q_is_range AND coalesce(q_upper_value >= {too_large}, true)) THEN 'too-large'
        WHEN q_upper_value < q_value THEN 'reversed-range'
        END AS q_refusal
    FROM measured
)
SELECT {keep} NULL::VARCHAR AS refusal, 0::TINYINT AS direction, false AS is_negative, 'exact' AS hedge, q_value AS value, NULL::DECIMAL(38, 9) AS upper,
       q_bare_decimals::SMALLINT AS decimals, 1::BIGINT AS multiplier, q_ulp AS ulp,
       -- Trap: a printed 0 has no digit that is not 0; its granule is its last place.
       CASE WHEN q_bare_decimals > 0 OR NOT ends_with(q_bare, '0') OR q_value = 0 THEN q_ulp ELSE {bare_granule} END AS granule,
       '' AS unit_text, false AS is_estimate
FROM read_bare
UNION ALL
SELECT {keep} q_refusal, CASE WHEN q_refusal IS NULL THEN CASE WHEN q_is_negative THEN -1 ELSE coalesce(q_direction, q_sign, 0) END END::TINYINT,
       CASE WHEN q_refusal IS NULL THEN q_is_negative END,
       CASE WHEN q_refusal IS NULL THEN coalesce(q_hedge_before, q_hedge_after, CASE WHEN q_is_range THEN 'range' ELSE 'exact' END) END,
       CASE WHEN q_refusal IS NULL THEN q_value END,
       CASE WHEN q_refusal IS NULL THEN q_upper_value END,
       CASE WHEN q_refusal IS NULL THEN greatest(length(q_fraction), length(q_upper_fraction)) END::SMALLINT,
       CASE WHEN q_refusal IS NULL THEN {multiplier} END,
       CASE WHEN q_refusal IS NULL THEN greatest(q_ulp, q_upper_ulp) END,
       CASE WHEN q_refusal IS NULL THEN greatest(q_granule, q_upper_granule) END,
       CASE WHEN q_refusal IS NULL THEN
           CASE WHEN q_last_unit = '' THEN q_first_unit WHEN q_before.bracket <> '' THEN trim(replace(q_last_unit, ')', '')) ELSE q_last_unit END END,
       CASE WHEN q_refusal IS NULL THEN q_after.estimated <> '' OR regexp_matches(q.before, {estimated}) END
FROM judged
