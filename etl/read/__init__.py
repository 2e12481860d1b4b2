"""Raw files as received → rows as printed, each with its place.

    sources.py      the folders of raw/ and what their source.toml says
    definitions.py  indicators that a source.toml defines beside the catalogue
    container.py    what a file really is, by its first bytes
    plain.py        plain UTF-8 with one kind of line end, or a reasoned refusal
    figures_csv.py  figures.csv → table raw_rows; ragged records → table raw_set_aside
    faults.py       a named fault of a file or a record

A fault in a file is a value (`Fault`), told as a finding: the other files are read. Only a wrong source.toml stops a run.
"""
