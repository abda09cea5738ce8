"""Lighthouse's scores of the pages that analysts and operators open, on a policywire that runs.

    policywire demo                       # in one terminal
    python -m benchmarks.lighthouse       # in another; or --address http://127.0.0.1:8600

Needs Node.js with npm, which brings Lighthouse, and Chromium. Each page is looked at as a phone with
Lighthouse's slow network and slow processor, and as a desktop.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import click

LEAST = 95
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
VERSION = "lighthouse@13"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-component-update"
)


@click.command()
@click.option("--address", default="http://127.0.0.1:8600", show_default=True)
def main(address: str) -> None:
    """Print a line for each page and form factor; exit code 1 where a score is below the bound."""
    worst = 100
    click.echo(f"{'page':<24}{'as':<10}" + "".join(f"{name:>16}" for name in CATEGORIES))
    for path in ("/", _first_article(address), "/status"):
        for form in ("mobile", "desktop"):
            report = _report(address + path, form)
            scores = [round(100 * report["categories"][name]["score"]) for name in CATEGORIES]
            click.echo(f"{path:<24}{form:<10}" + "".join(f"{score:>16}" for score in scores))
            for line in _faults(report):
                click.echo(f"    {line}")
            worst = min(worst, *scores)
    sys.exit(0 if worst >= LEAST else 1)


def _first_article(address: str) -> str:
    try:
        with urllib.request.urlopen(address + "/") as reply:
            page = reply.read().decode()
    except urllib.error.URLError as error:
        raise click.ClickException(f"{address}: {error.reason}; start `policywire demo` first") from error
    found = re.search(r'href="[^"]*(/articles/\d+)"', page)
    if found is None:
        raise click.ClickException(f"{address}/ links to no article")
    return found.group(1)


def _report(url: str, form: str) -> dict[str, Any]:
    browser = os.environ.get("TEST_POLICYWIRE_BROWSER") or next(
        filter(None, map(shutil.which, _BROWSERS)), ""
    )
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "report.json"
        command = ["npx", "--yes", VERSION, url, "--quiet", "--output=json", f"--output-path={out}"]
        command += [f"--chrome-flags={_FLAGS}", *(["--preset=desktop"] if form == "desktop" else [])]
        subprocess.run(command, check=True, env=os.environ | {"CHROME_PATH": browser})
        report: dict[str, Any] = json.loads(out.read_bytes())
    return report


def _faults(report: dict[str, Any]) -> list[str]:
    """Return what took points away."""
    return [
        f"{name}: {audit['id']}: {audit['title']} ({audit.get('displayValue') or audit['score']})"
        for name in CATEGORIES
        for part in report["categories"][name]["auditRefs"]
        if part["weight"] > 0
        and (audit := report["audits"][part["id"]])["score"] is not None
        and audit["score"] < LEAST / 100
    ]


if __name__ == "__main__":
    main()
