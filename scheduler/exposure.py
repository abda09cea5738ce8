"""Says where a server is open to more than its operator may think. Settings in, sentences out. Pure."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from core.settings import Settings


def warnings(settings: Settings, *, host: str | None = None) -> tuple[str, ...]:
    """Return what an operator should decide; `host` is where it serves, if not where the settings say."""
    host = host or settings.serve.host
    public = urlsplit(settings.feeds.base_url or "").hostname
    found = []
    if settings.access.read is None and not (is_loopback(host) and (public is None or is_loopback(public))):
        where = f"on {host}" if not is_loopback(host) else f"as {public}"
        found.append(
            f"everybody who reaches this server {where} can read all of it: set `access.read` to token, "
            "or to open if that is meant"
        )
    if public is not None and not is_loopback(public) and not settings.address().startswith("https:"):
        found.append(
            f"`feeds.base_url` ({public}) is not https: passwords and tokens can be read on their way; put a "
            "proxy with TLS before this server"
        )
    return tuple(found)


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine alone."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
