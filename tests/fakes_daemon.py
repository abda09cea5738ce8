"""A daemon in a process of its own, on a config folder of the test's making."""

import os
import resource
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from waiting import PATIENCE

SETTINGS = "contact: test@example.org\ncrawl: {delay: 0s, readers: 1, internal_hosts: [127.0.0.1]}\n"


def write_config(folder: Path, sources: dict[str, str] | None = None) -> Path:
    """Write a small config folder; languages and watchlists are the shipped ones."""
    shipped = Path(__file__).resolve().parent.parent / "config"
    (folder / "sources").mkdir(parents=True)
    for name in ("languages", "watchlists", "terms"):
        if (shipped / name).is_dir():
            (folder / name).symlink_to(shipped / name)
    (folder / "settings.yml").write_text(SETTINGS, encoding="utf-8")
    for id_, text in (sources or {}).items():
        (folder / "sources" / f"{id_}.yml").write_text(text, encoding="utf-8")
    return folder


class RunningDaemon:
    """`policywire run` until the block ends. `log` is what it wrote to standard error.

    `limits` are resource limits that it starts with, `environment` variables that it gets.
    """

    def __init__(
        self,
        config: Path,
        data: Path,
        port: int = 0,
        limits: Mapping[int, tuple[int, int]] | None = None,
        **environment: str,
    ) -> None:
        self._limits = limits or {}
        self._environment = environment
        self._log = data.parent / f"daemon-{time.monotonic_ns()}.log"
        self._command = [
            *(sys.executable, "-m", "scheduler.cli", "run", "--port", str(port)),
            *("--config", str(config), "--data", str(data)),
        ]

    def __enter__(self) -> Self:
        with self._log.open("wb") as log:
            # Tests wait for what is logged, whatever the config folder says.
            environment = {**os.environ, "POLICYWIRE_LOG_LEVEL": "info", **self._environment}
            self.process = subprocess.Popen(
                self._command, stderr=log, stdout=log, env=environment, preexec_fn=self._limit
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise

    def _limit(self) -> None:
        for what, limit in self._limits.items():
            resource.setrlimit(what, limit)

    @property
    def log(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, text: str, seconds: float = PATIENCE) -> str:
        """Wait until the log has `text`; return the log."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if text in self.log:
                return self.log
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise AssertionError(f"{text!r} is not in the daemon's log:\n{self.log[-3000:]}")

    @property
    def worker(self) -> int:
        """The process id of the worker."""
        # Any thread may have started it, and beside it what sends letters.
        lists = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        children = [child for path in lists for child in path.read_text(encoding="ascii").split()]
        (worker,) = [one for one in children if b"worker" in Path(f"/proc/{one}/cmdline").read_bytes()]
        return int(worker)

    @property
    def address(self) -> str:
        log = self.wait_for("serving on ")
        return log.split("serving on ")[1].split(",")[0]

    def get(self, path: str) -> tuple[int, str]:
        """Return status and body of one page of the daemon."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=PATIENCE) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
