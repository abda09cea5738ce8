"""Codes of states as people write them: text in, a known code or ValueError out. Pure."""

import re
from typing import Annotated

from pydantic import AfterValidator

# ISO 3166-1 alpha-2, officially assigned, as of 2026 (https://www.iso.org/obp/ui/#search), and XK, which the
# European Union and others use for Kosovo.
_CODES = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW
BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI
FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN
IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME
MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF
PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV
SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK
YE YT ZA ZM ZW
"""
_STATES = frozenset(_CODES.split())
_UNIONS = frozenset({"EU", "UN"})
# What speaks as a state, or is spoken of as one.
STATES = _STATES | _UNIONS
# Of publishers that sit in no one state: international, of the region.
_NOWHERE = frozenset({"INT", "REG"})
# What people write for them, as in addresses.
_OTHERWISE = {"UK": "GB", "EL": "GR", "SU": "RU"}


def _seat(value: str) -> str:
    if value not in STATES | _NOWHERE:
        raise ValueError(f"no code of ISO 3166, nor EU, UN, INT or REG{_advice(value)}")
    return value


def _state(value: str) -> str:
    if value not in STATES:
        raise ValueError(f"no code of ISO 3166, nor EU or UN{_advice(value)}")
    return value


def _state_or_body(value: str) -> str:
    return value if re.fullmatch("[A-Z]{3,8}", value) else _state(value)


def _state_or_source(value: str) -> str:
    return value if value == "source" else _state(value)


def _advice(value: str) -> str:
    code = value.strip().upper()
    code = _OTHERWISE.get(code, code)
    return f"; write {code}" if code in STATES | _NOWHERE else ", such as KZ"


def state_of_ending(ending: str) -> str | None:
    """Return the code of the state, or union, that an ending of addresses belongs to; None for none."""
    code = ending.upper()
    code = _OTHERWISE.get(code, code)
    return code if code in STATES else None


# Where a publisher sits.
Seat = Annotated[str, AfterValidator(_seat)]
# What a term means; "source" is the state of the article's source.
State = Annotated[str, AfterValidator(_state)]
StateOrSource = Annotated[str, AfterValidator(_state_or_source)]
# Whom a person speaks for: SCO too.
StateOrBody = Annotated[str, AfterValidator(_state_or_body)]
