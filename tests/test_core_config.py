"""Config files: what is wrong is said with file, line and key, everything at once."""

from datetime import timedelta
from pathlib import Path

import pytest

from core.config import load_settings, load_sources
from core.errors import ConfigError, Problem
from core.settings import setting_names

GOOD = """\
name: Press service
country: KZ
publisher: official
languages: [ru]
time_zone: Asia/Almaty
home: https://example.org/
kind: feed
urls: [https://example.org/rss]
"""


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / "sources" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def messages(problems: list[Problem]) -> list[str]:
    return [
        f"{problem.path.name}:{problem.line}:{problem.key}: {problem.message}" for problem in sorted(problems)
    ]


def test_good_source_takes_its_id_from_the_file_name(tmp_path: Path) -> None:
    write(tmp_path, "kz-press.yml", GOOD + "every: 15m\n")
    sources, problems = load_sources(tmp_path)
    assert problems == []
    assert sources["kz-press"].id == "kz-press"
    assert sources["kz-press"].every == timedelta(minutes=15)


def test_all_problems_of_all_files_come_at_once(tmp_path: Path) -> None:
    write(tmp_path, "a.yml", GOOD.replace("kind: feed", "kind: telegram"))
    write(tmp_path, "b.yml", GOOD + "pollevery: 5m\n")
    write(tmp_path, "c.yml", "name: [unclosed\n")
    write(tmp_path, "d.yml", GOOD.replace("urls: [https://example.org/rss]", "urls: [ftp://example.org]"))
    sources, problems = load_sources(tmp_path)
    assert sources == {}
    found = messages(problems)
    assert len(found) == 4
    assert found[0].startswith("a.yml:7:kind: ")
    assert "'feed', 'sitemap', 'listing', 'api'" in found[0]
    assert "telegram" in found[0]
    assert found[1] == "b.yml:9:pollevery: unknown key; look for a typing error, or remove it"
    assert found[2].startswith("c.yml:2:: not valid YAML")
    assert found[3].startswith("d.yml:8:urls.#1: expected an address that begins with http")


@pytest.mark.parametrize(
    ("change", "line", "key", "part"),
    [
        ("kind: feed\n", 7, "kind", "`kind: listing` needs a `listing:` block"),
        ("time_zone: Asia/Almaty", 5, "time_zone", "not a time zone name"),
        ("languages: [ru]", 4, "languages", "no language code"),
    ],
)
def test_values_are_checked(tmp_path: Path, change: str, line: int, key: str, part: str) -> None:
    wrong = {"kind: feed\n": "kind: listing\n", "time_zone: Asia/Almaty": "time_zone: Asia/Nowhere"}
    write(tmp_path, "a.yml", GOOD.replace(change, wrong.get(change, "languages: [russian]")))
    _, problems = load_sources(tmp_path)
    assert len(problems) == 1
    assert part in problems[0].message
    assert problems[0].line in (line, 1)


@pytest.mark.parametrize(
    ("written", "advice"),
    [("UK", "write GB"), ("kz", "write KZ"), ("ZZ", "such as KZ"), ("KAZ", "such as KZ")],
)
def test_a_country_is_one_that_there_is(tmp_path: Path, written: str, advice: str) -> None:
    for code in ("KZ", "GB", "XK", "EU", "UN", "INT", "REG"):
        write(tmp_path, "a.yml", GOOD.replace("country: KZ", f"country: {code}"))
        assert load_sources(tmp_path)[1] == []
    write(tmp_path, "a.yml", GOOD.replace("country: KZ", f"country: {written}"))
    _, (problem,) = load_sources(tmp_path)
    assert (problem.path.name, problem.line, problem.key) == ("a.yml", 2, "country")
    assert problem.message.startswith("no code of ISO 3166")
    assert advice in problem.message


def test_bad_selector_and_pattern_name_their_lines(tmp_path: Path) -> None:
    write(tmp_path, "a.yml", GOOD + "article_url: '(['\nread:\n  title: 'h1[['\n")
    _, problems = load_sources(tmp_path)
    assert [(problem.line, problem.key) for problem in sorted(problems)] == [
        (9, "article_url"),
        (11, "read.title"),
    ]
    assert "not a CSS selector" in sorted(problems)[1].message


def test_two_files_of_one_id_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "a.yml", GOOD)
    write(tmp_path, "deeper/a.yml", GOOD)
    _, problems = load_sources(tmp_path)
    assert len(problems) == 1
    assert "is taken by" in problems[0].message


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("crawl: 5", "crawl: expected keys with values below it, such as `key: value`; found 5"),
        ("crawl: [a]", "crawl: expected keys with values below it, such as `key: value`; found a list"),
        ("contact:", "contact: expected a text; put it in quotation marks; found nothing"),
        ("contact: yes", "contact: expected a text; put it in quotation marks; found true"),
        ("poll: {batch: 1.5}", "poll.batch: expected a whole number; found 1.5"),
        ("poll: {batch: 501}", "poll.batch: expected 500 or less; found 501"),
        ("crawl: {internal_hosts: 5}", "crawl.internal_hosts: expected a list, such as [a, b]; found 5"),
        ("log: {level: loud}", "log.level: expected 'debug', 'info', 'warning' or 'error'; found 'loud'"),
        ("alerts: {targets: 5}", "alerts.targets: expected a list, such as [a, b]"),
        ("feeds: {revisions: maybe}", "feeds.revisions: expected true or false; found 'maybe'"),
        ("keep: {age: 1s}", "keep.age: expected 1d or more: what is older is removed for good; found '1s'"),
        (
            "feeds: {base_url: http://x/../y}",
            "feeds.base_url: its path: expected a path of letters, digits and -._~, such as /wire; "
            "found 'http://x/../y'",
        ),
        (
            "serve: {prefix: /a}\nfeeds: {base_url: http://x.example/b}",
            "serve.prefix: is /a, but `feeds.base_url` does not end with that; make them agree, or leave "
            "`serve.prefix` out",
        ),
        (
            "alerts: {targets: ['nonsense']}",
            "alerts.targets.#1: expected an address as Apprise writes it, such as mailto://user:password@host",
        ),
        (
            "push: {digests: [{name: a, to: [a@b.example]}, {name: desk, to: [a@b.example], every: month}]}",
            "push.digests.\"desk\".every: expected 'day' or 'week'; found 'month'",
        ),
        (
            "push: {digests: [{name: a, to: [a@b.example]}, {to: [a@b.example]}]}",
            "push.digests.#2.name: this key is missing",
        ),
    ],
)
def test_mistakes_are_told_in_words_for_people(tmp_path: Path, written: str, told: str) -> None:
    (tmp_path / "settings.yml").write_text(written + "\n", encoding="utf-8")
    _, (problem,) = load_settings(tmp_path, {})
    assert f"{problem.key}: {problem.message}" == told


def test_a_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "a.yml", GOOD + "name: Again\n")
    _, problems = load_sources(tmp_path)
    assert [(problem.line, problem.key) for problem in problems] == [(9, "name")]
    assert "first in line 1" in problems[0].message


def test_file_that_is_not_utf8_or_not_a_mapping(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "a.yml").write_bytes(b"name: \xff\xfe")
    write(tmp_path, "b.yml", "- a\n- b\n")
    write(tmp_path, "c.yml", "")
    write(tmp_path, "d.yml", "a: &x [*x]\n")
    _, problems = load_sources(tmp_path)
    found = messages(problems)
    assert len(found) == 4
    assert "UTF-8" in found[0]
    assert "found list" in found[1]
    assert "found nothing" in found[2]


def test_settings_come_from_file_and_environment(tmp_path: Path) -> None:
    (tmp_path / "settings.yml").write_text("contact: a@example.org\nserve:\n  port: 9000\n", encoding="utf-8")
    settings, problems = load_settings(
        tmp_path, {"POLICYWIRE_SERVE_PORT": "9001", "POLICYWIRE_CRAWL_DELAY": "3s"}
    )
    assert problems == []
    assert settings.serve.port == 9001
    assert settings.crawl.delay == timedelta(seconds=3)
    assert "a@example.org" in settings.user_agent


def test_unknown_and_bad_environment_settings_are_refused(tmp_path: Path) -> None:
    _, problems = load_settings(tmp_path, {"POLICYWIRE_SERVE_PROT": "1"})
    assert [problem.key for problem in problems] == ["POLICYWIRE_SERVE_PROT"]
    assert "did you mean POLICYWIRE_SERVE_PORT?" in problems[0].message
    _, problems = load_settings(tmp_path, {"POLICYWIRE_SERVE_PORT": "many"})
    assert [problem.key for problem in problems] == ["serve.port"]


def test_what_a_container_platform_sets_for_a_service_of_our_name_is_no_mistake(tmp_path: Path) -> None:
    # As Kubernetes does for services named policywire and policywire-web.
    given = {
        "POLICYWIRE_SERVICE_HOST": "10.0.0.11",
        "POLICYWIRE_SERVICE_PORT": "8600",
        "POLICYWIRE_SERVICE_PORT_HTTP": "8600",
        "POLICYWIRE_PORT": "tcp://10.0.0.11:8600",
        "POLICYWIRE_PORT_8600_TCP": "tcp://10.0.0.11:8600",
        "POLICYWIRE_PORT_8600_TCP_PROTO": "tcp",
        "POLICYWIRE_PORT_8600_TCP_PORT": "8600",
        "POLICYWIRE_PORT_8600_TCP_ADDR": "10.0.0.11",
        "POLICYWIRE_WEB_SERVICE_HOST": "10.0.0.12",
        "POLICYWIRE_WEB_PORT": "tcp://10.0.0.12:8600",
        "POLICYWIRE_SERVE_PORT": "9001",
    }
    settings, problems = load_settings(tmp_path, given)
    assert problems == []
    assert settings.serve.port == 9001
    # Somebody's wish, not the platform's.
    _, problems = load_settings(tmp_path, {"POLICYWIRE_PORT": "9000"})
    assert [problem.key for problem in problems] == ["POLICYWIRE_PORT"]


def test_every_setting_has_a_default() -> None:
    for name, field in setting_names().items():
        assert not field.is_required(), name


def test_config_error_lists_every_problem() -> None:
    problems = [
        Problem(path=Path("a.yml"), line=2, key="k", message="wrong"),
        Problem(path=Path("b.yml"), line=0, key="", message="gone"),
    ]
    assert str(ConfigError(problems)).splitlines() == [
        "2 problems in the configuration:",
        "  a.yml:2: k: wrong",
        "  b.yml: gone",
    ]


def test_ca_file_is_looked_for_beside_the_source_file(tmp_path: Path) -> None:
    write(tmp_path, "a.yml", GOOD + "ca_file: ../certificates/a.pem\naccess: no intermediate is sent\n")
    _, problems = load_sources(tmp_path)
    assert [problem.key for problem in problems] == ["ca_file"]
    (tmp_path / "certificates").mkdir()
    (tmp_path / "certificates" / "a.pem").write_text("x", encoding="ascii")
    sources, problems = load_sources(tmp_path)
    assert problems == []
    assert Path(sources["a"].ca_file or "").is_file()


@pytest.mark.parametrize("exception", ["conditional: false", "ca_file: a.pem"])
def test_an_exception_says_why(tmp_path: Path, exception: str) -> None:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "a.pem").write_text("x", encoding="ascii")
    line = GOOD.count("\n") + 1
    for reason in ("", "access: ' '\n"):
        write(tmp_path, "a.yml", GOOD + f"{exception}\n{reason}")
        _, (problem,) = load_sources(tmp_path)
        assert (problem.key, problem.line) == (exception.split(":")[0], line)
        assert "say in `access:`" in problem.message
    write(tmp_path, "a.yml", GOOD + f"{exception}\naccess: seen on 2026-11-20\n")
    assert load_sources(tmp_path)[1] == []


def test_linked_folders_are_read_and_hidden_files_are_not(tmp_path: Path) -> None:
    write(tmp_path / "elsewhere", "a.yml", GOOD)
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "sources").symlink_to(tmp_path / "elsewhere" / "sources")
    write(tmp_path / "elsewhere", ".#b.yml", GOOD)
    sources, problems = load_sources(tmp_path / "config")
    assert (list(sources), problems) == (["a"], [])
