"""Where the files of contacts are, and who gets the account's secret."""

from __future__ import annotations

import pytest

from gateway.model.inbound import Image
from gateway.provider import Download, HttpAnswer, ProviderError
from providers.twilio.media import TwilioMedia
from providers.twilio.settings import TwilioSettings
from tests.providers.twilio.outgoing import ACCOUNT, SETTINGS, ok, refusal
from tests.support.desk import Desk

MEDIA = TwilioMedia()
FILE = "ME" + "0" * 31 + "5"
PATH = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/MM{'0' * 32}/Media"
URL = f"https://api.twilio.com{PATH}/{FILE}"
PROXIED = TwilioSettings(
    account_sid=ACCOUNT, auth_token="secret-1", sender="+15550104477", api_base="http://127.0.0.1:9000"
)


def located(url: str, settings: TwilioSettings = SETTINGS) -> Download:
    """Where the file at *url* is fetched the first time."""
    return Desk(lambda call: HttpAnswer(500, {}, b"")).run(MEDIA.locate(Image(url=url), settings, False))


def again(answer: HttpAnswer, url: str = URL) -> tuple[Download, list[str]]:
    """Where it is fetched the second time, and what was asked for that."""
    desk = Desk(lambda call: answer)
    found = desk.run(MEDIA.locate(Image(url=url), SETTINGS, True))
    return found, [call.url for call in desk.calls]


def test_the_webhook_s_address_is_fetched_with_the_account_s_secret() -> None:
    """Only Twilio gets it; where it redirects to gets nothing, which is the core's part."""
    assert located(URL) == Download(URL, {"Authorization": SETTINGS.basic}, ("https://api.twilio.com",))


@pytest.mark.parametrize(
    "url",
    [
        "https://api.dublin.ie1.twilio.com/x",
        "https://mcs.us1.twilio.com:443/x",
        "https://API.TWILIO.COM/x",
    ],
)
def test_other_hosts_of_twilio_get_the_secret(url: str) -> None:
    """Regions and services are all below its own domain."""
    assert located(url).headers == {"Authorization": SETTINGS.basic}


@pytest.mark.parametrize(
    "url",
    [
        "http://api.twilio.com/x",
        "https://api.twilio.com.evil.example/x",
        "https://eviltwilio.com/x",
        "https://api.twilio.com:8443/x",
        "https://api.twilio.com@evil.example/x",
        "https://user@api.twilio.com/x",
        "https://evil.example/?.twilio.com",
        "https://evil.example#.twilio.com",
        "https://evil.example\\.twilio.com/x",
        "https://[::1]/.twilio.com",
        "https://[/x",
        "https://api.twilio.com:99999/x",
        "file:///etc/passwd",
        "http://127.0.0.1:9000/x",
    ],
)
def test_nobody_else_gets_the_secret(url: str) -> None:
    """A host that only looks like Twilio's, another scheme or another port."""
    assert located(url).headers == {}


def test_the_place_that_the_operator_named_gets_the_secret() -> None:
    """A proxy or a simulator in Twilio's stead, on its very port; it need not be public."""
    found = located("http://127.0.0.1:9000/x", PROXIED)
    assert (found.headers, found.trusted) == ({"Authorization": PROXIED.basic}, ("http://127.0.0.1:9000",))
    assert located("http://127.0.0.1:9001/x", PROXIED).headers == {}


def test_a_webhook_without_an_address_has_no_file() -> None:
    """Said so, once and for all."""
    with pytest.raises(ProviderError) as caught:
        located("")
    assert caught.value.kind == "media"


def test_the_second_time_the_message_s_list_is_asked() -> None:
    """The file has the address that the list says now."""
    listed = {"media_list": [{"sid": "ME9", "uri": "/no.json"}, {"sid": FILE, "uri": f"{PATH}/{FILE}.json"}]}
    found, asked = again(ok(listed, 200), f"{URL}?x=1")
    assert asked == [f"https://api.twilio.com{PATH}.json"]
    assert (found.url, found.headers) == (URL, {"Authorization": SETTINGS.basic})


@pytest.mark.parametrize(
    "answer",
    [
        refusal(404, 20404),
        HttpAnswer(410, {}, b""),
        ok({"media_list": []}, 200),
        ok({"media_list": [{"sid": FILE, "uri": "//evil.example/x"}, 5]}, 200),
        ok({"media_list": [{"sid": FILE, "uri": 5}]}, 200),
        ok({}, 200),
    ],
)
def test_a_file_that_is_not_listed_is_gone_for_good(answer: HttpAnswer) -> None:
    """Somebody deleted it at Twilio."""
    with pytest.raises(ProviderError) as caught:
        again(answer)
    assert caught.value.kind == "media"


def test_a_list_that_cannot_be_had_now_is_asked_for_again() -> None:
    """The file may still be there."""
    with pytest.raises(ProviderError) as caught:
        again(refusal(503, 0))
    assert caught.value.kind == "unavailable"


def test_elsewhere_there_is_no_list_to_ask() -> None:
    """A file at another host is fetched from where the webhook told."""
    found, asked = again(ok({}, 200), "https://cdn.example.org/a.jpg")
    assert (found.url, found.headers, asked) == ("https://cdn.example.org/a.jpg", {}, [])
    assert again(ok({}, 200), "https://api.twilio.com/other")[1] == []
