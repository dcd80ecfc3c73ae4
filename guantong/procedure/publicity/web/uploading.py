"""Evidence in a posted form: held in memory only, so that no plain copy lies in a temporary file."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from ..actions.attaching import Attachment
from ..rules import MOST_AT_ONCE

View = Callable[..., HttpResponseBase]


class InMemory(MemoryFileUploadHandler):
    """Takes every file into memory, whatever its size: bodies are bounded by their header before this is asked."""

    def handle_raw_input(self, *given: Any, **named: Any) -> None:
        self.activated = True


def held_in_memory(view: View) -> View:
    """The view with files held in memory. The proof against forgery is asked for after the handler is set, since
    reading the form sets it."""
    protected = csrf_protect(view)

    @wraps(view)
    def held(request: HttpRequest, *given: Any, **named: Any) -> HttpResponseBase:
        if request.method == "POST":
            request.upload_handlers = [InMemory(request)]
        return protected(request, *given, **named)

    return cast(View, csrf_exempt(held))


def attachments_of(request: HttpRequest) -> tuple[Attachment, ...]:
    """The files of a form; of their names only the ending is read."""
    found = []
    for number in range(1, MOST_AT_ONCE + 1):
        sent = request.FILES.get(f"evidence_{number}")
        if sent is not None:
            name = sent.name or ""
            found.append(Attachment(sent.read(), name.rpartition(".")[2].lower()[:8] if "." in name else ""))
    return tuple(found)
