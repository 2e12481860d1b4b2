"""From words to codes: places, administrative lists, periods, units; then the observations that these settle.

    folding.py       comparison keys of Vietnamese names (the printed text itself is never changed)
    vintages.py      which administrative list a figure speaks of
    gazetteer.py     one label, one list: which place, by which rule, or why not
    areas.py         all labels of a run: reference tables, exact hits by SQL, the rest through the gazetteer
    regions.py       short forms of region names
    suggestions.py   the known names nearest to one that resolved to nothing
    periods.py       texts of periods to canonical periods
    units.py         printed units to catalogue units
    observations.py  whole rows, from what the modules above answer
    statements.py    the files of sql/, by name

Whatever does not resolve is answered with a status and candidates. Nothing here takes the nearest name for the right one.
"""
