"""Our cookies: how they are named, set, read and taken away. Pure.

Over HTTPS the names begin with __Host- (__Secure- under a path prefix): browsers then refuse such a cookie
from a sibling domain or from plain HTTP. A cookie that comes twice with two values is not believed at all.
"""

from dataclasses import dataclass
from datetime import timedelta

SESSION = "policywire-session"
BROWSER = "policywire-browser"
FORM = "policywire-form"
# How long a login form may lie open.
FORM_AGE = timedelta(hours=2)


@dataclass(frozen=True, kw_only=True, slots=True)
class Jar:
    """What cookies have to be like for one request."""

    secure: bool
    prefix: str

    def name(self, kind: str) -> str:
        """Return the cookie's full name."""
        if not self.secure:
            return kind
        return f"__Secure-{kind}" if self.prefix else f"__Host-{kind}"

    def set(self, kind: str, value: str, *, age: timedelta) -> str:
        """Return a Set-Cookie header's value. `value` must be of the letters that secrets have."""
        secure = "; Secure" if self.secure else ""
        return (
            f"{self.name(kind)}={value}; Path={self.prefix or '/'}; Max-Age={int(age.total_seconds())}; "
            f"HttpOnly; SameSite=Lax{secure}"
        )

    def clear(self, kind: str) -> str:
        """Return the Set-Cookie header's value that takes a cookie away."""
        return self.set(kind, "", age=timedelta())

    def read(self, header: str, kind: str) -> str | None:
        """Return a cookie's value; None where it is missing, empty, or there are two of it."""
        found = read_cookies(header, self.name(kind))
        return next(iter(found)) if len(found) == 1 else None


def read_cookies(header: str, name: str) -> set[str]:
    """Return the different values that a Cookie header has for a name."""
    pairs = (part.partition("=") for part in header.split(";"))
    return {value.strip() for key, _, value in pairs if key.strip() == name and value.strip()}
