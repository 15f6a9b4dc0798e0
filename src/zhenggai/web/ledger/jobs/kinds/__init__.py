"""The kinds of jobs: one file each, holding a `Work`. They are found, not listed."""
