import random
import string

import pytest

from core.urls import canonical_url, host_of

SAME = [
    ("HTTP://WWW.Example.org:80/News/1/?utm_source=tg&utm_medium=x#top", "https://example.org/News/1"),
    ("https://example.org:443/a", "http://example.org/a"),
    ("https://example.org", "https://example.org/"),
    ("https://example.org./a", "https://example.org/a"),
    ("https://m.example.org/a", "https://example.org/a"),
    ("https://www2.example.org/a", "https://example.org/a"),
    ("https://example.org/a/index.html", "https://example.org/a/"),
    ("https://example.org/index.php?id=4", "https://example.org/?id=4"),
    ("https://example.org/a?b=2&a=1", "https://example.org/a?a=1&b=2"),
    ("https://example.org/a?a=1&a=1", "https://example.org/a?a=1"),
    ("https://example.org/a?id=1&amp;utm_source=rss", "https://example.org/a?id=1"),
    ("https://example.org/a?", "https://example.org/a"),
    ("https://example.org/a?fbclid=Iw&gclid=1&yclid=2&ysclid=3&_openstat=4", "https://example.org/a"),
    ("https://example.org/a?from=rss&ref=telegram", "https://example.org/a"),
    ("https://example.org/a;jsessionid=0F3A?id=1", "https://example.org/a?id=1"),
    ("https://example.org/a?PHPSESSID=abc", "https://example.org/a"),
    ("https://example.org/a?sid=0a1b2c3d4e5f60718293a4b5c6d7e8f9", "https://example.org/a"),
    ("https://example.org/amp/news/1", "https://example.org/news/1"),
    ("https://example.org/ru/amp/news/1", "https://example.org/ru/news/1"),
    ("https://example.org/news/1/amp/", "https://example.org/news/1"),
    ("https://example.org/news/1.amp.html", "https://example.org/news/1.html"),
    ("https://example.org/news/1?amp", "https://example.org/news/1"),
    ("https://example.org/news/1?outputType=amp", "https://example.org/news/1"),
    ("https://example-org.cdn.ampproject.org/c/s/example.org/news/1", "https://example.org/news/1"),
    ("https://example.org/news/1/print", "https://example.org/news/1"),
    ("https://example.org/news/1?print=Y", "https://example.org/news/1"),
    ("https://example.org/a/../b/./c", "https://example.org/b/c"),
    ("https://example.org//a///b", "https://example.org/a/b"),
    ("https://example.org/%7euser/%d0%b9", "https://example.org/~user/й"),
    ("https://example.org/и\u0306", "https://example.org/й"),
    ("https://пример.рф/a", "https://xn--e1afmkfd.xn--p1ai/a"),
    ("https://user:secret@example.org/a", "https://example.org/a"),
    ("//example.org/a", "https://example.org/a"),
    ("  https://example.org/\n a ", "https://example.org/%20a"),
]

DISTINCT = [
    ("https://example.org/a?id=1", "https://example.org/a?id=2"),
    ("https://example.org/?p=1", "https://example.org/?p=2"),
    ("https://example.org/a?lang=en", "https://example.org/a?lang=ru"),
    ("https://example.org/a?page=1", "https://example.org/a?page=2"),
    ("https://example.org/a?sid=101", "https://example.org/a?sid=102"),
    ("https://example.org/a?from=astana", "https://example.org/a?from=bishkek"),
    ("https://example.org/x.htm?dtl/1/Title", "https://example.org/x.htm?dtl/2/Title"),
    ("https://example.org/en/a", "https://example.org/ru/a"),
    ("https://en.example.org/a", "https://ru.example.org/a"),
    ("https://example.org/A", "https://example.org/a"),
    ("https://example.org/a%2Fb", "https://example.org/a/b"),
    ("https://example.org/#!/news/1", "https://example.org/#!/news/2"),
    ("https://example.org/index.php/news/1", "https://example.org/index.php/news/2"),
    ("https://example.org/news/print-media", "https://example.org/news/"),
    ("https://example.org/amplify/1", "https://example.org/1"),
    ("http://127.0.0.1:8001/a", "http://127.0.0.1:8002/a"),
    ("https://m.uz/a", "https://uz/a"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_address_share_a_key(one: str, other: str) -> None:
    assert canonical_url(one) == canonical_url(other)


@pytest.mark.parametrize(("one", "other"), DISTINCT)
def test_different_pages_keep_different_keys(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


@pytest.mark.parametrize("url", [url for pair in SAME + DISTINCT for url in pair])
def test_the_key_of_a_key_is_itself(url: str) -> None:
    assert canonical_url(canonical_url(url)) == canonical_url(url)


def test_a_relative_address_is_resolved() -> None:
    assert canonical_url("../b?utm_source=x", "http://www.example.org/a/c/") == "https://example.org/a/b"
    assert canonical_url("", "https://example.org/a#b") == "https://example.org/a"


def test_a_port_of_its_own_keeps_its_scheme() -> None:
    assert canonical_url("http://127.0.0.1:8080/a/") == "http://127.0.0.1:8080/a"


@pytest.mark.parametrize(
    "odd",
    [
        *("", " ", "#", "?", "//", "%", "\x00", "http://", "http:///a", "http://..org/"),
        *("http://[::1/a", "http://a:99999/", "http://a:b/", "http://" + "a" * 70 + ".org/"),
        *("https://example.org/\ud800", "https://example.org/%zz?%=%&&="),
        *("mailto:a@example.org", "javascript:void(0)", "data:text/html,x"),
    ],
)
def test_odd_input_never_raises_and_is_utf8(odd: str) -> None:
    key = canonical_url(odd, "https://example.org/")
    assert canonical_url(key) == key
    canonical_url(odd).encode()
    host_of(odd).encode()


def test_noise_never_raises() -> None:
    chance = random.Random(7)  # a fixed seed: a failure can be repeated
    alphabet = string.printable + "йЁ\u0306\ud800\u2028"
    for _ in range(3000):
        noise = "".join(chance.choices(alphabet, k=chance.randrange(1, 30)))
        for url in (
            noise,
            f"http://{noise}",
            f"https://example.org/{noise}",
            f"https://example.org/?{noise}",
        ):
            key = canonical_url(url)
            assert canonical_url(key) == key


def test_host_of_gives_host_and_odd_ports() -> None:
    assert host_of("HTTPS://WWW.Example.org:443/a") == "www.example.org"
    assert host_of("http://user@127.0.0.1:8080/a") == "127.0.0.1:8080"
    assert host_of("http://[::1]:80/") == "[::1]"
    assert host_of("/relative") == ""
