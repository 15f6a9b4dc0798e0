"""存证: does what stands in the store fit what the events say, and how to show that to others.

`verification` runs all checks. Each check is a function of a unit that gives its misfits in the order in which they are found.
"""
