"""Filters that templates use without loading them."""
