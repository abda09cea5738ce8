"""What a route asks of its visitor, as FastAPI dependencies: who may, and that the form is theirs.

Raises 401 for nobody, 403 for the wrong role or a form that did not come from a page of this session.
"""

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request

from publisher.web.access import csrf
from publisher.web.access.visitors import NOBODY, Visitor

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 100


def visitor_of(request: Request) -> Visitor:
    """Return who asks."""
    visitor = request.scope.get("policywire.visitor")
    return visitor if isinstance(visitor, Visitor) else NOBODY


async def form(request: Request) -> dict[str, str]:
    """Return the fields of a posted form; of a field that comes twice, the last. Raises 415, 400."""
    body = await request.body()
    if not body:
        return {}
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise HTTPException(415, f"A form is expected here, sent as {_FORM}.")
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise HTTPException(400, "The form cannot be read.") from None
    return {name: value.encode("utf-8", "replace").decode() for name, value in pairs}


async def signed_in(request: Request, fields: Annotated[dict[str, str], Depends(form)]) -> Visitor:
    """Admit visitors with a session."""
    visitor = visitor_of(request)
    if not visitor.signed_in:
        raise HTTPException(401, "Log in first.", headers={"WWW-Authenticate": 'Bearer realm="policywire"'})
    if request.method not in _SAFE:
        token = request.headers.get(csrf.HEADER) or fields.get(csrf.FIELD, "")
        if not csrf.is_token_for(visitor.secret, token):
            raise HTTPException(403, "This form is out of date, or not ours: open its page again and repeat.")
    return visitor


async def contributor(visitor: Annotated[Visitor, Depends(signed_in)]) -> Visitor:
    """Admit those whose feedback is taken."""
    if not visitor.may_give_feedback:
        raise HTTPException(403, "Only analysts and operators may do this.")
    return visitor


async def operator(visitor: Annotated[Visitor, Depends(signed_in)]) -> Visitor:
    """Admit operators."""
    if not visitor.is_operator:
        raise HTTPException(403, "Only operators may do this.")
    return visitor


Form = Annotated[dict[str, str], Depends(form)]
SignedIn = Annotated[Visitor, Depends(signed_in)]
Contributor = Annotated[Visitor, Depends(contributor)]
Operator = Annotated[Visitor, Depends(operator)]
