import pytest
from fakes_storage import text_of

from core.errors import PolicywireError
from storage.stream import identify_records


def record(id_: str, url: str, text: str, **more: object) -> dict[str, object]:
    return {"id": id_, "url": url, "source": "one", "title": "A title", "text": text, **more}


def test_a_stream_is_decided_in_its_order() -> None:
    first, second = text_of("a"), text_of("b")
    decided = list(
        identify_records(
            [
                record("r1", "https://one.example/a", first, language="en"),
                record("r2", "https://two.example/a", first.upper(), source="two"),
                record("r3", "http://www.one.example/a/?utm_source=x", first, language="en"),
                record("r4", "https://one.example/a", second, language="en", published="2026-03-02"),
                record("r5", "https://three.example/", second, source="three"),
                record("r6", "https://four.example/", ""),
                record("r7", "", text_of("c")),
                record("r8", "", text_of("c")),
                record("r9", "file.txt#1", "", title="Ministers meet in Astana"),
                record("r10", "file.txt#2", "", title="Ministers meet in Astana."),
                record("r11", "file.txt#3", "", title="Ministers meet in Astana", published="2026-03-02"),
            ]
        )
    )
    assert [(one["id"], one["decision"], one["of"]) for one in decided] == [
        ("r1", "new", None),
        ("r2", "duplicate", "r1"),
        ("r3", "duplicate", "r1"),
        ("r4", "revision", "r1"),
        ("r5", "duplicate", "r1"),
        ("r6", "new", None),
        ("r7", "new", None),
        ("r8", "duplicate", "r7"),
        ("r9", "new", None),
        ("r10", "duplicate", "r9"),
        ("r11", "new", None),
    ]
    assert [one["similarity"] for one in decided[:8]] == [0.0, 1.0, 1.0, None, 1.0, 0.0, 0.905, 1.0]
    assert all(one["reason"] for one in decided)


def test_unknown_keys_pass_through() -> None:
    (decided,) = identify_records([record("r1", "https://one.example/", "x", label="gold", text_lang=None)])
    assert set(decided) == {"id", "decision", "of", "similarity", "reason", "label", "text_lang"}
    assert decided["label"] == "gold"


@pytest.mark.parametrize(
    ("bad", "said"), [({"url": "x"}, "record 1: the key `id`"), ({"id": 1, "text": 5}, "`text` must be text")]
)
def test_a_bad_record_is_named(bad: dict[str, object], said: str) -> None:
    with pytest.raises(PolicywireError, match=said):
        list(identify_records([bad]))
