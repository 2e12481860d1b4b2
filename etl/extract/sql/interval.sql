-- Which intervals do the printed quantities stand for?  Reads {table} (columns of quantity.sql); one row per row, as interval_of gives them.
WITH quantity AS (
    SELECT {keep} hedge AS i_hedge, value AS i_low, coalesce(upper, value) AS i_high, granule AS i_granule, ulp AS i_ulp, decimals AS i_decimals,
           multiplier > 1 AS i_has_multiplier, CAST({unit_kind} AS VARCHAR) AS i_unit_kind, coalesce(CAST({unit} AS VARCHAR), '') AS i_unit,
           CAST({obs_kind} AS VARCHAR) AS i_obs_kind, is_negative OR (coalesce({signed}, false) AND direction < 0) AS i_is_negative
    FROM {table}
), print_precision AS (
    -- Trap: a NULL kind must not make the condition NULL and the number sharp or blunt by accident; ask with coalesce.
    SELECT *, coalesce(i_obs_kind IN ({decided}), false) AS i_is_decided,
           coalesce(i_unit_kind IN ({measured_kinds}) OR (i_unit_kind = 'per_unit' AND NOT ({money_per_unit})), false) AS i_is_measured,
           -- Trap: half by multiplication; the quotient of two decimals is a DOUBLE.
           CASE WHEN i_ulp <> {finest_ulp} AND NOT i_has_multiplier AND (i_is_decided OR NOT (i_decimals > 0 OR i_is_measured)) THEN 0
                ELSE i_ulp * 0.5 END::DECIMAL(38, 9) AS i_h
    FROM quantity
), magnitude AS (
    SELECT *,
           CASE WHEN i_hedge IS NULL THEN NULL WHEN i_hedge IN ('exact', 'range', 'more_than') THEN i_low - i_h
                WHEN i_hedge = 'at_least' THEN i_low ELSE -{open} END AS i_lo,
           CASE WHEN i_hedge IS NULL THEN NULL WHEN i_hedge IN ('exact', 'range', 'nearly') THEN i_high + i_h
                WHEN i_hedge IN ('at_most', 'below') THEN i_high ELSE {open} END AS i_hi,
           CASE WHEN i_hedge IN ('nearly', 'about') THEN i_low - i_granule ELSE i_lo END AS i_slo,
           CASE WHEN i_hedge IN ('more_than', 'about') THEN i_high + i_granule ELSE i_hi END AS i_shi
    FROM print_precision
)
SELECT {keep} CASE WHEN i_is_negative THEN -i_low ELSE i_low END AS v, i_h AS h,
       CASE WHEN i_is_negative THEN -i_hi ELSE i_lo END AS lo, CASE WHEN i_is_negative THEN -i_lo ELSE i_hi END AS hi,
       CASE WHEN i_is_negative THEN -i_shi ELSE i_slo END AS slo, CASE WHEN i_is_negative THEN -i_slo ELSE i_shi END AS shi
FROM magnitude
