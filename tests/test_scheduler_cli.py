"""The command line's contract: verbs, help, JSON Lines in and out, exit codes."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from fakes_publisher import make_article
from waiting import PATIENCE

import crawler.sources
from core.article import Batch
from core.clock import utcnow
from core.config import DataDir, default_config_dir
from core.errors import ConfigError
from scheduler.cli import cli
from scheduler.config import config_digest
from scheduler.exclusive import hold
from storage.store import Store

PAGE = """<!doctype html><html lang="en"><head><title>Consultations held - Example Times</title>
<meta property="article:published_time" content="2026-11-20T09:30:00+05:00"></head><body>
<nav><a href="/">Home</a></nav><article><h1>Consultations held</h1>{paragraphs}</article>
<aside><h3>Popular</h3><p>A cat climbed a very tall tree and was brought down by the fire brigade.</p></aside>
</body></html>"""
SENTENCE = (
    "The foreign minister of Kazakhstan met his counterpart from Uzbekistan and signed a joint statement. "
)


def policywire(*words: str, stdin: str | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scheduler.cli", *words]
    environment = {**os.environ, **variables}
    return subprocess.run(
        command, input=stdin, capture_output=True, text=True, timeout=PATIENCE, env=environment, check=False
    )


def test_help_and_version() -> None:
    assert "policywire" in policywire("--version").stdout
    said = policywire("--help")
    assert said.returncode == 0
    for verb in ("demo", "run", "worker", "crawl", "publish", "sources", "extract", "match", "identify"):
        assert verb in said.stdout


@pytest.mark.parametrize("words", [["nonsense"], ["crawl"], ["match"], ["crawl", "--all", "kz-mfa"]])
def test_wrong_words_end_with_2(words: list[str], tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    (tmp_path / "settings.yml").write_text("contact: a@example.org\n", encoding="utf-8")
    environment = ["--config", str(tmp_path), "--data", str(tmp_path)] if words[0] == "crawl" else []
    done = policywire(*words, *environment)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_extract_jsonl_passes_unknown_keys_and_reports_errors(tmp_path: Path) -> None:
    page = PAGE.format(paragraphs=f"<p>{SENTENCE * 3}</p><p>{SENTENCE * 2}</p>")
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    records = [
        {"id": 1, "url": "https://example.org/a?utm_source=x", "html": page, "mine": "kept"},
        {"id": 2, "url": "https://example.org/b", "html_path": "page.html"},
        {"id": 3, "url": "https://example.org/c", "html_path": "missing.html"},
    ]
    lines = tmp_path / "in.jsonl"
    lines.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    done = policywire("extract", "--jsonl", str(lines))
    assert done.returncode == 0, done.stderr
    first, second, third = map(json.loads, done.stdout.splitlines())
    assert first["mine"] == "kept"
    assert first["canonical_url"] == "https://example.org/a"
    assert first["title"] == "Consultations held"
    assert first["published"] == "2026-11-20T04:30:00+00:00"
    assert first["language"] == "en"
    assert "fire brigade" not in first["text"]
    assert second["text"] == first["text"]
    assert "missing.html" in third["error"]


def test_match_jsonl_and_explain(tmp_path: Path) -> None:
    records = [
        {"id": "a", "title": "Ministers meet in Astana", "text": SENTENCE * 3, "language": "en"},
        {"id": "b", "title": "Cat", "text": "A cat climbed a very tall tree in the park yesterday."},
    ]
    done = policywire(
        "match", "--jsonl", "--watchlist", "central-asia", "-", stdin="\n".join(map(json.dumps, records))
    )
    assert done.returncode == 0, done.stderr
    first, second = map(json.loads, done.stdout.splitlines())
    assert first["matched"] is True
    assert first["watchlist"] == "central-asia"
    term = first["evidence"][0]
    assert {"group", "term", "form", "field", "start", "end", "sentence"} <= set(term)
    field = records[0][term["field"]]
    assert field[term["start"] : term["end"]] == term["form"]
    assert second["matched"] is False
    explained = policywire("match", "--explain", "-", stdin=f"Ministers meet\n{SENTENCE}")
    assert "matches" in explained.stdout
    assert "Kazakhstan" in explained.stdout


def test_match_jsonl_takes_statements_and_finds_them_where_there_are_none() -> None:
    text = (
        "Kassym-Jomart Tokayev spoke to the newspaper about many things that day.\n\n"
        "“We will sign the agreement with China,” Tokayev said."
    )
    start = text.index("We will")
    statement = {"speaker": "Kassym-Jomart Tokayev", "office": None, "start": start, "end": start + 39}
    records = [
        {"id": "none", "title": "An interview", "text": text.replace(" Tokayev said", ""), "statements": []},
        {"id": "given", "title": "An interview", "text": text, "statements": [statement]},
        {"id": "found", "title": "An interview", "text": text},
    ]
    done = policywire(
        "match", "--jsonl", "--watchlist", "central-asia", "-", stdin="\n".join(map(json.dumps, records))
    )
    assert done.returncode == 0, done.stderr
    none, given, found = map(json.loads, done.stdout.splitlines())
    assert none["score"] == 0
    assert "China" in given["why"]
    assert found["score"] == given["score"] > 0.4
    broken = policywire("match", "--jsonl", "-", stdin=json.dumps({"id": 7, "statements": [3]}))
    assert broken.returncode == 1
    assert "record 7: `statements` is no list of objects" in broken.stderr


def test_identify_jsonl() -> None:
    text = SENTENCE * 5
    records = [
        {"id": "1", "url": "https://a.example/x", "source": "a", "title": "T", "text": text},
        {"id": "2", "url": "https://b.example/y", "source": "b", "title": "T", "text": text},
        {
            "id": "3",
            "url": "https://a.example/x?utm_source=z",
            "source": "a",
            "title": "T",
            "text": text + "More.",
        },
    ]
    done = policywire("identify", "--jsonl", "-", stdin="\n".join(map(json.dumps, records)))
    assert done.returncode == 0, done.stderr
    decided = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(each["decision"], each["of"]) for each in decided] == [
        ("new", None),
        ("duplicate", "1"),
        ("revision", "1"),
    ]
    assert all(each["reason"] for each in decided)


def test_broken_json_lines_name_the_line() -> None:
    done = policywire("match", "--jsonl", "-", stdin='{"id": 1, "title": "a", "text": "b"}\n{"id": \n')
    assert done.returncode == 1
    assert ":2: not JSON" in done.stderr


def test_watchlist_forms_prints_rules() -> None:
    done = policywire("watchlist", "forms", "central-asia", "Токаев")
    assert done.returncode == 0, done.stderr
    assert "Токаевым" in done.stdout
    assert policywire("watchlist", "forms", "central-asia", "Nobody").returncode == 1
    assert policywire("watchlist", "forms", "no-such").returncode == 1


def test_watchlist_offices_prints_holders_and_faults(tmp_path: Path) -> None:
    done = policywire("watchlist", "offices", "--on", "2023-05-01", "--of", "KZ", "--json")
    held = {row["office"]: row["name"] for row in map(json.loads, done.stdout.splitlines())}
    assert held["foreign minister"] == "Murat Nurtleu"
    assert policywire("watchlist", "offices", "--check").returncode == 0
    (tmp_path / "terms").mkdir()
    people = "lists: {p: {country: KZ, people: [{name: A, office: x, terms: {en: [Testov]}}]}}"
    (tmp_path / "terms" / "p.yml").write_text(people, encoding="utf-8")
    done = policywire("watchlist", "offices", "--check", "--config", str(tmp_path))
    assert done.returncode == 1
    assert "add `source`, or `unsure: true`" in done.stdout


def test_watchlists_pass_their_own_examples() -> None:
    done = policywire("watchlist", "test")
    assert done.returncode == 0, done.stderr


def test_config_prints_what_it_reads_back(tmp_path: Path) -> None:
    done = policywire("config", "--config", str(default_config_dir()))
    assert done.returncode == 0, done.stderr
    assert "delay: 1s" in done.stdout
    (tmp_path / "settings.yml").write_text(done.stdout, encoding="utf-8")
    again = policywire("config", "--config", str(tmp_path))
    assert again.returncode == 0, again.stderr
    values = [line.rpartition("  # ")[0] for line in done.stdout.splitlines()[:-1]]
    assert [line.rpartition("  # ")[0] for line in again.stdout.splitlines()[:-1]] == values


def test_config_says_where_each_value_comes_from(tmp_path: Path) -> None:
    (tmp_path / "settings.yml").write_text("contact: a@example.org\npoll:\n  batch: 7\n", encoding="utf-8")
    environment = {"POLICYWIRE_CRAWL_DELAY": "5s", "POLICYWIRE_FEEDS_TITLE": "Wire: of all"}
    done = policywire("config", "--config", str(tmp_path), **environment)
    assert done.returncode == 0, done.stderr
    assert "contact: a@example.org  # settings.yml:1\n" in done.stdout
    assert "  batch: 7  # settings.yml:3\n" in done.stdout
    assert "  delay: 5s  # environment: POLICYWIRE_CRAWL_DELAY\n" in done.stdout
    assert "  port: 8600  # default\n" in done.stdout
    as_json = json.loads(policywire("config", "--config", str(tmp_path), "--json", **environment).stdout)
    assert as_json["feeds.title"] == {
        "value": "Wire: of all",
        "from": "environment: POLICYWIRE_FEEDS_TITLE",
    }
    assert yaml.safe_load(done.stdout)["feeds"]["title"] == "Wire: of all"


def test_init_begins_a_folder_that_works_and_touches_no_other(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    done = policywire("init", str(folder))
    assert done.returncode == 0, done.stderr
    shipped, own = default_config_dir(), folder / "config"
    assert config_digest(own) == config_digest(shipped)
    assert (own / "settings.yml").stat().st_mode & 0o777 == 0o600
    steps = [line.split(". ", 1)[1].split() for line in done.stdout.splitlines()[1:]]
    assert str(own / "settings.yml") in steps[0]
    assert policywire(*steps[1][1:]).returncode == 0
    # It is said, but not done: site owners could reach nobody yet.
    assert steps[2] == ["policywire", "run", "--config", str(own), "--data", str(folder / "var")]
    refused = policywire(*steps[2][1:], "--port", "0")
    assert f"{own / 'settings.yml'}: contact: is empty" in refused.stderr

    (own / "settings.yml").write_text("contact: a@example.org\n", encoding="utf-8")
    again = policywire("init", str(folder))
    assert (again.returncode, again.stdout) == (1, "")
    assert f"{folder} is not empty" in again.stderr
    assert (own / "settings.yml").read_text(encoding="utf-8") == "contact: a@example.org\n"
    assert policywire("init", str(own / "settings.yml")).returncode == 1


# A service of Apprise imports it, and nobody else does.
@pytest.mark.filterwarnings("ignore:.imghdr. is deprecated:DeprecationWarning")
def test_config_names_spiders_and_services_that_would_fail_only_when_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spiders, config = tmp_path / "spiders", tmp_path / "config"
    (config / "sources").mkdir(parents=True)
    spiders.mkdir()
    monkeypatch.setattr(crawler.sources, "__path__", [*crawler.sources.__path__, str(spiders)])
    own = "from crawler.spider import SourceSpider\n"
    for name, code in {
        "odd_syntax": "class X(:\n",
        "odd_none": own,
        "odd_two": f"{own}class A(SourceSpider): pass\nclass B(SourceSpider): pass\n",
        "odd_import": "import no_such_module\n",
        "odd_good": f"{own}class A(SourceSpider): pass\n",
    }.items():
        (spiders / f"{name}.py").write_text(code, encoding="utf-8")
        (config / "sources" / f"{name.replace('_', '-')}.yml").write_text(
            "name: Odd\ncountry: KZ\npublisher: official\nlanguages: [en]\nhome: https://odd.example\n"
            "kind: custom\nurls: [https://odd.example/]\n",
            encoding="utf-8",
        )
    (config / "settings.yml").write_text(
        "alerts:\n  targets: ['json://host', 'nonsense://user:x@host']\n"
        "push: {messages: [{name: chat, address: 'tgram://x'}]}\n",
        encoding="utf-8",
    )
    result = CliRunner().invoke(cli, ["config", "--config", str(config)])
    assert isinstance(result.exception, ConfigError)
    told = str(result.exception)
    for part in (
        "odd_syntax.py:1: not valid Python",
        "odd_none.py: expected one subclass of SourceSpider, found 0",
        "odd_two.py: expected one subclass of SourceSpider, found 2",
        "odd_import.py: cannot be loaded: No module named 'no_such_module'",
        "settings.yml:2: alerts.targets.#2: Apprise does not understand this address",
        'settings.yml:3: push.messages."chat".address: Apprise does not understand this address',
    ):
        assert part in told
    assert "6 problems" in told
    assert "user:x" not in told


def test_a_number_that_is_none_is_told_in_words(tmp_path: Path) -> None:
    for words, said in (
        (("story", "split", "abc"), "'abc' is no whole number; expected one as pages and lists show it"),
        (("search", "x", "--limit", "many"), "'many' is no whole number; expected one from 1 to 1,000"),
    ):
        assert said in CliRunner().invoke(cli, [*words, "--data", str(tmp_path)]).output


def test_the_data_folder_is_its_owners_alone(tmp_path: Path) -> None:
    with hold(DataDir(path=tmp_path / "data")):
        assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    Store.open(tmp_path / "other" / "policywire.db").close()
    assert (tmp_path / "other").stat().st_mode & 0o777 == 0o700


def test_verbs_that_need_a_database_say_where_they_looked(tmp_path: Path) -> None:
    for words in (["status"], ["search", "x"], ["publish"], ["backup", str(tmp_path / "b.db")]):
        done = policywire(*words, "--data", str(tmp_path))
        assert done.returncode == 1
        assert str(tmp_path) in done.stderr


def test_sources_list_and_show() -> None:
    done = policywire("sources", "list", "--json")
    assert done.returncode == 0, done.stderr
    listed = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(listed) >= 14
    shown = policywire("sources", "show", listed[0]["id"])
    assert f"id: {listed[0]['id']}" in shown.stdout
    assert policywire("sources", "show", "no-such").returncode == 1


def test_watchlist_try_shows_a_draft_against_the_store(tmp_path: Path) -> None:
    data, draft = tmp_path / "data", tmp_path / "draft.yml"
    data.mkdir()
    texts = {"Kazakhstan and Hungary sign a treaty": True, "A new bakery opens in the old town": False}
    with Store.open(data / "policywire.db") as store:
        articles = [
            make_article(url=f"https://ministry.example/{n}", title=title, text=f"{title}. {n * 'More. '}")
            for n, title in enumerate(texts)
        ]
        store.keep(Batch(source="kz-ministry", articles=tuple(articles)), now=utcnow())
    draft.write_text(
        "name: Bread\nlists: {bread: {terms: {en: [bakery]}}}\n"
        "rules: [{name: bread, all: [bread], weight: 0.9}]\nno_match: [{title: Wine, language: en}]\n",
        encoding="utf-8",
    )
    words = ("watchlist", "try", "bread", "--file", str(draft), "--data", str(data), "--since", "1d")
    done = policywire(*words)
    assert done.returncode == 0, done.stderr
    assert "2 articles, 0 match now, 1 would: 1 added, 0 removed" in done.stdout
    assert 'bread ("bakery") in the title' in done.stdout
    report = json.loads(policywire(*words, "--json").stdout)
    assert (report["added"], report["removed"], len(report["sample"]["added"])) == (1, 0, 1)
    draft.write_text(draft.read_text(encoding="utf-8").replace("Wine", "A bakery"), encoding="utf-8")
    done = policywire(*words)
    assert done.returncode == 1
    assert f"{draft}:4: no_match.#1: 'A bakery' matches" in done.stderr


@pytest.mark.parametrize(
    ("id_", "since", "said"),
    [
        ("bread", "99999999999d", "longer than a hundred years"),
        ("../bread", "1d", "cannot be a feed's name"),
        ("operators", "1d", "is a name of our own"),
    ],
)
def test_watchlist_try_refuses_what_could_not_be_taken(
    tmp_path: Path, id_: str, since: str, said: str
) -> None:
    draft = tmp_path / "draft.yml"
    draft.write_text(
        "name: Bread\nlists: {bread: {terms: {en: [bakery]}}}\n"
        "rules: [{name: bread, all: [bread], weight: 0.9}]\n",
        encoding="utf-8",
    )
    done = policywire(
        "watchlist", "try", id_, "--file", str(draft), "--since", since, "--data", str(tmp_path)
    )
    assert done.returncode in (1, 2)
    assert said in done.stderr.replace("\n", " ")
    assert "Traceback" not in done.stderr


def test_a_watchlist_that_fails_its_own_examples_is_a_fault_of_the_config(tmp_path: Path) -> None:
    config = tmp_path / "config"
    shutil.copytree(default_config_dir(), config)
    file = config / "watchlists" / "great-powers.yml"
    file.write_text(
        file.read_text(encoding="utf-8") + "  - {title: Tokayev arrives in Moscow for talks, language: en}\n",
        encoding="utf-8",
    )
    done = policywire("config", "--config", str(config))
    assert done.returncode == 1
    assert f"{file}:" in done.stderr
    assert "no_match.#3: 'Tokayev arrives in Moscow for talks' matches" in done.stderr
