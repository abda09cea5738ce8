"""Signatures, so that whoever is sent something can tell that it comes from here. Pure.

Webhooks follow the Standard Webhooks specification, for which there are libraries in many languages; what the
hub sends follows WebSub.
"""

import base64
import hashlib
import hmac
from datetime import datetime

from core.push import signing_key


def webhook_headers(id_: str, body: bytes, *, secret: str, now: datetime) -> dict[str, str]:
    """Return the headers of a webhook: id, Unix seconds, and the signature over both and the body."""
    timestamp = str(int(now.timestamp()))
    signed = f"{id_}.{timestamp}.".encode() + body
    code = base64.b64encode(hmac.new(signing_key(secret), signed, hashlib.sha256).digest()).decode()
    return {"webhook-id": id_, "webhook-timestamp": timestamp, "webhook-signature": f"v1,{code}"}


def hub_signature(body: bytes, secret: str) -> str:
    """Return the value of X-Hub-Signature."""
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"
