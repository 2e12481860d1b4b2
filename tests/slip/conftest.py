"""The same published rows as the tests of exports."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

_SHARED = Path(__file__).parents[1] / "export" / "conftest.py"
_NAME = "export_conftest_for_slips"

# Folders of tests are no packages, so the file is loaded by its path; pytest finds fixtures as names of this module.
_spec = importlib.util.spec_from_file_location(_NAME, _SHARED)
assert _spec is not None
assert _spec.loader is not None
_module = importlib.util.module_from_spec(_spec)
sys.modules[_NAME] = _module
_spec.loader.exec_module(_module)

publish = _module.publish
rows = _module.rows
project = _module.project
