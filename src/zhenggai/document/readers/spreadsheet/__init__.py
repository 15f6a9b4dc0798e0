"""Spreadsheets: every visible sheet a table, every cell as it is shown."""
