-- What is each indicator called, and between which values can it lie?
SELECT id, name_vi, name_en, unit, unit_kind, stock_flow, lower_limit, upper_limit FROM indicators ORDER BY id
