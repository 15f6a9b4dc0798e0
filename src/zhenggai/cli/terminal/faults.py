"""What ends a command before it has done anything."""

from __future__ import annotations


class CommandError(Exception):
    """Wrong usage or unusable input; `str(error)` says in one Chinese sentence what is wrong and what to do. Exit status 2."""
