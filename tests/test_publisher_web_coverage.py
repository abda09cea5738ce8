"""The page of the catalogue: what is watched, what is missing, what does not work; the same as the docs."""

from pathlib import Path

from fakes_publisher import make_source
from fakes_site import running_site

from core.config import load_missing, load_sources
from core.coverage import Missing, coverage, tables

CONFIG = Path(__file__).parent.parent / "config"


def test_the_shipped_catalogue_is_a_page_with_every_source(tmp_path: Path) -> None:
    sources, _ = load_sources(CONFIG)
    with running_site(tmp_path, sources=sources) as site:
        reply = site.ask("/coverage")
    assert reply.status == 200
    assert len(reply.body) < 150_000
    assert all(f'href="/sources/{id_}"' in reply.text for id_ in sources)
    assert "<h2>Addresses that do not work</h2>" in reply.text


def test_an_empty_catalogue_and_hostile_names(tmp_path: Path) -> None:
    with running_site(tmp_path) as site:
        assert "0 sources" in site.ask("/coverage").text
    hostile = make_source(
        name="<script>|x",
        enabled=False,
        disabled_reason="<b>",
        dead=({"url": "https://e.example/<x>", "reason": "404"},),
    )
    with running_site(tmp_path / "other", sources={hostile.id: hostile}) as site:
        text = site.ask("/coverage").text
    assert "<script>" not in text
    assert "&lt;script&gt;|x" in text
    assert "https://e.example/&lt;x&gt;" in text
    assert "\\|x" in coverage([hostile])


def test_what_a_state_lacks_is_counted_from_what_is_enabled() -> None:
    agency = make_source(id="kz-a", publisher="agency", languages=("kk", "ru"))
    off = make_source(id="kz-b", publisher="press", enabled=False, disabled_reason="off")
    [gaps] = [table for table in tables([agency, off]) if table.title == "What each state lacks"]
    assert gaps.rows[0] == ("KZ", "official press analysis", "en")
    assert gaps.rows[1] == ("KG", "all", "all")


def test_missing_publishers_are_listed_and_faults_named(tmp_path: Path) -> None:
    assert load_missing(tmp_path) == ((), [])
    file = tmp_path / "missing.yml"
    file.write_text("missing: [{name: A paper, site: a.example, known: nothing}]\n")
    found, problems = load_missing(tmp_path)
    assert (found, problems) == ((Missing(name="A paper", site="a.example", known="nothing"),), [])
    assert "| A paper | `a.example` | nothing |" in coverage([], found)
    file.write_text("missing:\n  - {name: A paper, sight: a.example}\n")
    _, problems = load_missing(tmp_path)
    assert {problem.line for problem in problems} == {2}
    file.write_text("")
    assert load_missing(tmp_path) == ((), [])
