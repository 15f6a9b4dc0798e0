"""One file per format; each holds a `Reader` and is found by itself."""
