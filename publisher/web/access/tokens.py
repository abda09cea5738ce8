"""Secrets that we hand out, and the digests of them that we keep. A token is known by its beginning."""

import hashlib
import re
import secrets

# In logs whatever looks like this is replaced; see core/logs.py.
_TOKEN = re.compile(r"pwt_[A-Za-z0-9_-]{43}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


def new_token() -> str:
    """Return a token to read by: 256 bits of chance."""
    return "pwt_" + secrets.token_urlsafe(32)


def new_secret() -> str:
    """Return the id of a session or a browser, for a cookie: 256 bits of chance."""
    return secrets.token_urlsafe(32)


def is_token(text: str) -> bool:
    """Say whether this could be one of our tokens."""
    return _TOKEN.fullmatch(text) is not None


def is_secret(text: str) -> bool:
    """Say whether this could be the id of a session or a browser."""
    return _SECRET.fullmatch(text) is not None


def digest(secret: str) -> str:
    """Return what is kept of a secret. So much chance needs no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
