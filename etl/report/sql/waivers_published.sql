-- Does this file say why findings were waived?  (Files of an earlier ansinh do not.)
SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main' AND database_name = current_database() AND table_name = 'waivers'
