"""Form tokens: proof that a form came from a page that we gave to this session. Pure but for randomness.

The token follows from the session's id, so nothing is stored; it is masked anew each time it is shown, so
that compressed pages do not give it away letter by letter (the BREACH attack).
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

from markupsafe import Markup

FIELD = "csrf"
HEADER = "x-csrf-token"
_SIZE = 32


def token_for(secret: str) -> str:
    """Return a token for a session's id; each call gives another, all are good as long as the session is."""
    mask = secrets.token_bytes(_SIZE)
    return urlsafe_b64encode(mask + _xor(mask, _digest(secret))).decode()


def is_token_for(secret: str, token: str) -> bool:
    """Say whether the token was made for this session's id, in constant time."""
    try:
        raw = urlsafe_b64decode(token.encode("ascii"))
    except (ValueError, UnicodeEncodeError):
        return False
    if not secret or len(raw) != 2 * _SIZE:
        return False
    return hmac.compare_digest(_xor(raw[:_SIZE], raw[_SIZE:]), _digest(secret))


def hidden_field(secret: str) -> Markup:
    """Return the hidden input for a form; nothing without a session, whose forms would be refused anyway."""
    if not secret:
        return Markup()
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, token_for(secret))


def _digest(secret: str) -> bytes:
    return hashlib.sha256(b"policywire form " + secret.encode()).digest()


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
