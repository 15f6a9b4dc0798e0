"""提醒: what rings outside the house because something new stands in somebody's inbox. The inbox is the record; a bell only points to it.

`counting` says what a digest counts, `posting` and `mailing` bring it to its place, `sending` does so once for each day, whoever
runs it and however often.
"""
