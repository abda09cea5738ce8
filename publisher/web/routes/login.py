"""Logging in and out. The login form carries a token of its own, bound to a cookie that came with it."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from publisher.web.access import Form, SignedIn, csrf, visitor_of
from publisher.web.access.cookies import BROWSER, FORM, FORM_AGE, SESSION, Jar
from publisher.web.access.gate import CHALLENGE
from publisher.web.access.judge import Judge
from publisher.web.access.logins import Attempt, LoggedIn, Logins, Refused
from publisher.web.access.redirects import safe_next
from publisher.web.access.tokens import is_secret, new_secret
from publisher.web.pages import LIVE, Pages
from publisher.web.site import Site
from storage.logins import BROWSER_KNOWN

_WRONG = "The name or the password is wrong."
_OLD_FORM = "This form was open for too long, or cookies are blocked here. Try again."


def routes(site: Site, pages: Pages, judge: Judge) -> APIRouter:
    """Return the routes of logins."""
    router = APIRouter()
    logins = Logins(site, judge)

    @router.get("/login")
    def form(request: Request) -> Response:
        target = safe_next(request.query_params.get("next"))
        if visitor_of(request).signed_in:
            return _to(request, target)
        return login_page(request, pages, target=target)

    @router.post("/login")
    async def log_in(request: Request, fields: Form) -> Response:
        target = safe_next(fields.get("next"))
        secret = _cookie(request, FORM)
        if secret is None or not csrf.is_token_for(secret, fields.get(csrf.FIELD, "")):
            return login_page(request, pages, target=target, status=403, message=_OLD_FORM)
        name = fields.get("name", "")
        done = await logins.log_in(
            Attempt(
                name=name,
                password=fields.get("password", ""),
                address=request.client.host if request.client else "",
                browser=_cookie(request, BROWSER),
                agent=request.headers.get("user-agent", ""),
            )
        )
        if isinstance(done, Refused):
            return _refused(request, pages, done, target=target, name=name)
        before = visitor_of(request)
        if before.name is not None and before.session is not None:
            # The browser has a new session now: the old one would be nobody's.
            user, session = before.name, before.session
            await site.write(lambda store: store.end_session(user, session))
        return give_cookies(_to(request, target), request, done, site)

    @router.post("/logout")
    async def log_out(request: Request, visitor: SignedIn) -> Response:
        user, session = visitor.name or "", visitor.session or 0
        await site.write(lambda store: store.end_session(user, session))
        response = _to(request, "/")
        response.headers.append("Set-Cookie", jar_of(request).clear(SESSION))
        return response

    return router


def login_page(
    request: Request,
    pages: Pages,
    *,
    target: str,
    status: int = 200,
    message: str = "",
    name: str = "",
    headers: dict[str, str] | None = None,
) -> Response:
    """Return the login form; after it the browser goes to `target`, an address within this server."""
    secret = _cookie(request, FORM)
    if secret is None or not is_secret(secret):
        secret = new_secret()
    response = pages.page(
        request,
        "login.html",
        status=status,
        headers=LIVE | (headers or {}),
        next=target,
        message=message,
        name=name,
        form_field=csrf.hidden_field(secret),
    )
    response.headers.append("Set-Cookie", jar_of(request).set(FORM, secret, age=FORM_AGE))
    return response


def give_cookies(response: Response, request: Request, done: LoggedIn, site: Site) -> Response:
    """Give the browser what a login gave."""
    jar, access = jar_of(request), site.in_force().settings.access
    for cookie in (
        jar.set(SESSION, done.session, age=access.lifetime),
        jar.set(BROWSER, done.browser, age=BROWSER_KNOWN),
        jar.clear(FORM),
    ):
        response.headers.append("Set-Cookie", cookie)
    return response


def jar_of(request: Request) -> Jar:
    """Return what cookies have to be like, as the gate found."""
    jar = request.scope["policywire.jar"]
    if not isinstance(jar, Jar):
        raise TypeError("the request did not come through the gate")
    return jar


def _cookie(request: Request, kind: str) -> str | None:
    return jar_of(request).read(request.headers.get("cookie", ""), kind)


def _refused(request: Request, pages: Pages, refused: Refused, *, target: str, name: str) -> Response:
    if refused.wait:
        seconds = int(refused.wait.total_seconds()) + 1
        message = f"Too many tries have failed. Try again in {seconds} seconds."
        return login_page(
            request,
            pages,
            target=target,
            status=429,
            message=message,
            headers={"Retry-After": str(seconds)},
        )
    return login_page(
        request,
        pages,
        target=target,
        status=401,
        message=_WRONG,
        name=name[:64],
        headers={"WWW-Authenticate": CHALLENGE},
    )


def _to(request: Request, target: str) -> Response:
    return RedirectResponse(request.scope.get("root_path", "") + target, status_code=303, headers=LIVE)
