"""The event chain: who did what, when, and what it was before."""
