"""As what it is shown: one file per format."""
