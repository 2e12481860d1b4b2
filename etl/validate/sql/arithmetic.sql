-- Arithmetic on the ends of intervals: exact wherever 38 digits hold it, else rounded outward, so that nothing is accused by rounding of ours.
-- Trap: DuckDB divides decimals of 128 bits bit by bit, twenty times slower than those of 64 bits; nearly all figures fit into these.
CREATE OR REPLACE MACRO to_thousandths(x) AS
    CASE WHEN x BETWEEN -999999999 AND 999999999 THEN x::DECIMAL(18,9)::DECIMAL(18,3)::DECIMAL(20,3) ELSE x::DECIMAL(20,3) END;
CREATE OR REPLACE MACRO to_millionths(x) AS
    CASE WHEN x BETWEEN -999999999 AND 999999999 THEN x::DECIMAL(18,9)::DECIMAL(18,6)::DECIMAL(19,6) ELSE x::DECIMAL(19,6) END;
CREATE OR REPLACE MACRO thousandths_below(x) AS (to_thousandths(x) - CASE WHEN to_thousandths(x) > x THEN 0.001 ELSE 0 END)::DECIMAL(20,3);
CREATE OR REPLACE MACRO thousandths_above(x) AS (to_thousandths(x) + CASE WHEN to_thousandths(x) < x THEN 0.001 ELSE 0 END)::DECIMAL(20,3);
CREATE OR REPLACE MACRO millionths_below(x) AS (to_millionths(x) - CASE WHEN to_millionths(x) > x THEN 0.000001 ELSE 0 END)::DECIMAL(19,6);
CREATE OR REPLACE MACRO millionths_above(x) AS (to_millionths(x) + CASE WHEN to_millionths(x) < x THEN 0.000001 ELSE 0 END)::DECIMAL(19,6);
CREATE OR REPLACE MACRO in_billionths(x) AS (x::DECIMAL(38,9) * 1000000000::DECIMAL(10,0))::HUGEINT;
CREATE OR REPLACE MACRO from_billionths(x) AS (x::DECIMAL(38,0) * 0.000000001)::DECIMAL(38,9);
-- The product of two ends, the first below 10^12, the second below 10^16: as a lower end, and as an upper one.
CREATE OR REPLACE MACRO product_below(a, b) AS
    CASE WHEN to_millionths(a) = a AND to_thousandths(b) = b THEN to_millionths(a) * to_thousandths(b)
         WHEN a BETWEEN 0 AND 999999999 AND b BETWEEN 0 AND 999999999 THEN from_billionths(in_billionths(a) * in_billionths(b) // 1000000000)
         ELSE millionths_below(a) * thousandths_below(b) END;
CREATE OR REPLACE MACRO product_above(a, b) AS
    CASE WHEN to_millionths(a) = a AND to_thousandths(b) = b THEN to_millionths(a) * to_thousandths(b)
         WHEN a BETWEEN 0 AND 999999999 AND b BETWEEN 0 AND 999999999 THEN from_billionths((in_billionths(a) * in_billionths(b) + 999999999) // 1000000000)
         ELSE millionths_above(a) * thousandths_above(b) END
