"""How plans are worded, as far as several rules ask: owners, acts, money, persons, institutions, dates, sentences."""
