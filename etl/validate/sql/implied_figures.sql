-- Numbers as billionths, so that quotients are divided as whole numbers: bounds are rounded outward to six decimals, values to the nearest.
CREATE OR REPLACE MACRO billionths(v) AS (v * 1000000000)::HUGEINT;
CREATE OR REPLACE MACRO divided_down(x, y) AS CASE WHEN x >= 0 THEN x // y ELSE -((y - 1 - x) // y) END;
CREATE OR REPLACE MACRO divided_up(x, y) AS -divided_down(-x, y);
CREATE OR REPLACE MACRO power_of_ten(digits) AS ('1' || repeat('0', digits))::HUGEINT;
-- A number as it was printed with its multiplier word: 55.500.000.000 is "55,5 tỷ" (numbers.py does the same for messages).
CREATE OR REPLACE MACRO as_words(multiplier) AS CASE multiplier WHEN 1000 THEN ' nghìn' WHEN 1000000 THEN ' triệu' WHEN 1000000000 THEN ' tỷ' WHEN 1000000000000 THEN ' nghìn tỷ' END;
CREATE OR REPLACE MACRO scaled_digits(v, decimals, multiplier) AS billionths(abs(v)) * power_of_ten(decimals) // (multiplier::HUGEINT * 1000000000);
CREATE OR REPLACE MACRO grouped_digits(digits, decimals) AS
    format('{:t.}', (digits // power_of_ten(decimals))::BIGINT) || CASE WHEN decimals > 0 THEN ',' || lpad((digits % power_of_ten(decimals))::VARCHAR, decimals::INTEGER, '0') ELSE '' END;
CREATE OR REPLACE MACRO printed_size(v, decimals, multiplier) AS
    CASE WHEN multiplier = 1 THEN grouped_digits(scaled_digits(v, decimals, 1), decimals)
         WHEN as_words(multiplier) IS NULL THEN grouped_digits(scaled_digits(v, 0, 1), 0)
         ELSE grouped_digits(scaled_digits(v, decimals, multiplier), decimals) || as_words(multiplier) END;
-- What follows from each pair, with its interval and its formula?  One row per pair; an open end is NULL.
CREATE OR REPLACE TABLE out.implied_figures AS
WITH described AS (
    -- A figure with which two readings are possible leads to nothing.
    SELECT p.*, CASE WHEN p.is_change AND p.a_v < 0 THEN -1 ELSE 1 END AS sign, a.figure_id AS a_figure, b.figure_id AS b_figure, p.b_lo + p.shift AS d_lo, p.b_hi + p.shift AS d_hi,
           printed_size(p.a_v, a.decimals, a.multiplier) AS a_text, printed_size(p.b_v, b.decimals, b.multiplier) AS b_text, sign * p.b_v < 0 AS is_added
    FROM implied_pair AS p JOIN implied_member AS a ON a.n = p.a_n JOIN implied_member AS b ON b.n = p.b_n
    QUALIFY count(*) OVER (PARTITION BY p.what, CASE WHEN p.what = 'average' THEN p.a_n ELSE p.b_n END) = 1
),
bounded AS MATERIALIZED (  -- else the limits below would have every value worked out twice
    SELECT *, 1e23::DECIMAL(38,9) AS far,
        CASE WHEN shape = 'difference' THEN (a_v - sign * b_v)::DOUBLE
             ELSE divided_down(2 * billionths(a_v) * k * 1000000 + billionths(b_v + shift), 2 * billionths(b_v + shift))::DOUBLE / 1000000 END AS obs_value,
        CASE WHEN shape = 'difference' THEN
                CASE WHEN a_lo <= -far OR abs(CASE WHEN sign > 0 THEN b_hi ELSE b_lo END) >= far THEN NULL
                     WHEN sign > 0 THEN (a_lo - b_hi)::DOUBLE ELSE (a_lo + b_lo)::DOUBLE END
             WHEN a_lo <= -far OR (a_lo < 0 AND d_lo <= 0) THEN NULL
             WHEN a_lo < 0 THEN divided_down(billionths(a_lo) * k * 1000000, billionths(d_lo))::DOUBLE / 1000000
             WHEN d_hi >= far THEN 0
             ELSE divided_down(billionths(a_lo) * k * 1000000, billionths(d_hi))::DOUBLE / 1000000 END AS lower_bound,
        CASE WHEN shape = 'difference' THEN
                CASE WHEN a_hi >= far OR abs(CASE WHEN sign > 0 THEN b_lo ELSE b_hi END) >= far THEN NULL
                     WHEN sign > 0 THEN (a_hi - b_lo)::DOUBLE ELSE (a_hi + b_hi)::DOUBLE END
             WHEN a_hi >= far OR d_lo <= 0 THEN NULL
             ELSE divided_up(billionths(a_hi) * k * 1000000, billionths(d_lo))::DOUBLE / 1000000 END AS upper_bound
    FROM described
)
SELECT md5(concat_ws('|', what, a_figure, b_figure))::UUID AS implied_id, what, bounded.indicator, bounded.measure, nullif(bounded.breakdown, '') AS breakdown,
       ad.code AS ref_area, nullif(ad.vintage, '') AS area_vintage, pd.canonical AS time_period, bounded.obs_kind, obs_value, lower_bound, upper_bound,
       bounded.unit AS unit_measure,
       CASE WHEN shape = 'difference' THEN CASE WHEN a_v < 0 THEN '−' ELSE '' END || a_text || CASE WHEN is_added THEN ' + ' ELSE ' − ' END || b_text
            ELSE CASE k WHEN 1 THEN '' ELSE k || ' × ' END || a_text || ' / '
                 || CASE shift WHEN 0 THEN b_text ELSE '(' || shift || CASE WHEN b_v < 0 THEN ' − ' ELSE ' + ' END || b_text || ')' END END AS formula,
       [a_figure, b_figure] AS member_ids, 'I' AS obs_status
FROM bounded JOIN ad USING (aid) JOIN pd ON pd.pid = bounded.t_pid
-- What cannot be is nobody's figure: a count below zero, a rate above its limit, a planned rise behind a fall.
WHERE CASE WHEN is_change THEN sign > 0 OR obs_value <= 0 ELSE obs_value BETWEEN coalesce(lower_limit, obs_value) AND coalesce(upper_limit, obs_value) END
