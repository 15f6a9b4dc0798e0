"""P: the plan before it is filed — owners, limits, measures, money, structure."""
