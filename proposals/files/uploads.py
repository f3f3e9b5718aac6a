"""Keeps what is too large from ever filling the disk: Django asks this handler first, for every file of every form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from proposals.files.kinds import clean_name

#: Files of one form.
MOST_AT_ONCE = 20
_NOTED = "_icm_skipped_uploads"


class LimitedUpload(FileUploadHandler):
    """Passes files on to the next handler and drops those that are too large or too many, noting why."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin one file."""
        super().new_file(*args, **kwargs)
        self.received = 0
        self.begun: int = getattr(self, "begun", 0) + 1

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Count, and pass on. What is dropped here, Django drops together with what it kept of the file."""
        self.received += len(raw_data)
        if self.begun > MOST_AT_ONCE:
            self._drop(f"was not taken: send at most {MOST_AT_ONCE} files at once.")
        if self.received > settings.ATTACHMENT_BYTES:
            self._drop(f"is larger than {settings.ATTACHMENT_BYTES // 1024**2} MB. Make it smaller and try again.")
        return raw_data

    def file_complete(self, file_size: int) -> UploadedFile[bytes] | None:
        """Leave the file to the next handler."""
        return None

    def _drop(self, why: str) -> None:
        noted = skipped(self.request) if self.request else []
        noted.append(f"“{clean_name(self.file_name or '')}” {why}")
        setattr(self.request, _NOTED, noted)
        raise SkipFile


def skipped(request: HttpRequest | None) -> list[str]:
    """Return a sentence for each file of a form that was dropped on its way in; to be asked after the form was read."""
    found: list[str] = getattr(request, _NOTED, [])
    return found


def files_of(request: HttpRequest, name: str) -> list[UploadedFile[bytes]]:
    """Return the files of a form under a name, as they came in."""
    given: Mapping[str, Any] = request.FILES
    return list(given.getlist(name)) if hasattr(given, "getlist") else []
