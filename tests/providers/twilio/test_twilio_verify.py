"""Only what Twilio signed over our public address is let in (wire.md §4.2, reliability.md A1 to A3)."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gateway.provider import WebhookRequest
from providers.twilio import provider
from providers.twilio.verify import MOST_ESCAPES, MOST_PAIRS, SHA1, SHA256, signature, variants, verify
from providers.twilio.wire import pairs
from tests.providers.twilio.conftest import FOLDER, make_settings
from tests.support.examples import examples

VECTORS: list[dict[str, str]] = json.loads((FOLDER / "SIGNATURE_VECTORS.json").read_bytes())
URL = "https://gw.example.org/webhooks/twilio/shop"
BODY = b"MessageSid=SM1&Body=Hola+%C3%B1&From=whatsapp%3A%2B34600111222&Empty="
TOKEN = "composed-auth-token"
GOOD = signature(URL, pairs(BODY), TOKEN)
KEY = {"id": "WK1", "secret": "composed-shared-key-secret"}
SCHEME = "key=WK1,algorithm=HMAC_SHA256"
KEYED = signature(URL, pairs(BODY), KEY["secret"], SHA256)
LIST_VALUES = st.lists(
    st.tuples(st.text(min_size=1, max_size=6), st.text(max_size=12)), min_size=1, max_size=8
)


def request(
    body: bytes = BODY, signed: str | list[str] = GOOD, url: str = URL, scheme: str | list[str] = ""
) -> WebhookRequest:
    """A webhook as the gateway shows it."""
    headers = {"x-twilio-signature": [signed] if isinstance(signed, str) else signed}
    if scheme:
        headers["x-twilio-webhooks-signature-settings"] = [scheme] if isinstance(scheme, str) else scheme
    path, _, query = url.partition("?")
    return WebhookRequest(path, query, headers, body, url)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_the_vectors_are_accepted(vector: dict[str, str]) -> None:
    """Both schemes, a port that Twilio wrote, and JSON; each with its own secret only."""
    body = (vector.get("form") or vector.get("raw_body", "")).encode()
    scheme = vector.get("X-Twilio-Webhooks-Signature-Settings", "")
    asked = request(body, vector["signature"], vector["url"], scheme)
    secret: Any = {"auth_token": vector["secret"]}
    if scheme:
        secret = {"shared_key": {"id": "webhooks_sharedkey_composed", "secret": vector["secret"]}}

    assert verify(asked, make_settings(**secret))
    assert provider.verify(asked, make_settings(**secret))
    assert not verify(asked, make_settings(auth_token="other"))
    assert not verify(
        request(body + b"x", vector["signature"], vector["url"], scheme), make_settings(**secret)
    )


def test_what_we_sign_ourselves_is_what_the_vectors_hold() -> None:
    """`signature` is the function that wire.md prints."""
    for vector in VECTORS:
        body = pairs(vector.get("form", "").encode())
        algorithm = SHA256 if "sha256_sharedkey" in vector["name"] else SHA1
        url = vector.get("url_signed", vector["url"])
        assert signature(url, body, vector["secret"], algorithm) == vector["signature"]


def test_no_public_address_no_webhook() -> None:
    """What Twilio called is not known then, and is never taken from the request."""
    good = request()
    assert verify(good, make_settings())
    assert not verify(WebhookRequest(good.path, good.query, good.headers, good.body, ""), make_settings())


@pytest.mark.parametrize(
    "values",
    [
        [],
        [""],
        [GOOD, GOOD],
        [GOOD, "x"],
        [GOOD[:-1]],
        [GOOD + "\n"],
        [" " + GOOD],
        [GOOD.lower()],
        ["é" * 28],
        ["ünïcode"],
        [GOOD.rstrip("=")],
        [KEYED],
    ],
)
def test_anything_but_one_good_signature_is_refused(values: list[str]) -> None:
    """Missing, doubled, cut, decorated, another scheme's."""
    assert not verify(request(signed=values), make_settings())


@pytest.mark.parametrize(
    "url",
    [
        URL + "/",
        URL + "?",
        URL + "?a=1",
        URL.replace("https", "http"),
        URL.replace("gw.", "GW."),
        URL.replace("shop", "Shop"),
        URL.replace("example.org", "example.com"),
    ],
)
def test_another_address_is_another_signature(url: str) -> None:
    """Scheme, host, case, path and query count."""
    assert not verify(request(url=url), make_settings())


@pytest.mark.parametrize(
    ("configured", "called"),
    [
        ("https://gw.example.org/a?b=c", "https://gw.example.org:443/a?b=c"),
        ("https://gw.example.org:443/a", "https://gw.example.org/a"),
        ("http://gw.example.org/a", "http://gw.example.org:80/a"),
        ("https://gw.example.org:8443/a", "https://gw.example.org/a"),
        ("https://[::1]/a", "https://[::1]:443/a"),
    ],
)
def test_a_port_may_be_written_or_not(configured: str, called: str) -> None:
    """Twilio signs with and without it."""
    assert called in variants(configured)
    assert variants(configured)[0] == configured
    assert verify(request(signed=signature(called, pairs(BODY), TOKEN), url=configured), make_settings())


def test_an_address_that_is_none_is_compared_as_it_is() -> None:
    """A wrong port stops nobody."""
    assert variants("https://gw.example.org:port/a") == ("https://gw.example.org:port/a",)


def test_both_tokens_of_a_rotation_sign() -> None:
    """Any of the list may."""
    rotated = make_settings(auth_token=["newer", TOKEN])
    assert verify(request(), rotated)
    assert verify(request(signed=signature(URL, pairs(BODY), "newer")), rotated)
    assert not verify(request(signed=signature(URL, pairs(BODY), "newest")), rotated)


def test_a_shared_key_signs_alone() -> None:
    """With one configured the auth token's signature is no good, with the header or without."""
    keyed = make_settings(shared_key=[KEY, {"id": "WK2", "secret": "second"}])

    assert verify(request(signed=KEYED, scheme=SCHEME), keyed)
    second = signature(URL, pairs(BODY), "second", SHA1)
    assert verify(request(signed=second, scheme="key=WK2,algorithm=HMAC_SHA1"), keyed)
    assert not verify(request(), keyed)
    assert not verify(request(scheme="key=WK1,algorithm=HMAC_SHA1"), keyed)
    assert not verify(request(signed=KEYED), keyed)


def test_a_header_does_not_bring_a_scheme_with_it() -> None:
    """A channel without shared keys takes no webhook that names one, nor one of another's key."""
    assert not verify(request(signed=KEYED, scheme=SCHEME), make_settings())
    assert not verify(request(scheme=SCHEME), make_settings())
    assert not verify(request(scheme="key=,algorithm=HMAC_SHA1"), make_settings())


@pytest.mark.parametrize(
    "scheme",
    [
        "key=WK2,algorithm=HMAC_SHA256",
        "key=WK1,algorithm=HMAC_MD5",
        "key=WK1,algorithm=none",
        "key=WK1,algorithm=",
        "key=WK1",
        "algorithm=HMAC_SHA256",
        "key=WK1,key=WK1,algorithm=HMAC_SHA256",
        "key=WK1,algorithm=HMAC_SHA256,algorithm=HMAC_SHA1",
        "key=WK1;algorithm=HMAC_SHA256",
        "KEY=WK1,ALGORITHM=HMAC_SHA256",
        "nonsense",
        [SCHEME, SCHEME],
    ],
)
def test_an_unknown_key_or_algorithm_is_refused(scheme: str | list[str]) -> None:
    """And so is a header that says two things."""
    for signed in (KEYED, GOOD, signature(URL, pairs(BODY), KEY["secret"], SHA1)):
        assert not verify(request(signed=signed, scheme=scheme), make_settings(shared_key=KEY))


def test_spaces_in_the_settings_header_do_no_harm() -> None:
    """They mean nothing in a list of fields."""
    asked = request(signed=KEYED, scheme="key=WK1, algorithm=HMAC_SHA256")
    assert verify(asked, make_settings(shared_key=KEY))


def test_a_json_body_is_signed_by_its_hash() -> None:
    """The hash in the signed address must be the body's; without it JSON is no form of Twilio's."""
    body = b'{"MessageSid": "SM1"}'
    url = f"{URL}?c=m1.0&bodySHA256={hashlib.sha256(body).hexdigest()}"
    signed = signature(url, (), TOKEN)

    assert verify(request(body, signed, url), make_settings())
    assert verify(request(body, signature(url.upper(), (), TOKEN), url.upper()), make_settings()) is False
    assert not verify(request(body + b" ", signed, url), make_settings())
    assert not verify(request(BODY, signed, url), make_settings())
    assert not verify(request(body, signature(URL, (), TOKEN), URL), make_settings())


def test_a_form_at_a_signed_bare_address_is_not_signed() -> None:
    """The signature of a GET does not let a POST in."""
    bare = signature(URL, (), TOKEN)
    assert not verify(request(BODY, bare), make_settings())


def test_bytes_that_are_no_utf_8_are_not_made_alike() -> None:
    """Two different bytes both read as U+FFFD; each has its own signature."""
    one, two = b"Body=%ff", b"Body=%fe"
    signed = signature(URL, pairs(one), TOKEN)
    assert verify(request(one, signed), make_settings())
    assert not verify(request(two, signed), make_settings())


@examples(100)
@given(LIST_VALUES, st.randoms(use_true_random=False))
def test_the_order_of_parameters_does_not_count(values: list[tuple[str, str]], chance: Any) -> None:
    """Any order, any repetition: rule 2 signs each pair once, sorted."""
    body = urlencode(values).encode()
    signed = signature(URL, pairs(body), TOKEN)
    shuffled = [*values, *values[:2]]
    chance.shuffle(shuffled)
    assert verify(request(urlencode(shuffled).encode(), signed), make_settings())


@examples(100)
@given(LIST_VALUES)
def test_names_and_values_come_back_as_they_went(values: list[tuple[str, str]]) -> None:
    """Blank values, unknown names, any script."""
    assume(not any("\ud800" <= sign <= "\udfff" for pair in values for text in pair for sign in text))
    assert pairs(urlencode(values).encode()) == [(n.encode(), v.encode()) for n, v in values]


@examples(300)
@given(st.data())
def test_every_changed_byte_is_refused(data: st.DataObject) -> None:
    """Of the body, of the address, of the signature, unless the form says the same as before."""
    part = data.draw(st.sampled_from(["body", "url", "signature"]))
    original = {"body": BODY, "url": URL.encode(), "signature": GOOD.encode()}[part]
    index = data.draw(st.integers(0, len(original) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda found: found != original[index]))
    changed = original[:index] + bytes([byte]) + original[index + 1 :]
    if part == "body":
        assume(sorted(set(pairs(changed))) != sorted(set(pairs(BODY))))
        joined = b"".join(n + v for n, v in sorted(set(pairs(changed))))
        assume(joined != b"".join(n + v for n, v in sorted(set(pairs(BODY)))))
        asked = request(changed)
    elif part == "url":
        asked = request(url=changed.decode("latin-1"))
    else:
        asked = request(signed=changed.decode("latin-1"))

    assert verify(request(), make_settings())
    assert not verify(asked, make_settings())


@examples(200)
@given(st.binary(max_size=300), st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_verify_never_raises(body: bytes, signed: str, url: str, scheme: str) -> None:
    """Whatever somebody sends."""
    assert verify(request(body, signed, url, scheme), make_settings()) is False
    assert verify(request(body, signed, url, scheme), make_settings(shared_key=KEY)) is False


def test_nothing_answers_a_handshake() -> None:
    """Twilio has none."""
    assert provider.handshake({"hub.mode": "subscribe"}, [make_settings()]) is None
    assert provider.secret_headers(make_settings()) == ()


@pytest.mark.parametrize("body", [b"a&" * (MOST_PAIRS + 1), b"Body=" + b"%41" * (MOST_ESCAPES + 1)])
def test_a_form_that_is_dear_to_read_is_not_read(body: bytes) -> None:
    """Three megabytes of pieces would stop the gateway for seconds, and nobody has signed them yet."""
    assert not verify(request(body, signature(URL, pairs(body), TOKEN)), make_settings())


def test_the_longest_forms_of_twilio_are_read() -> None:
    """Thousands of characters that all have to be escaped."""
    body = urlencode({"Body": "ж" * 16_384, "ButtonText": "👍" * 16_384, "From": "whatsapp:+34600111222"})
    asked = request(body.encode(), signature(URL, pairs(body.encode()), TOKEN))
    assert verify(asked, make_settings())
