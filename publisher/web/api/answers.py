"""Answers as HTTP sends them: one page as JSON with its validators, an export as a stream of batches."""

import re
from collections.abc import Iterator, Mapping
from threading import BoundedSemaphore
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from publisher.web.api.exporting import MEDIA_TYPES
from publisher.web.api.models.base import Answer, Failure
from publisher.web.conditional import etag_of
from publisher.web.site import Site

# Whoever may read may have it; what lies between may not keep it, because access may be by token.
HEADERS = {"Cache-Control": "private, no-cache", "Vary": "Accept"}
# An export keeps a core busy for a while: the daemon's own work comes first.
MOST_EXPORTS = 2
_WAIT = {"Retry-After": "30"}
_HOST = re.compile(r"[A-Za-z0-9._-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?", re.ASCII)
_FAILURES = {
    400: "a parameter that cannot be understood; the message says which, and what would be",
    401: "reading needs a token here",
    404: "there is no such thing",
    422: "an id that is none",
    503: "the database cannot be read now, or too many exports are running",
}


def failures(*codes: int) -> dict[int | str, dict[str, Any]]:
    """Return what an operation documents of its errors, and of what it says to who has the answer already."""
    shown: dict[int | str, dict[str, Any]] = {304: {"description": "it is as If-None-Match says"}}
    return shown | {code: {"model": Failure, "description": _FAILURES[code]} for code in (401, *codes)}


def base_address(request: Request, site: Site) -> str:
    """Return the address of this server as the asker wrote it, without a closing slash.

    Links must lead back to where they came from, whatever the server takes for its public address.
    """
    host = request.headers.get("host", "")
    if not _HOST.fullmatch(host):
        return site.in_force().base_url
    prefix = request.scope.get("app_root_path", request.scope.get("root_path", ""))
    return f"{request.url.scheme}://{host}{prefix}".rstrip("/")


def answer(request: Request, value: Answer, *, headers: Mapping[str, str] | None = None) -> Response:
    """Return an answer as JSON, or 304 to who has it already."""
    body = value.model_dump_json(by_alias=True).encode() + b"\n"
    shown = {**HEADERS, **(headers or {}), "ETag": etag_of(body)}
    if _has(request, shown["ETag"]):
        return Response(status_code=304, headers=shown)
    return Response(body, media_type=MEDIA_TYPES["json"], headers=shown)


def _has(request: Request, etag: str) -> bool:
    tags = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    return etag in tags or "*" in tags


class Exports:
    """Lets a few exports run at a time."""

    def __init__(self, most: int = MOST_EXPORTS) -> None:
        self._free = BoundedSemaphore(most)

    def stream(self, chunks: Iterator[bytes], *, media_type: str, file: str) -> Response:
        """Return a download. Raises HTTPException 503 while too many are running."""
        if not self._free.acquire(blocking=False):
            raise HTTPException(503, "Other exports are running; try again in half a minute.", headers=_WAIT)
        headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{file}"'}
        return _Export(self._free, chunks, media_type=media_type, headers=headers)


class _Export(StreamingResponse):
    """A stream that gives its place back when it ends, however it ends."""

    def __init__(
        self, place: BoundedSemaphore, chunks: Iterator[bytes], *, media_type: str, headers: dict[str, str]
    ):
        super().__init__(chunks, media_type=media_type, headers=headers)
        self._place = place

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._place.release()
