"""Measurements of ansinh on tables made for the purpose; what they found stands in docs/benchmarks.md.

    bulk.py      makes a large table of invented figures with relations that hold, and a known number of faults
    measure.py   runs a command, takes its time and memory, writes a section of docs/benchmarks.md
    floor.py     reads the same table and writes the same published tables, without a single check
    scale.py     `ansinh run` against that floor, in pairs: python -m benchmarks.scale --rows 1000000

Nothing here is needed to run ansinh, and nothing of it is installed.
"""
