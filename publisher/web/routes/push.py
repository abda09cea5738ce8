"""What others ask of pushing: subscriptions to feeds at our own hub, and an end to a digest."""

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from publisher.feeds.channels import FORMS
from publisher.push.digest import UNSUBSCRIBE_PATH
from publisher.push.hub import BadRequest, parse_request
from publisher.push.targets import HUB_PATH
from publisher.web.pages import Pages
from publisher.web.site import Site

# A request to the hub has some addresses in it, and nothing else.
_MOST_BYTES = 16_384
_BUSY = {"Retry-After": "600"}


def routes(site: Site, pages: Pages) -> APIRouter:
    """Return the routes of the hub, and of leaving a digest."""
    router = APIRouter()

    @router.post(HUB_PATH)
    async def hub(request: Request) -> Response:
        return await _subscribe(site, request)

    @router.get(f"{UNSUBSCRIBE_PATH}/{{token}}")
    def asked(token: str, request: Request) -> Response:
        # Only asked for: programs that look behind the links of a mail would end it for people.
        with site.readers.lend() as store:
            person = store.recipient_of(token)
        if person is None:
            raise _nobody()
        left = person.left is not None
        return pages.page(request, "unsubscribe.html", digest=person.target.partition(":")[2], left=left)

    @router.post(f"{UNSUBSCRIBE_PATH}/{{token}}")
    async def leave(token: str, request: Request) -> Response:
        now = site.clock()
        person = await site.write(lambda store: store.leave_digest(token, now=now))
        if person is None:
            raise _nobody()
        return pages.page(request, "unsubscribe.html", digest=person.target.partition(":")[2], left=True)

    return router


async def _subscribe(site: Site, request: Request) -> Response:
    in_force, now = site.in_force(), site.clock()
    push = in_force.settings.push
    if not push.hub:
        raise HTTPException(404, "There is no hub here.")
    files = {channel.file(form) for channel in in_force.channels for form in FORMS}
    try:
        asked = parse_request(await _form(request), base_url=in_force.base_url, files=files, push=push)
    except BadRequest as error:
        return PlainTextResponse(f"{error}\n", status_code=400)
    most = push.hub_subscriptions
    if not await site.write(lambda store: store.ask_subscription(asked, most=most, now=now)):
        raise HTTPException(503, "There are too many subscriptions; try again later.", headers=_BUSY)
    return PlainTextResponse("Your callback will be asked.\n", status_code=202)


async def _form(request: Request) -> bytes:
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > _MOST_BYTES:
            raise HTTPException(413, "This is too long for a request to a hub.")
    return bytes(content)


def _nobody() -> HTTPException:
    return HTTPException(404, "This link ends no digest; take the one in the newest mail.")
