"""The quality report: one published DuckDB file in, one HTML page and one JSON file out.

    published file
       │ content.py      questions in sql/ → one plain structure, the same for both reports
       │ verdict.py      the sentence at the top, and what needs a person
       ├─ json_report.py   the structure as bytes; its schema is schemas/report.schema.json
       └─ html_report.py   one page: templates/, words of wording.toml, pictures.py → charts.py

Takes what was published, and nothing else: no clock, no run id, no raw file. The same content gives the same bytes.
"""

from etl.report.render import render_report

__all__ = ["render_report"]
