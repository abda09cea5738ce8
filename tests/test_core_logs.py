"""Logs as an entry point sets them up: fields, JSON, no secrets. Each in a process of its own."""

import json
import subprocess
import sys

import pytest

from core.logs import redacted

PROGRAM = """
import asyncio, logging
from core.logs import configure_logging, log_fields
configure_logging("info", {form!r}, secrets=["hunter2"])
log = logging.getLogger("crawler.poll")

async def part():
    log.info("fetched %s", "https://user:pa55@news.example/a?token=abc&x=1")

async def main():
    with log_fields(source="kz-mfa", run="1f0c"):
        await asyncio.create_task(part())
        log.info("said source=kz-mfa hunter2")
        try:
            raise ValueError("hunter2 Authorization: Basic Zm9v")
        except ValueError:
            log.exception("it failed")
    log.info("outside")

asyncio.run(main())
"""


def logged(form: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(form=form)], capture_output=True, text=True, check=True
    )
    return done.stderr


def test_json_lines_carry_fields_and_tracebacks() -> None:
    lines = [json.loads(line) for line in logged("json").splitlines()]
    assert [line["message"] for line in lines] == [
        "fetched https://***@news.example/a?token=***&x=1",
        "said source=kz-mfa ***",
        "it failed",
        "outside",
    ]
    first, _, failed, outside = lines
    assert (first["source"], first["run"], first["level"], first["logger"]) == (
        "kz-mfa",
        "1f0c",
        "info",
        "crawler.poll",
    )
    assert first["time"].endswith("Z")
    assert "ValueError: *** Authorization: ***" in failed["error"]
    assert "source" not in outside


def test_text_lines_carry_fields_once() -> None:
    lines = logged("text").splitlines()
    assert lines[0].endswith("fetched https://***@news.example/a?token=***&x=1 source=kz-mfa run=1f0c")
    assert lines[1].endswith("said source=kz-mfa *** run=1f0c")
    assert lines[-1].endswith("outside")


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_secret_is_logged(form: str) -> None:
    said = logged(form)
    assert not any(secret in said for secret in ("hunter2", "pa55", "abc", "Zm9v"))


def test_addresses_and_tokens_that_are_secrets_are_not_logged() -> None:
    said = redacted("GET /wire/private/pwt_s3cr3ts3cr3t/feeds/a.rss, /unsubscribe/s3cr3t?x=1, pwt_s3cr3t99")
    assert said == "GET /wire/private/***/feeds/a.rss, /unsubscribe/***?x=1, ***"
