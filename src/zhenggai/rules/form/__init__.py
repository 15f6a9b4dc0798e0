"""F: the form of an official paper."""
