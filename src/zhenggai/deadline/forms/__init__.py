"""One entry per wording; each is a `Form` and is found by itself."""
