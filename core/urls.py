"""The identity key of a web address: a URL as text in, one spelling for all its variants out. Pure.

The key is for comparing, not for fetching: it says https and has no `www.` even where the site needs
otherwise. The tables below are general; a site's own oddities do not belong here.
"""

import re
import unicodedata
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from w3lib.url import canonicalize_url as _w3lib_canonicalize

_DEFAULT_PORTS = {"http": 80, "https": 443}


def _words(table: str) -> frozenset[str]:
    return frozenset(table.split())


# Query parameters that say how a reader came here. Compared in lower case; `*` ends a prefix.
_TRACKING = _words("""
    utm_* mtm_* matomo_* pk_campaign pk_kwd pk_keyword pk_source pk_medium pk_content pk_cid piwik_*
    hsa_* __hs* _hsenc _hsmi hsctatracking at_medium at_campaign at_custom* at_link_* at_format at_ptr_name
    at_bbc_team at_campaign_type ns_mchannel ns_campaign ns_source ns_linkname ns_fee
    fbclid fb_action_ids fb_action_types fb_source fb_ref fb_comment_id mibextid sfnsn igshid igsh
    gclid gclsrc dclid gbraid wbraid gad_source gad_campaignid _ga _gl gtm_debug srsltid
    yclid ysclid ymclid _openstat yadclid yadordid yrid
    msclkid twclid ttclid li_fat_id epik rdt_cid wickedid vero_id vero_conv ef_id s_kwcid zanpid
    mc_cid mc_eid mkt_tok oly_anon_id oly_enc_id rb_clickid _branch_match_id sc_cid
    cmpid icid ncid ocid cvid xtor ito spm trk trkinfo wprov smid smtyp sr_share
    ref_src ref_url __twitter_impression guccounter guce_referrer guce_referrer_sig
    fromrss from_rss replytocom doing_wp_cron
    phpsessid jsessionid aspsessionid* cfid cftoken sessionid session_id sess_id
""")
_TRACKING_NAMES = frozenset(name for name in _TRACKING if not name.endswith("*"))
_TRACKING_PREFIXES = tuple(name[:-1] for name in _TRACKING if name.endswith("*"))

# Parameters that sites also use for content: dropped only where the value names a channel.
_REFERRER_NAMES = frozenset(
    {"ref", "source", "src", "from", "via", "share", "referrer", "referer", "feature"}
)
_CHANNELS = _words("""
    rss feed feeds twitter t.co x facebook fb instagram telegram tg vk ok linkedin whatsapp viber email mail
    newsletter push social home homepage main mainpage index share shared app mobile google yandex dzen
    youtube youtu.be
""")
# A session id by another name. PHP-Nuke's `sid` is a story's number, so only long values count.
_SESSION_NAMES = frozenset({"sid", "s", "session"})
_SESSIONS = frozenset({"phpsessid", "jsessionid", "cfid", "cftoken", "sessionid", "session_id", "sess_id"})
_SESSION_VALUE = re.compile(r"(?=.*\d)[0-9a-z]{24,}", re.IGNORECASE)
_CACHE_BUSTER = re.compile(r"\d{10,}")

# The same page for another device or for paper.
_VARIANT_NAMES = frozenset({"amp", "print", "printable", "printview", "print_version", "printversion"})
_VARIANT_ON = frozenset({"", "1", "y", "yes", "true", "on", "amp", "print"})
_VARIANT_SWITCHES = frozenset(
    {"view", "format", "output", "outputtype", "mode", "action", "version", "layout"}
)
_VARIANT_VALUES = frozenset({"amp", "print", "printable"})

_HOST_PREFIX = re.compile(r"(?:www\d?|m|mobile|amp)\.(?=[^.]+\..*[^\d.])")
_AMP_CACHE = re.compile(
    r"https?://(?:[^/]+\.cdn\.ampproject\.org/[acv]/|(?:www\.)?google\.[a-z.]+/amp/)(s/)?(?=[^/]+\.)(?P<rest>.+)",
    re.IGNORECASE,
)
_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/;?]*|/\(S\([0-9a-z]{24}\)\)", re.IGNORECASE)
_INDEX_FILE = re.compile(r"/(?:index|default)\.(?:x?html?|shtml|php\d?|aspx?|jsp|cfm)$", re.IGNORECASE)
_VARIANT_TAIL = re.compile(r"(?<=[^/])(?:/(?:amp|print|printable)(?:\.html?)?)$", re.IGNORECASE)
_AMP_ENDING = re.compile(r"(?<=[^/])\.amp(?=\.html?$|$)", re.IGNORECASE)
_VARIANT_HEAD = re.compile(r"^(?P<language>/[a-z]{2})?/(?:amp|print)(?=/[^/])", re.IGNORECASE)
_MAX_PASSES = 5
_ROUTE = re.compile(r"!|/")


def canonical_url(url: str, base: str | None = None) -> str:
    """Return the key under which all spellings of one page's address are equal.

    `base` resolves a relative address. Never raises: what is no web address comes back as it is. The key of a
    key is itself. Parameters that may name content (`id`, `p`, `lang`, ...) are kept, sorted.
    """
    text = _tidy(url)
    if base is not None:
        text = _join(_tidy(base), text)
    if text.startswith("//"):
        text = f"https:{text}"
    try:
        # One pass may lay bare what the next one folds: an AMP cache inside another, odd `;` in a path.
        for _ in range(_MAX_PASSES):
            previous, text = text, _key(text)
            if text == previous:
                break
    except ValueError:
        return text.partition("#")[0].rstrip()
    return text


def without_session(url: str) -> str:
    """Return an address without the visitor's session, which would make a page new at each visit.

    All else stays as it is written: the address is for fetching.
    """
    address, mark, query = url.partition("?")
    address = _SESSION_IN_PATH.sub("", address)
    kept = [part for part in query.split("&") if not _is_session(*part.partition("=")[::2])]
    return address + mark + "&".join(kept) if kept and mark else address


def _is_session(name: str, value: str) -> bool:
    name = name.lower()
    if name in _SESSION_NAMES:
        return _SESSION_VALUE.fullmatch(value) is not None
    return name in _SESSIONS or name.startswith("aspsessionid")


def is_added(name: str, value: str) -> bool:
    """Say whether a parameter that its address does not know was added on the way.

    By campaigns, or against caches: a number as long as a moment in seconds, as in `_=1700000000`.
    """
    return _is_tracking(name.lower()) or _CACHE_BUSTER.fullmatch(value or name) is not None


def host_of(url: str) -> str:
    """Return the host in lower case, with its port where that is not the scheme's own; "" for no host."""
    try:
        parts = urlsplit(_tidy(url))
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if ":" in host:
        host = f"[{host}]"
    return host if port is None or port == _DEFAULT_PORTS.get(parts.scheme) else f"{host}:{port}"


def _tidy(url: str) -> str:
    text = url.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    return unicodedata.normalize("NFC", re.sub(r"[\x00-\x1f\x7f]", "", text)).strip()


def _join(base: str, url: str) -> str:
    try:
        return urljoin(base, url)
    except ValueError:
        return url


def _key(url: str) -> str:
    cached = _AMP_CACHE.match(url)
    if cached is not None:
        url = f"https://{cached['rest']}"
    parts = urlsplit(url.replace("&amp;", "&"))
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        return url
    # One-page applications put the address of the page behind the #.
    route = f"#{parts.fragment}" if _ROUTE.match(parts.fragment) else ""
    parts = urlsplit(_w3lib_canonicalize(parts._replace(fragment="").geturl()))
    scheme, host = _scheme_and_host(parts.scheme, parts.hostname or "", parts.port)
    query = _query(parts.query)
    return f"{scheme}://{host}{_path(parts.path)}{f'?{query}' if query else ''}{route}"


def _scheme_and_host(scheme: str, host: str, port: int | None) -> tuple[str, str]:
    """Fold http and https, except on a port of its own, where only one of them answers."""
    host = host.rstrip(".")
    while (prefix := _HOST_PREFIX.match(host)) is not None:
        host = host[prefix.end() :]
    if ":" in host:
        host = f"[{host}]"
    if port is None or port in _DEFAULT_PORTS.values():
        return "https", host
    return scheme, f"{host}:{port}"


def _path(path: str) -> str:
    """Drop what does not name the page: session ids, AMP and print variants, index files, closing slashes."""
    path = re.sub(r"/{2,}", "/", _SESSION_IN_PATH.sub("", path))
    previous = None
    while path != previous:
        previous = path
        path = _VARIANT_HEAD.sub(lambda found: found["language"] or "", path.rstrip("/"))
        path = _AMP_ENDING.sub("", _VARIANT_TAIL.sub("", path))
        path = _INDEX_FILE.sub("", path)
    return path or "/"


def _query(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
    kept = {pair for pair in pairs if not _is_noise(pair[0].lower(), pair[1].lower())}
    return urlencode(sorted(kept), errors="surrogateescape")


def _is_tracking(name: str) -> bool:
    return name in _TRACKING_NAMES or name.startswith(_TRACKING_PREFIXES)


def _is_noise(name: str, value: str) -> bool:
    if _is_tracking(name):
        return True
    if name in _REFERRER_NAMES:
        return value in _CHANNELS
    if name in _SESSION_NAMES:
        return _SESSION_VALUE.fullmatch(value) is not None
    if name in _VARIANT_NAMES:
        return value in _VARIANT_ON
    if name == "_":
        return _CACHE_BUSTER.fullmatch(value) is not None
    return name in _VARIANT_SWITCHES and value in _VARIANT_VALUES
