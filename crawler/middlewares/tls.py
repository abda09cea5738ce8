"""Certificates: always verified, with a source's own `ca_file` beside the machine's.

Several ministries' servers leave out their intermediate certificate. Knows OpenSSL through Twisted; no HTTP.
"""

from collections import OrderedDict
from typing import Any, cast

from OpenSSL import SSL
from twisted.internet._sslverify import OpenSSLDefaultPaths
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.internet.ssl import AcceptableCiphers, optionsForClientTLS
from twisted.web.client import BrowserLikePolicyForHTTPS

from core.errors import Unreachable

_REMEMBERED = 500


class _TrustRoot(OpenSSLDefaultPaths):
    """The machine's certificates and one file more, for which Twisted has no public way."""

    def __init__(self, ca_file: str | None) -> None:
        self._ca_file = ca_file

    def _addCACertsToContext(self, context: SSL.Context) -> None:  # noqa: N802 - Twisted's name
        context.set_default_verify_paths()
        if self._ca_file is not None:
            context.load_verify_locations(self._ca_file)
        # Some ministries' servers are too old for RFC 5746; Scrapy and older OpenSSL allow them as well.
        context.set_options(SSL.OP_LEGACY_SERVER_CONNECT)


class VerifyingPolicy(BrowserLikePolicyForHTTPS):
    """Makes the TLS side of connections. Contexts are kept: they load all of the machine's certificates."""

    def __init__(self) -> None:
        self._trustRoot = None
        self._ca_files: dict[str, str] = {}
        self._creators: OrderedDict[str, IOpenSSLClientConnectionCreator] = OrderedDict()

    def trust(self, hostname: str, ca_file: str) -> None:
        """Accept for one host what a file's certificates vouch for. Raises Unreachable for a bad file."""
        if self._ca_files.get(hostname) == ca_file:
            return
        try:
            SSL.Context(SSL.TLS_METHOD).load_verify_locations(ca_file)
        except SSL.Error:
            raise Unreachable(
                f"ca_file {ca_file!r} cannot be read as PEM certificates; correct it in the source file"
            ) from None
        self._ca_files[hostname] = ca_file
        self._creators.pop(hostname, None)

    def creatorForNetloc(self, hostname: bytes, port: int) -> IOpenSSLClientConnectionCreator:  # noqa: N802 - so
        """Return what makes connections to a host, verified against its name."""
        name = hostname.decode("ascii")
        creator = self._creators.get(name)
        if creator is None:
            creator = optionsForClientTLS(
                name,
                trustRoot=cast(Any, _TrustRoot(self._ca_files.get(name))),
                extraCertificateOptions={"fixBrokenPeers": True, "acceptableCiphers": _ciphers()},
            )
            self._creators[name] = creator
            while len(self._creators) > _REMEMBERED:
                self._creators.popitem(last=False)
        return creator


def _ciphers() -> Any:
    """OpenSSL's own choice, as Scrapy has it: Twisted's is narrower, and old servers are many."""
    untyped: Any = AcceptableCiphers
    return untyped.fromOpenSSLCipherString("DEFAULT")
