"""The five steps of docs/add-a-source.md, word by word: its commands, on a loopback https://example.kz."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fakes_catalogue import Double, Reply

from core.clock import utcnow
from core.config import load_sources

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "add-a-source.md").read_text(encoding="utf-8")
STEPS = re.findall(r"^\d\. (.*(?:\n   .*)*)", TEXT.partition("## Choose the kind")[0], re.MULTILINE)
PROSE = (
    "The foreign minister said that both sides had agreed to meet in spring and to go on with talks {0}. "
    "Officials of the two countries underlined that a decision would be made after talks with {0} towns. "
)


def site() -> dict[str, Reply]:
    """A list of five cards without a feed or a sitemap, and their pages."""
    cards, pages = "", {}
    for number in range(5):
        day = utcnow() - timedelta(days=number + 1)
        path, title = f"/news/{4175 + number}", f"Ministers meet for round {number} of the transit talks"
        cards += (
            f'<div class="card"><h3><a href="{path}">{title}</a></h3>'
            f'<span class="when">{day:%d.%m.%Y}</span></div>'
        )
        words = 3 * f"<p>{PROSE.format(number)}</p>"
        article = f"<h1>{title}</h1><p>{day:%d.%m.%Y}</p><div>{words}</div>"
        pages[f"https://example.kz{path}"] = html(title, f"<article>{article}</article>")
    return {"https://example.kz/news": html("Example News", f"<main>{cards}</main>"), **pages}


def html(title: str, body: str) -> Reply:
    text = f'<!DOCTYPE html><html lang="en"><head><title>{title}</title></head><body>{body}</body></html>'
    return Reply(body=text.encode(), content_type="text/html; charset=utf-8", headers={})


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What the steps touch of a checkout: the config without sources, and the golden test."""
    folder = tmp_path / "checkout"
    shutil.copytree(
        ROOT / "config", folder / "config", ignore=shutil.ignore_patterns("sources", "settings.yml")
    )
    (folder / "config" / "sources").mkdir()
    (folder / "config" / "settings.yml").write_text(
        "contact: tests@example.org\ncrawl: {delay: 0s, internal_hosts: [example.kz]}\n", encoding="utf-8"
    )
    (folder / "tests" / "sources").mkdir(parents=True)
    shutil.copy(ROOT / "tests" / "test_sources_golden.py", folder / "tests")
    return folder


@pytest.fixture
def follow(checkout: Path, tmp_path: Path) -> Iterator[Callable[[str], subprocess.CompletedProcess[str]]]:
    """Run the first command of a step in the checkout."""
    with Double({}, tmp_path, also=site()) as double:
        fake = [sys.executable, str(ROOT / "tests" / "fakes_catalogue.py"), json.dumps(double.ports)]
        words_for = {"policywire": fake, "pytest": [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]}
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "POLICYWIRE_CONFIG": str(checkout / "config"),
            "SSL_CERT_FILE": str(double.ca_file),
        }

        def run(step: str) -> subprocess.CompletedProcess[str]:
            command = re.search(r"`((?:policywire|pytest) [^`]+)`", step)
            assert command is not None, step
            name, *rest = shlex.split(command[1])
            return subprocess.run(
                [*words_for[name], *rest],
                cwd=checkout,
                env=environment,
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )

        yield run


def test_the_steps_lead_to_a_source_that_passes(
    checkout: Path, follow: Callable[[str], subprocess.CompletedProcess[str]]
) -> None:
    assert len(STEPS) == 5
    propose, correct, check, record, golden = STEPS

    done = follow(propose)
    assert done.returncode == 0, done.stderr
    path = checkout / "config" / "sources" / "kz-example.yml"
    sources, problems = load_sources(checkout / "config")
    assert not problems
    assert sources["kz-example"].kind == "listing"
    assert not sources["kz-example"].enabled, "a daemon would poll what nobody has looked at"
    assert "remove `enabled: false` and its reason" in done.stderr
    assert "3 read, the others as listed" in done.stderr
    shown = re.findall(r"^  \S.*  (?:en  )?Ministers meet for round \d", done.stderr, re.MULTILINE)
    assert len(shown) == 5
    assert sum("  en  " in line for line in shown) == 3
    assert "Next: policywire sources check kz-example" in done.stderr

    for key in re.findall(r"`(\w+):`", correct):
        assert key in ("confidence", "notes"), f"{key}: how would a maintainer fill it?"
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.strip().startswith("#")]
    kept += ["confidence: high", "notes: list checked 2026-11-20"]
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")

    done = follow(check)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"kz-example +ok", done.stdout), done.stdout

    assert follow(golden).returncode == 1, "a source without its folder fails"
    done = follow(record)
    assert done.returncode == 0, done.stderr
    assert (checkout / "tests" / "sources" / "kz-example" / "expected.yml").is_file()

    done = follow(golden)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"[34] passed", done.stdout), done.stdout
    (switch,) = re.findall(r"remove `(\w+): false` and `(\w+)` from the file", golden)
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith(tuple(f"{key}:" for key in switch))]
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    sources, problems = load_sources(checkout / "config")
    assert not problems
    assert sources["kz-example"].enabled
