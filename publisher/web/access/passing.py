"""One request on its way in: its address put right behind proxies and a prefix, and what it must not be.

In: an ASGI scope and the config; out: a scope for the routes, and refusals as HTTPException. Knows no store.
"""

from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.types import Scope

from publisher.web.access.cookies import Jar
from publisher.web.access.hosts import is_allowed_host, is_own_origin
from publisher.web.access.limits import LARGEST_BODY, LARGEST_HEAD, LONGEST_ADDRESS
from publisher.web.access.proxies import asked
from publisher.web.site import InForce

# ": " and the end of its line, around each header.
_AROUND = 4
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_READ = frozenset({b"host", b"cookie", b"authorization", b"content-length", b"origin", b"sec-fetch-site"})


class Passing:
    """`path` is the address within the server, without the prefix; `scope` is what the routes are given."""

    def __init__(self, scope: Scope, in_force: InForce) -> None:
        settings, client = in_force.settings, scope.get("client")
        self._in_force = in_force
        self._headers = _chosen(scope)
        self._asked = asked(
            scope["headers"],
            peer=client[0] if client else "",
            scheme=scope["scheme"],
            trusted=settings.serve.proxies,
        )
        self.is_unsafe = scope["method"] not in _SAFE
        self._address_length = len(scope.get("raw_path") or b"") + len(scope["query_string"])
        self._head_length = self._address_length + sum(
            len(name) + len(value) + _AROUND for name, value in scope["headers"]
        )
        self.prefix = prefix = settings.prefix if self._asked.prefix is None else self._asked.prefix
        self.path = _within(scope["path"], prefix, taken_off=self._asked.prefix is not None)
        self.is_https = self._asked.scheme == "https"
        self.jar = Jar(secure=self.is_https or in_force.base_url.startswith("https:"), prefix=prefix)
        self.scope: Scope = {
            **scope,
            # HEAD is GET whose body the server leaves out: so each page has it.
            "method": "GET" if scope["method"] == "HEAD" else scope["method"],
            "path": prefix + self.path,
            "root_path": prefix,
            "scheme": self._asked.scheme,
            "client": (self._asked.address, 0),
            "policywire.jar": self.jar,
        }

    @property
    def bearer(self) -> str | None:
        """The token in the Authorization header."""
        kind, _, credentials = self._headers.get(b"authorization", "").partition(" ")
        return credentials.strip() if kind.lower() == "bearer" else None

    def cookie(self, kind: str) -> str | None:
        """Return the value of one of our cookies."""
        header = self._headers.get(b"cookie")
        return self.jar.read(header, kind) if header else None

    def check(self) -> None:
        """Refuse what no reader sends. Raises HTTPException."""
        if self._address_length > LONGEST_ADDRESS:
            raise HTTPException(414, f"An address may have {LONGEST_ADDRESS:,} characters.")
        if self._head_length > LARGEST_HEAD:
            raise HTTPException(431, f"At most {LARGEST_HEAD:,} bytes of headers can be sent.")
        length = self._headers.get(b"content-length", "")
        if length.isdecimal() and int(length) > LARGEST_BODY:
            raise HTTPException(413, f"At most {LARGEST_BODY:,} bytes can be sent.")
        host, base_url = self._asked.host or self._headers.get(b"host", ""), self._in_force.base_url
        names = self._in_force.settings.serve.hosts
        if host and not is_allowed_host(host, base_url=base_url, names=names):
            raise HTTPException(
                421, "This server is not known by the name it was asked by; `serve.hosts` lists its names."
            )
        if self.is_unsafe and not is_own_origin(
            origin=self._headers.get(b"origin"),
            fetch_site=self._headers.get(b"sec-fetch-site"),
            scheme=self._asked.scheme,
            host=host,
            base_url=base_url,
        ):
            raise HTTPException(
                403,
                "A page of another site sent this. If that page is this server's own, its public address is "
                "not known here: set `feeds.base_url`.",
            )

    def move_into(self, folder: str) -> None:
        """Take a folder for part of the prefix: links then lead into it again."""
        self.scope["root_path"] += folder
        self.path = self.path.removeprefix(folder)

    def without_closing_slash(self) -> str | None:
        """Return the address without the slash that people add; None if there is none."""
        if self.is_unsafe or self.path == "/" or not self.path.endswith("/"):
            return None
        return self._address(self.scope["root_path"], self.path.rstrip("/"))

    def public(self, path: str) -> str:
        """Return the address of another page, with the query that was asked."""
        return self._address(self.prefix, path)

    def _address(self, root: str, path: str) -> str:
        # Never two slashes at the beginning: browsers would take what follows for a host.
        found = quote(root + "/" + path.lstrip("/\\"), safe="/")
        query = self.scope["query_string"].decode("latin-1")
        return f"{found}?{query}" if query else found


def _chosen(scope: Scope) -> dict[bytes, str]:
    """Return the headers that are looked at here; one that comes several times is joined."""
    found: dict[bytes, str] = {}
    for name, value in scope["headers"]:
        if name in _READ:
            text = value.decode("latin-1")
            found[name] = f"{found[name]}; {text}" if name in found else text
    return found


def _within(path: str, prefix: str, *, taken_off: bool) -> str:
    """Return a path without the prefix. A proxy may pass the prefix on, or take it off."""
    if taken_off or not (path == prefix or path.startswith(prefix + "/")):
        return path
    return path.removeprefix(prefix) or "/"
