-- Where did every row read end up?  One row.
SELECT
    -- Trap: sum() over BIGINT is HUGEINT and NULL over nothing; an empty warehouse has read 0 rows.
    (SELECT coalesce(sum(rows_read), 0)::BIGINT FROM sources) AS read,
    (SELECT count(*) FROM observations) AS published,
    (SELECT count(*) FROM quarantine) AS quarantined,
    (SELECT count(*) FROM excluded) AS excluded,
    (SELECT count(*) FROM observations WHERE is_suspect) AS suspect
