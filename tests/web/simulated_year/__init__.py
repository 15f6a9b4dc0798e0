"""A generated unit with 60 findings and 150 measures, lived through day by day from the feedback with a fixed clock.

`findings.tsv` says for each finding how it goes (`course`). The people act through the same actions as on the screens, and each
morning at six the daily run comes before them. `calendar_of` tells afterwards what came about, one line each, so that two runs can
be compared and one be read by hand.
"""

import datetime as dt

from simulated_year.calendar import calendar_of
from simulated_year.life import live, make_year

SPRING = dt.date(2025, 4, 15)
"""As far as the variants of the year are lived: by then everything has happened at least once."""

__all__ = ["SPRING", "calendar_of", "live", "make_year"]
