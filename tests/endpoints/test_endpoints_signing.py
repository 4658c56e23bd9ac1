"""Signatures by the standard, as its own library sees them."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from gateway.clock import DAY, HOUR, SECOND
from gateway.endpoints import desk
from gateway.endpoints.signing import headers, new_secret, signature
from gateway.store.reseal import Reseal
from tests.endpoints.world import ANNA, Post, Receiver


def now() -> int:
    """Seconds."""
    return int(datetime.now(UTC).timestamp())


def test_the_vector_of_the_standard() -> None:
    """The example that every library of the standard is tested with."""
    body = b'{"test": 2432232314}'
    made = signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body
    )

    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(secret=st.binary(min_size=24, max_size=64), event=st.uuids(), body=st.text())
def test_the_library_verifies_what_we_sign(secret: bytes, event: object, body: str) -> None:
    """Any secret, id and body."""
    key = "whsec_" + base64.b64encode(secret).decode()
    raw = body.encode("utf-8", "replace")

    Webhook(key).verify(raw, headers([key], str(event), now(), raw), json_parse=False)


def test_a9_a_webhook_that_is_replayed_later_is_refused() -> None:
    """After five minutes, with another time, another id or another body: the library refuses."""
    secret, body = new_secret(), b'{"type":"webhook.test"}'
    hook, at = Webhook(secret), now()
    good = headers([secret], "event-1", at, body)
    hook.verify(body, good)

    old = headers([secret], "event-1", at - 301, body)
    for wrong, told in (
        (old, body),
        ({**old, "webhook-timestamp": str(at)}, body),
        ({**good, "webhook-id": "event-2"}, body),
        (good, body + b" "),
    ):
        with pytest.raises(WebhookVerificationError):
            hook.verify(told, wrong)


def test_secrets_are_long_and_new() -> None:
    """whsec_ and 32 random bytes."""
    made = {new_secret() for _ in range(100)}

    assert len(made) == 100
    assert all(len(base64.b64decode(each.removeprefix("whsec_"))) == 32 for each in made)


async def test_a_replaced_secret_signs_for_a_day_more(post: Post, receiver: Receiver) -> None:
    """Both verify meanwhile; after that the new one alone, and the old one is forgotten."""
    one = await post.add("/hook")
    old = post.secrets[one.id]
    new = (
        await post.store.scope("duka").write(
            lambda tx: desk.rotate(tx, ANNA, one, post.seal, post.clock.now())
        )
    ).secret
    post.start()
    await post.happen()
    await post.becomes(one, "done", 1)
    await post.pass_time(DAY / SECOND + 1)
    await post.happen()
    await post.becomes(one, "done", 2)

    first, second = receiver.got
    assert len(first.headers["webhook-signature"].split()) == 2
    for secret in (old, new):
        Webhook(secret).verify(first.body, first.headers)
    assert len(second.headers["webhook-signature"].split()) == 1
    assert second.headers["webhook-signature"] == signature(
        new, second.id, int(second.headers["webhook-timestamp"]), second.body
    )
    await post.kill()
    post.new_process()
    post.clock.advance(HOUR / SECOND)
    await post.deliverer._keep_up()
    assert bytes((await post.endpoint(one)).old_secret) == b""


async def test_a_new_secret_of_the_server_changes_nothing_for_receivers(
    post: Post, receiver: Receiver
) -> None:
    """Both secrets of an endpoint are sealed again; when the server's old one is gone, they still sign."""
    one = await post.add("/hook")
    rotate = post.store.scope("duka").write
    new = (await rotate(lambda tx: desk.rotate(tx, ANNA, one, post.seal, post.clock.now()))).secret
    post.seal.renew(("n" * 40, "s" * 40))
    await Reseal(post.store, post.seal).once()
    post.seal.renew(("n" * 40,))
    post.start()
    await post.happen()
    await post.becomes(one, "done")

    (got,) = receiver.got
    for secret in (post.secrets[one.id], new):
        Webhook(secret).verify(got.body, got.headers)
