"""How passwords are kept."""

import pytest

from publisher.web.access import passwords
from publisher.web.access.passwords import COST, Cost, fault, hashed, is_outdated, nobodys, verify

CHEAP = Cost(log_n=4, r=8, p=1)


def test_the_same_password_is_never_kept_the_same_way() -> None:
    assert hashed("correct horse", CHEAP) != hashed("correct horse", CHEAP)


def test_a_hash_of_today_costs_what_it_should_and_is_checked_by_what_it_says() -> None:
    stored = hashed("correct horse")
    assert stored.startswith("scrypt$15$8$3$")
    assert 128 * COST.r * 2**COST.log_n == 32 * 2**20
    assert verify("correct horse", stored)
    assert not verify("correct horsf", stored)
    assert not is_outdated(stored)
    assert is_outdated(hashed("correct horse", CHEAP))
    assert verify("correct horse", hashed("correct horse", CHEAP))


def test_however_accents_are_typed_it_is_one_password() -> None:
    assert verify("re\u0301sume\u0301 nahrung", hashed("r\u00e9sum\u00e9 nahrung", CHEAP))
    assert verify("\ud800" * 12, hashed("\ud800" * 12, CHEAP))


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "x",
        "no password",
        "scrypt$15$8$3$",
        "scrypt$a$8$3$AA==$AA==",
        "bcrypt$4$8$1$AA==$AA==",
        "scrypt$4$8$1$A$A",
    ],
)
def test_what_is_no_hash_fits_nothing(stored: str) -> None:
    assert not verify("", stored)
    assert not verify("correct horse", stored)


def test_nobodys_hash_is_checked_in_full_and_fits_nothing() -> None:
    assert not is_outdated(nobodys())
    assert len(nobodys()) == len(hashed("correct horse", COST))
    assert not verify("", nobodys(CHEAP))


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("short", "too short"),
        ("x" * (passwords.LONGEST + 1), "too long"),
        ("abababababab", "too few characters"),
        ("alexandra1234", "little more than the name"),
        ("correct horse", None),
        ("құпиясөз ұзын", None),
    ],
)
def test_weak_passwords_are_refused(password: str, told: str | None) -> None:
    found = fault(password, name="alexandra")
    assert (found is None) if told is None else told in (found or "")
