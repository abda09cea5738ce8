"""Passwords to what is stored of them, with scrypt of the standard library. Costs stand in what is stored.

Why scrypt: docs/decisions; its costs here are one of the settings that OWASP's password storage page gives
as equals: N=2^15, r=8, p=3 takes 32 MB and, on a core of 2026, about a quarter of a second.
"""

import hashlib
import hmac
import secrets
import unicodedata
from base64 import b64decode, b64encode
from typing import NamedTuple

SHORTEST = 12
LONGEST = 256
_SCHEME = "scrypt"
_SALT_BYTES = 16
_DIGEST_BYTES = 32


class Cost(NamedTuple):
    """scrypt's parameters: N is 2 to the power of `log_n`; memory is 128 * r * N bytes."""

    log_n: int
    r: int
    p: int


COST = Cost(log_n=15, r=8, p=3)


def fault(password: str, *, name: str) -> str | None:
    """Say what is wrong with a new password; None if nothing is."""
    if len(password) < SHORTEST:
        return f"it is too short: at least {SHORTEST} characters"
    if len(password) > LONGEST:
        return f"it is too long: at most {LONGEST} characters"
    if len(set(password.casefold())) < 5:
        return "it repeats too few characters"
    if name.casefold() in password.casefold() and len(password) - len(name) < SHORTEST // 2:
        return "it is little more than the name"
    return None


def hashed(password: str, cost: Cost = COST) -> str:
    """Return what is stored of a password. Takes a quarter of a second: never call it in the event loop."""
    salt = secrets.token_bytes(_SALT_BYTES)
    digest = _digest(password, salt, cost)
    return f"{_beginning(cost)}{b64encode(salt).decode()}${b64encode(digest).decode()}"


def verify(password: str, stored: str) -> bool:
    """Say whether this is the password, in constant time for the same costs. False for what is no hash."""
    try:
        scheme, log_n, r, p, salt, digest = stored.split("$")
        cost = Cost(int(log_n), int(r), int(p))
        if scheme != _SCHEME:
            return False
        found = _digest(password, b64decode(salt), cost)
    except ValueError:
        return False
    return hmac.compare_digest(found, b64decode(digest))


def is_outdated(stored: str, cost: Cost = COST) -> bool:
    """Say whether a hash was made with other costs than these."""
    return not stored.startswith(_beginning(cost))


def nobodys(cost: Cost = COST) -> str:
    """Return what no password fits, and what takes as long to check as any."""
    salt, digest = b64encode(bytes(_SALT_BYTES)), b64encode(bytes(_DIGEST_BYTES))
    return f"{_beginning(cost)}{salt.decode()}${digest.decode()}"


def _beginning(cost: Cost) -> str:
    return f"{_SCHEME}${'$'.join(map(str, cost))}$"


def _digest(password: str, salt: bytes, cost: Cost) -> bytes:
    # However a keyboard puts accents together, it is one password.
    text = unicodedata.normalize("NFKC", password[:LONGEST]).encode("utf-8", "replace")
    n = 2**cost.log_n
    return hashlib.scrypt(
        text, salt=salt, n=n, r=cost.r, p=cost.p, maxmem=256 * n * cost.r, dklen=_DIGEST_BYTES
    )
