"""What can be wrong with a file, said to a person."""

from __future__ import annotations


class DocumentError(Exception):
    """A file that cannot be read. `str(error)` is one clear Chinese sentence: what is wrong and what to do."""

    def __init__(self, code: str, message: str) -> None:
        """Remember the stable English `code` (for programs) and the Chinese `message` (for people)."""
        super().__init__(message)
        self.code = code
