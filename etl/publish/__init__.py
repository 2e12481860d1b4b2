"""The working tables → a snapshot that readers see all at once, or not at all.

    build.py      the schema `out` of the working database → ansinh.duckdb and Parquet in warehouse/.build-<run>/
    declared.py   do the working tables have the declared columns and types?
    empty.py      the published file before anything is in it: tables, views, comments
    states.py     what is told of a finding or a refused row from one run to the next
    structure.py  the last look before publishing: pandera, keys, the ledger
    snapshot.py   .build-<run>/ → snapshots/<run>/, then the link `current` moves; rollback
    retention.py  old snapshots go, but never under a reader
    history.py    one line per run, for ever
    lock.py       one run at a time
    disk.py       the few things that must be asked of a disk in the right way
    faults.py     lets the tests stop a run at a named step
    sql/          views and macros of the published file

Belongs here: writing the warehouse. Elsewhere: reading it (etl/query.py), the report pages (etl/report/).
"""
