"""REST over the same queries and actions as the screens."""
