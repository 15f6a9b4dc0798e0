"""Organisations, people, posts, roles, log-in."""
