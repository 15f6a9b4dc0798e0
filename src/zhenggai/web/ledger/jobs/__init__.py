"""Background work. The row (`models.Job`) is the truth; everything here only moves rows on.

`work` says what a kind of job is and what its function is given, `kinds` holds them, one file each; `queue` writes the rows, `schedule`
puts in what is due by itself, `heartbeat` says that a worker lives, `runner` does one job after the other.
"""
