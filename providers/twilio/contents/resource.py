"""The SID of a content: remembered by its shape, else made (wire.md §4.5).

Sends that meet a new shape at once make several resources. All work; who finds that another was remembered
in the meantime takes that one, and deletes its own, which nobody has used.
"""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from gateway.provider import Note, ProviderError, Recall, Steps
from providers.twilio.answers import answered
from providers.twilio.contents.calls import call
from providers.twilio.settings import TwilioSettings

#: How the names of our resources begin; the account's list of templates leaves them out.
OURS = "gateway_session_"

Body = dict[str, Any]


def shape(types: Body) -> str:
    """What stands for *types*: equal for equal shapes, whatever their words."""
    return hashlib.sha256(msgspec.json.encode(types, order="sorted")).hexdigest()


def key(types: Body, settings: TwilioSettings) -> str:
    """Where the SID is noted. Contents belong to an account."""
    return f"content:{settings.account_sid}:{shape(types)}"


def resource(content: Body, settings: TwilioSettings, anew: bool = False) -> Steps[str]:
    """The SID ("HX…") for *content*, which has `types` and `samples`. *anew* when Twilio does not know the
    remembered one any more. Raises `ProviderError`; nothing was sent then."""
    types = content["types"]
    known = "" if anew else (yield Recall(key(types, settings)))
    if known:
        return str(known)
    kind = next(iter(types)).partition("/")[2].replace("-", "_")
    body = {
        "friendly_name": f"{OURS}{kind}_{shape(types)[:12]}",
        "language": "en",
        "variables": content["samples"],
        "types": types,
    }
    answer = yield call("POST", f"{settings.content_base}/v1/Content", settings, body)
    told = answered(answer).get("sid")
    if not isinstance(told, str) or not told.startswith("HX"):
        raise ProviderError("unavailable", title="Twilio made a content without a sid", http=answer.status)
    meanwhile = "" if anew else (yield Recall(key(types, settings)))
    if meanwhile:
        yield call("DELETE", f"{settings.content_base}/v1/Content/{told}", settings)
        return str(meanwhile)
    yield Note(key(types, settings), told)
    return told
