"""ansinh: trustworthy figures on social security in Viet Nam.

The layout shows the way of the data:

    raw/<source>/*
       │ read      bytes → rows as printed, each with a locator            etl/read/
       ▼ extract   the vi-VN number grammar: text → value and interval     etl/extract/
     figures
       │ resolve   names to codes: units, periods, places, series, ids     etl/resolve/
       ▼
     observations
       │ validate  SQL builds frames, pandera schemas judge their rows     etl/validate/ + schemas/
       ▼
     findings, rule_results, and the split published | quarantined | excluded
       │ publish   build aside, check, switch atomically                   etl/publish/
       ▼
     warehouse/    DuckDB file, Parquet files
       └ report    HTML and JSON, from the published tables alone          etl/report/
    other forms    data package, workbook, CSV; slips to publishers        etl/export/, etl/slip/

`pipeline` is this picture as code; `cli` parses, calls one function, prints. Imports run one way:
cli → pipeline, query → read, extract, resolve, validate, publish, report → schemas, model.
"""

__version__ = "0.1.0"
