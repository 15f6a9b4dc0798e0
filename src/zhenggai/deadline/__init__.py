"""WORDS → WHEN: time limits and recurring duties read from any wording."""
