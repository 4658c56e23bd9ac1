"""Every call of pywa that the simulator has an answer to, in an order in which they build on each other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pywa import WhatsApp
from pywa import types as t
from pywa.types import templates as tt

from gateway.simulator.samples import sample
from providers.meta_cloud.simulator import MetaSimulator

ANA = "+34600111222"
LINK = "https://cdn.example.org/1"

Call = Callable[[WhatsApp, dict[str, Any]], Any]


def png() -> bytes:
    """A small picture."""
    return sample("image/png")


def template() -> tt.Template:
    """A utility template with a named variable, two buttons and a footer."""
    return tt.Template(
        name="visit_pywa",
        language=tt.TemplateLanguage.ENGLISH_US,
        category=tt.TemplateCategory.UTILITY,
        parameter_format=tt.ParamFormat.NAMED,
        components=[
            tt.BodyText("Hello {{name}}, your visit is confirmed.", name="Ana"),
            tt.FooterText(text="Ruiz SL"),
            tt.Buttons(buttons=[tt.QuickReplyButton(text="Fine"), tt.QuickReplyButton(text="Not me")]),
        ],
    )


def carousel(wa: WhatsApp, seen: dict[str, Any]) -> Any:
    """Two cards with a link each."""
    button = t.URLButton(title="Buy", url="https://example.org/p/1")
    cards = [t.ImageCarouselCard(image=f"{LINK}.jpg", body="Mug", buttons=button) for _ in range(2)]
    return wa.send_carousel(ANA, body="New arrivals", cards=list(cards))


def replies(wa: WhatsApp, seen: dict[str, Any]) -> Any:
    """Two cards with a quick reply each."""
    cards = [
        t.VideoCarouselCard(video=f"{LINK}.mp4", body="Mug", buttons=[t.Button("More", f"more-{n}")])
        for n in (1, 2)
    ]
    return wa.send_carousel(ANA, body="New arrivals", cards=list(cards))


def keep(name: str, call: Call) -> Call:
    """The call, whose result the later ones find under *name*."""

    def kept(wa: WhatsApp, seen: dict[str, Any]) -> Any:
        seen[name] = call(wa, seen)
        return seen[name]

    return kept


def rows() -> t.SectionList:
    """A list of one row."""
    row = t.SectionRow(title="09:00", callback_data="mon-9", description="Free")
    return t.SectionList(button_title="Show slots", sections=[t.Section(title="Monday", rows=[row])])


def card() -> t.Contact:
    """A contact card."""
    return t.Contact(
        name=t.Contact.Name(formatted_name="Ana Ruiz", first_name="Ana"),
        phones=[t.Contact.Phone(phone="+34600999888", type="WORK")],
    )


FLOW = t.FlowButton(
    title="Book", flow_id="8800", flow_token="tok-17", flow_action_type=t.FlowActionType.NAVIGATE,
    flow_action_screen="START",
)  # fmt: skip

SENDS: dict[str, Call] = {
    "send_message": lambda wa, seen: wa.send_message(ANA, "Hi https://example.org", preview_url=True),
    "send_message, a reply, with a tracker": lambda wa, seen: wa.send_message(
        ANA, "Hi", reply_to_message_id=seen["inbound"], tracker="order-7781"
    ),
    "send_message to a user id": lambda wa, seen: wa.send_message(seen["user_id"], "Hi"),
    "send_message, buttons": lambda wa, seen: wa.send_message(
        ANA, "Sure?", header="Visit", footer="Ruiz SL", buttons=[t.Button("Yes", "yes"), t.Button("No", "no")]
    ),
    "send_message, list": lambda wa, seen: wa.send_message(ANA, "Choose", buttons=rows()),
    "send_message, link button": lambda wa, seen: wa.send_message(
        ANA, "Report", buttons=t.URLButton(title="Open", url="https://example.org/r/1")
    ),
    "send_message, flow": lambda wa, seen: wa.send_message(ANA, "Book here", buttons=FLOW),
    "send_message, call button": lambda wa, seen: wa.send_message(
        ANA, "Talk to us", buttons=t.VoiceCallButton(title="Call now", ttl_minutes=100)
    ),
    "send_message, call permission": lambda wa, seen: wa.send_message(
        ANA, "May we call you?", buttons=t.CallPermissionRequestButton()
    ),
    "send_image by link": lambda wa, seen: wa.send_image(ANA, f"{LINK}.jpg", caption="Door"),
    "send_image by upload": lambda wa, seen: wa.send_image(ANA, png(), mime_type="image/png"),
    "send_image, buttons": lambda wa, seen: wa.send_image(
        ANA, f"{LINK}.jpg", caption="This?", buttons=[t.Button("Yes", "yes")]
    ),
    "send_video by link": lambda wa, seen: wa.send_video(ANA, f"{LINK}.mp4", caption="Tour"),
    "send_video by upload": lambda wa, seen: wa.send_video(ANA, sample("video/mp4"), mime_type="video/mp4"),
    "send_audio by link": lambda wa, seen: wa.send_audio(ANA, f"{LINK}.mp3"),
    "send_audio by upload": lambda wa, seen: wa.send_audio(ANA, sample("audio/mpeg"), mime_type="audio/mpeg"),
    "send_voice by upload": lambda wa, seen: wa.send_voice(ANA, sample("audio/ogg"), mime_type="audio/ogg"),
    "send_document by link": lambda wa, seen: wa.send_document(ANA, f"{LINK}.pdf", filename="bill.pdf"),
    "send_document by upload": lambda wa, seen: wa.send_document(
        ANA, sample("application/pdf"), filename="bill.pdf", mime_type="application/pdf"
    ),
    "send_sticker by link": lambda wa, seen: wa.send_sticker(ANA, f"{LINK}.webp"),
    "send_sticker by upload": lambda wa, seen: wa.send_sticker(
        ANA, sample("image/webp"), mime_type="image/webp"
    ),
    "send_reaction": lambda wa, seen: wa.send_reaction(ANA, "👍", seen["inbound"]),
    "remove_reaction": lambda wa, seen: wa.remove_reaction(ANA, seen["inbound"]),
    "send_location": lambda wa, seen: wa.send_location(ANA, 40.4168, -3.7038, "Shop", "Calle Mayor 1"),
    "request_location": lambda wa, seen: wa.request_location(ANA, "Where are you?"),
    "request_contact_info": lambda wa, seen: wa.request_contact_info(ANA, "Share your number?"),
    "send_contact": lambda wa, seen: wa.send_contact(ANA, card()),
    "send_catalog": lambda wa, seen: wa.send_catalog(ANA, "All products", thumbnail_product_sku="SKU-1"),
    "send_product": lambda wa, seen: wa.send_product(ANA, "7100", "SKU-1", body="This one?"),
    "send_products": lambda wa, seen: wa.send_products(
        ANA, "7100", [t.ProductsSection(title="Tea", skus=["SKU-1"])], title="Offers", body="Pick"
    ),
    "send_carousel of links": carousel,
    "send_carousel of quick replies": replies,
    "mark_message_as_read": lambda wa, seen: wa.mark_message_as_read(seen["inbound"]),
    "indicate_typing": lambda wa, seen: wa.indicate_typing(seen["inbound"]),
}

MEDIA: dict[str, Call] = {
    "upload_media": keep("media", lambda wa, seen: wa.upload_media(png(), "image/png", "door.png")),
    "get_media_url": keep("url", lambda wa, seen: wa.get_media_url(seen["media"].id)),
    "get_media_bytes": lambda wa, seen: wa.get_media_bytes(seen["url"].url),
    "download_media": lambda wa, seen: wa.download_media(url=seen["url"].url, path=Path(seen["folder"])),
    "delete_media": lambda wa, seen: wa.delete_media(seen["media"].id),
}

TEMPLATES: dict[str, Call] = {
    "create_template": keep("template", lambda wa, seen: wa.create_template(template())),
    "get_template": lambda wa, seen: wa.get_template(seen["template"].id),
    "get_templates": lambda wa, seen: list(wa.get_templates(name="visit_pywa")),
    "send_template": lambda wa, seen: wa.send_template(
        ANA,
        "visit_pywa",
        tt.TemplateLanguage.ENGLISH_US,
        [
            tt.BodyText.params(name="Ana"),
            tt.QuickReplyButton.params(index=0, callback_data="fine"),
        ],
    ),
    "update_template": lambda wa, seen: wa.update_template(
        seen["template"].id, new_components=[tt.BodyText("Hello {{name}}, see you soon then.", name="Ana")]
    ),
    "delete_template": lambda wa, seen: wa.delete_template("visit_pywa"),
}

ACCOUNT: dict[str, Call] = {
    "get_business_phone_number": lambda wa, seen: wa.get_business_phone_number(),
    "get_business_phone_number_settings": lambda wa, seen: wa.get_business_phone_number_settings(),
    "get_business_account": lambda wa, seen: wa.get_business_account(),
    "update_business_profile": lambda wa, seen: wa.update_business_profile(
        about="Open", websites=["https://example.org"]
    ),
    "get_business_profile": lambda wa, seen: wa.get_business_profile(),
    "block_users": lambda wa, seen: wa.block_users([ANA]),
    "get_blocked_users": lambda wa, seen: list(wa.get_blocked_users()),
    "unblock_users": lambda wa, seen: wa.unblock_users([ANA]),
    "override_waba_callback_url": lambda wa, seen: wa.override_waba_callback_url(
        seen["hook"], seen["verify"]
    ),
    "delete_waba_callback_url": lambda wa, seen: wa.delete_waba_callback_url(),
    "override_phone_callback_url": lambda wa, seen: wa.override_phone_callback_url(
        seen["hook"], seen["verify"]
    ),
    "delete_phone_callback_url": lambda wa, seen: wa.delete_phone_callback_url(),
    "deregister_phone_number": lambda wa, seen: wa.deregister_phone_number(),
    "register_phone_number": lambda wa, seen: wa.register_phone_number("123456"),
}

CALLS: dict[str, Call] = {**SENDS, **MEDIA, **TEMPLATES, **ACCOUNT}


async def prepared(sim: MetaSimulator, folder: Path) -> dict[str, Any]:
    """Ana has written, so that her window is open; what the calls need to know."""
    inbound = await sim.says(ANA, "hello")
    return {
        "inbound": inbound,
        "user_id": sim.contact(ANA).user_id,
        "folder": str(folder),
        "hook": sim.webhook_url,
        "verify": sim.verify_token,
    }
