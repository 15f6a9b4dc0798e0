"""THE DJANGO PROJECT: one office PC on SQLite, or a province on PostgreSQL."""
