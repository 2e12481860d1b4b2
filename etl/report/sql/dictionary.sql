-- What does every table, view, column and macro of the published file mean?  The words are the comments it carries.
-- Names that begin with an underscore are steps of other views, not for readers.
WITH described AS (
    SELECT 1 AS place, table_name AS name, 'table' AS kind, comment FROM duckdb_tables()
    WHERE schema_name = 'main' AND database_name = current_database() AND NOT internal
    UNION ALL
    SELECT 2, view_name, 'view', comment FROM duckdb_views()
    WHERE schema_name = 'main' AND database_name = current_database() AND NOT internal
    UNION ALL
    SELECT 3, function_name || '(' || array_to_string(parameters, ', ') || ')', 'macro', comment FROM duckdb_functions()
    WHERE schema_name = 'main' AND database_name = current_database() AND NOT internal AND function_type IN ('macro', 'table_macro')
),
columns_of AS (
    SELECT table_name AS name, list({'name': column_name, 'type': data_type, 'nullable': is_nullable, 'comment': comment} ORDER BY column_index) AS columns
    FROM duckdb_columns()
    WHERE schema_name = 'main' AND database_name = current_database() AND NOT internal
    GROUP BY table_name
)
SELECT d.name, d.kind, d.comment, coalesce(c.columns, []) AS columns
FROM described AS d
LEFT JOIN columns_of AS c ON c.name = d.name
WHERE NOT starts_with(d.name, '_')
ORDER BY d.place, d.name
