"""Logging for entry points: one line an event on standard error, UTC, as text or JSON, without secrets.

`log_fields(source=..., run=...)` adds fields to every line that is logged inside it, whoever logs. Nothing is
configured at import; turning logs over is left to the system.
"""

import json
import logging
import re
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal

LogForm = Literal["text", "json"]

_FIELDS: ContextVar[Mapping[str, str] | None] = ContextVar("log_fields", default=None)
_HIDDEN = "***"
# Secrets have many homes: the user part of an address, a parameter of it, a header that a library logs.
_PASSWORD = re.compile(r"(?<=://)[^/\s@:]*:[^/\s@]+(?=@)")
_PARAMETER = re.compile(
    r"(?i)\b((?:access_|api_?|auth_?|bot_?)?(?:token|key|secret|password|passwd|signature)=)[^&\s\"']+"
)
# Our own: tokens to read by, and addresses that are secrets themselves.
_TOKEN = re.compile(r"\bpwt_[A-Za-z0-9_-]{8,}")
_ADDRESS = re.compile(r"(/(?:private|unsubscribe)/)[^/\s\"'?#]+")
_HEADER = re.compile(r"(?i)\b((?:proxy-)?authorization|cookie)(['\"]?\s*[:=]\s*)[^\n]+")


@contextmanager
def log_fields(**fields: str) -> Iterator[None]:
    """Add these fields to each line logged inside, in tasks that are started inside too."""
    token = _FIELDS.set({**(_FIELDS.get() or {}), **fields})
    try:
        yield
    finally:
        _FIELDS.reset(token)


def redacted(text: str, secrets: Collection[str] = ()) -> str:
    """Return text without these secrets and without what looks like one."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, _HIDDEN)
    text = _PASSWORD.sub(_HIDDEN, text)
    text = _PARAMETER.sub(rf"\1{_HIDDEN}", text)
    text = _TOKEN.sub(_HIDDEN, _ADDRESS.sub(rf"\1{_HIDDEN}", text))
    return _HEADER.sub(rf"\1\2{_HIDDEN}", text)


class _TextFormatter(logging.Formatter):
    """`2026-11-22T10:00:00Z INFO    crawler.poll polled ... source=kz-mfa run=1f0c`."""

    def __init__(self, secrets: Collection[str]) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
        self.converter = time.gmtime
        self._secrets = secrets

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the base class names it so
        line = super().formatMessage(record)
        fields = [f"{key}={value}" for key, value in (_FIELDS.get() or {}).items()]
        return " ".join([line, *(field for field in fields if f" {field}" not in line)])

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record), self._secrets)


class _JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, the fields, and a traceback as `error`."""

    def __init__(self, secrets: Collection[str]) -> None:
        super().__init__()
        self.converter = time.gmtime
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": f"{self.formatTime(record, '%Y-%m-%dT%H:%M:%S')}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redacted(record.getMessage(), self._secrets),
            **(_FIELDS.get() or {}),
        }
        if record.exc_info:
            line["error"] = redacted(self.formatException(record.exc_info), self._secrets)
        return json.dumps(line, ensure_ascii=False)


def configure_logging(level: str, form: LogForm = "text", secrets: Collection[str] = ()) -> None:
    """Send records of `level` and above to standard error. Libraries speak only when something is wrong."""
    handler = logging.StreamHandler()
    handler.setFormatter(_JsonFormatter(secrets) if form == "json" else _TextFormatter(secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy in ("scrapy", "twisted", "asyncio"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, root.level))
    # It warns of each request that is no HTTP, which anybody can send.
    logging.getLogger("uvicorn").setLevel(logging.ERROR)
    # It warns of each tick that is left out because the one before still works: that is what we asked for.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    # What an extractor says of single pages is no news: it comes back as a value.
    for chatty in ("trafilatura", "htmldate"):
        logging.getLogger(chatty).setLevel(logging.CRITICAL)
