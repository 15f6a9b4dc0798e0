"""What is shown: one file per paper."""
