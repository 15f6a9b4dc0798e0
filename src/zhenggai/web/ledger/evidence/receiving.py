"""Bounds on what comes in, before any view runs: too large a file is dropped while it comes, and the view is told of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

if TYPE_CHECKING:
    from django.http import HttpRequest

_NOTES = "_dropped_uploads"


@dataclass(slots=True)
class Dropped:
    """The names of the files of a request that were dropped, and why: too large by themselves, or together."""

    too_large: list[str] = field(default_factory=list)
    too_many: list[str] = field(default_factory=list)


def dropped(request: HttpRequest) -> Dropped:
    """Return what was dropped from the request; its files must have been read."""
    found: Dropped | None = getattr(request, _NOTES, None)
    return found or Dropped()


class BoundedUpload(FileUploadHandler):
    """Counts the bytes of each file and of all; takes no file at all from somebody who has not logged in."""

    _name = ""
    _size = 0
    _total = 0

    def new_file(self, field_name: str, file_name: str, *rest: Any, **more: Any) -> None:
        """Begin a file."""
        super().new_file(field_name, file_name, *rest, **more)
        self._name, self._size = file_name, 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:  # noqa: ARG002 — Django gives it
        """Let a piece pass to the handlers behind, or drop the file.

        Raises:
            SkipFile: the file is dropped.
        """
        self._size += len(raw_data)
        self._total += len(raw_data)
        if not self._welcome():
            raise SkipFile
        if self._size > settings.EVIDENCE_LIMIT:
            self._notes().too_large.append(self._name)
            raise SkipFile
        if self._total > settings.EVIDENCE_REQUEST_LIMIT:
            self._notes().too_many.append(self._name)
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers behind."""

    def _welcome(self) -> bool:
        """Say whether files are taken: from people who have logged in, and from the API, which has asked before it reads."""
        request = self.request
        if request is None or request.path.startswith("/api/"):
            return True
        user = getattr(request, "user", None)
        return user is not None and user.is_authenticated

    def _notes(self) -> Dropped:
        found: Dropped | None = getattr(self.request, _NOTES, None)
        if found is None:
            found = Dropped()
            setattr(self.request, _NOTES, found)
        return found
