"""The daemon's side of sending: what could not work at all is told apart from a delivery that failed."""

import asyncio
import json
import time
from pathlib import Path

import pytest
from fakes_daemon import write_config
from fakes_push import SECRET, draft, follow, open_store, push
from waiting import PATIENCE

from core.clock import utcnow
from core.config import DataDir
from scheduler.config import load_config
from scheduler.telling import Teller


async def end_of_run(teller: Teller) -> None:
    teller.start()
    running = teller._running
    assert running is not None
    await asyncio.wait_for(running, PATIENCE)


def test_a_sender_that_cannot_work_is_told_and_not_started_again_at_once(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    config, data = write_config(tmp_path / "config"), DataDir(path=tmp_path / "data")
    # Nobody listens there: each delivery fails.
    hooks = [{"name": "desk", "url": "http://127.0.0.1:9/", "secret": SECRET}]
    settings = f"contact: a@example.org\npush: {json.dumps({'webhooks': hooks})}\n"
    (config / "settings.yml").write_text(settings, encoding="utf-8")
    data.path.mkdir()
    with open_store(data.path) as store:
        now = utcnow()
        to = follow(store, load_config(config, watchlists=False).settings, since=now)
        push(store, draft(1, created=now), to=to, now=now)
    teller = Teller(config, data, base_url="http://127.0.0.1:8600")
    # Linger is for bursts of entries.
    teller._command = [word for word in teller._command if word not in ("--linger", "10")]

    async def main() -> None:
        data.sending.mkdir()
        await end_of_run(teller)
        assert teller.trouble is not None
        assert f"{data.sending} cannot be written" in teller.trouble
        # Said by who asks, with time and level; not by the process, without.
        assert "cannot be written" not in capfd.readouterr().err
        before = teller._running
        teller.start()
        assert teller._running is before
        assert teller._not_before > time.monotonic() - PATIENCE

        data.sending.rmdir()
        teller._not_before = 0.0
        await end_of_run(teller)
        assert teller.trouble is None
        assert "push target=webhook:desk" in capfd.readouterr().err

    asyncio.run(main())
