"""Zhenggai: from a rectification plan to the last signature."""

__version__ = "0.1.0"
