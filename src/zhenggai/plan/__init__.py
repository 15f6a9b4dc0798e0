"""BLOCKS → PLAN: areas, items, findings, responses, fields, schedule, groups."""
