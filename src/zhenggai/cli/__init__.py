"""The command `zhenggai`."""

from __future__ import annotations


def main() -> int:
    """Run the command and return its exit status."""
    return 0
