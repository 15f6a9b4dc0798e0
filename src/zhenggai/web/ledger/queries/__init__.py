"""What screens, API and exports read: a fixed number of queries each, plain values out."""
