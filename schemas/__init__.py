"""The visible centre: what is published (tables.py), how figures are compared (judgements.py), by which rules (kinds.py, rules/)."""
