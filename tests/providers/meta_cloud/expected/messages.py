"""What each sample of kind "inbound" says, in full."""

from __future__ import annotations

from gateway.model import inbound
from gateway.model.event import Context, Person, Referral
from tests.providers.meta_cloud.expected.people import GUARDED, HIDDEN, LEGACY, LUCIA, PHONE_ONLY, UNNAMED

#: Sample → content, sender, context, referral.
INBOUND: dict[str, tuple[inbound.Inbound, Person, Context, Referral | None]] = {
    "in_text": (inbound.Text(text="Buenos días, ¿abren hoy?"), LUCIA, Context(), None),
    "in_text_legacy_without_bsuid": (inbound.Text(text="hola"), LEGACY, Context(), None),
    "in_text_username_without_phone": (inbound.Text(text="Hi, no number here"), HIDDEN, Context(), None),
    "in_text_identity_key_hash": (inbound.Text(text="It is me"), GUARDED, Context(), None),
    "in_text_reply": (
        inbound.Text(text="Yes, that one"),
        LUCIA,
        Context(reply_to="wamid.U0FNUExFLU9VVEJPVU5ELTE=", author="15550104477"),
        None,
    ),
    "in_text_forwarded": (inbound.Text(text="fwd"), LUCIA, Context(forwarded=True), None),
    "in_text_referral_ad_image": (
        inbound.Text(text="I saw your ad"),
        LUCIA,
        Context(),
        Referral(
            source_url="https://fb.example/ad1",
            source_id="120299900011122",
            source_type="ad",
            headline="Tea week",
            body="Chat with us",
            click_id="Afx-composed-click-id",
            media_type="image",
            media_url="https://cdn.example.org/ad.jpg",
            welcome="How can we help?",
        ),
    ),
    "in_image_with_caption_and_url": (
        inbound.Image(
            media_id="900100000000001",
            mime_type="image/jpeg",
            sha256="kYTrvE22phy/HwQWXPFWcXiIXys6QZYEADBOLHJvMac=",
            url="https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=900100000000001&source=webhook&ext=1794900300&hash=Composed",
            caption="Front door",
        ),
        LUCIA,
        Context(),
        None,
    ),
    "in_audio_file": (
        inbound.Audio(
            media_id="900100000000004",
            mime_type="audio/mpeg",
            sha256="D2fER9JH0eiEbCcUz8n7dk83J/DTVwxhbzYm7K1QDbU=",
            url="https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=900100000000004&source=webhook&ext=1794900300&hash=Composed",
        ),
        LUCIA,
        Context(),
        None,
    ),
    "in_audio_voice_note": (
        inbound.Voice(
            media_id="900100000000005",
            mime_type="audio/ogg; codecs=opus",
            sha256="Dbta8EpdgEHT8ZgM+JjVzUZFkGcc0xsbYO9EKrncaiA=",
            url="https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=900100000000005&source=webhook&ext=1794900300&hash=Composed",
        ),
        LUCIA,
        Context(),
        None,
    ),
    "in_document": (
        inbound.Document(
            media_id="900100000000006",
            mime_type="application/pdf",
            sha256="GQn4e8XyRfzk5MZgluIKJoiN/bTYy2mMT5kPGTUsgBA=",
            url="https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=900100000000006&source=webhook&ext=1794900300&hash=Composed",
            caption="Invoice",
            filename="factura ñ-17.pdf",
        ),
        LUCIA,
        Context(),
        None,
    ),
    "in_sticker_static": (
        inbound.Sticker(
            media_id="900100000000008",
            mime_type="image/webp",
            sha256="6kOc95oIMbdqGK2PJ8Ycwut7xi61Bl9pamt3xUoHReA=",
            url="https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=900100000000008&source=webhook&ext=1794900300&hash=Composed",
        ),
        LUCIA,
        Context(),
        None,
    ),
    "in_location_pin": (inbound.Location(latitude=40.4168, longitude=-3.7038), LUCIA, Context(), None),
    "in_contacts": (
        inbound.Contacts(
            contacts=(
                inbound.ContactCard(
                    name="Dr. Ana Ruiz",
                    first_name="Ana",
                    last_name="Ruiz",
                    phones=(
                        inbound.ContactPhone(phone="+34 600 999 888", wa_id="34600999888", type="CELL"),
                        inbound.ContactPhone(phone="+34 910 000 111", type="WORK"),
                    ),
                    emails=("ana@example.org",),
                    urls=("https://example.org",),
                    addresses=(
                        {
                            "street": "Calle Mayor 1",
                            "city": "Madrid",
                            "zip": "28013",
                            "country": "Spain",
                            "country_code": "ES",
                            "type": "HOME",
                        },
                    ),
                    company="Ruiz SL",
                    birthday="1980-02-03",
                    origin="other",
                    vcard="BEGIN:VCARD\nVERSION:3.0\nFN:Dr. Ana Ruiz\nTEL:+34600999888\nEND:VCARD",
                    prefix="Dr.",
                    department="Clinic",
                    title="Owner",
                ),
                inbound.ContactCard(name="Solo", phones=(inbound.ContactPhone(phone="600777666"),)),
            )
        ),
        LUCIA,
        Context(),
        None,
    ),
    "in_reaction_add": (
        inbound.Reaction(message_id="wamid.U0FNUExFLU9VVEJPVU5ELTE=", emoji="👍🏽"),
        LUCIA,
        Context(),
        None,
    ),
    "in_reaction_remove_absent": (
        inbound.Reaction(message_id="wamid.U0FNUExFLU9VVEJPVU5ELTE="),
        LUCIA,
        Context(),
        None,
    ),
    "in_button_template_quick_reply": (
        inbound.ButtonReply(id="CONFIRM-17", title="Confirmar"),
        LUCIA,
        Context(reply_to="wamid.U0FNUExFLU9VVEJPVU5ELTE=", author="15550104477"),
        None,
    ),
    "in_interactive_button_reply": (
        inbound.ButtonReply(id="yes", title="Yes"),
        LUCIA,
        Context(reply_to="wamid.U0FNUExFLU9VVEJPVU5ELTE=", author="15550104477"),
        None,
    ),
    "in_interactive_list_reply": (
        inbound.ListReply(id="mon-9", title="09:00", description="Free"),
        LUCIA,
        Context(reply_to="wamid.U0FNUExFLU9VVEJPVU5ELTE=", author="15550104477"),
        None,
    ),
    "in_interactive_nfm_reply_flow": (
        inbound.FlowReply(token="tok-17", data={"day": "2026-12-01", "people": "2"}, text="Sent"),
        LUCIA,
        Context(reply_to="wamid.U0FNUExFLU9VVEJPVU5ELTE=", author="15550104477"),
        None,
    ),
    "in_interactive_nfm_reply_address": (
        inbound.AddressReply(
            values={"in_pin_code": "411001", "city": "Pune", "name": "Ana"},
            saved_address_id="a1",
            text="Ana\n411001, Pune",
        ),
        LUCIA,
        Context(reply_to="wamid.U0FNUExFLU9VVEJPVU5ELTE=", author="15550104477"),
        None,
    ),
    "in_interactive_call_permission_reply_accept": (
        inbound.CallPermissionReply(accepted=True, expires_at=1_795_504_800_000_000, source="user_action"),
        LUCIA,
        Context(reply_to="wamid.U0FNUExFLU9VVEJPVU5ELTE=", author="15550104477"),
        None,
    ),
    "in_order": (
        inbound.Order(
            catalog_id="710055512",
            text="No sugar",
            items=(
                inbound.OrderItem(sku="SKU-TEA-1", quantity=2, price="7.99", currency="EUR"),
                inbound.OrderItem(sku="SKU-MUG-1", quantity=1, price="12", currency="EUR"),
            ),
        ),
        LUCIA,
        Context(),
        None,
    ),
    "in_system_user_changed_number": (
        inbound.System(
            event="number_changed",
            text="User Lucia Prado changed from 34600111222 to 34611222333",
            wa_id="34611222333",
        ),
        PHONE_ONLY,
        Context(),
        None,
    ),
    "in_system_user_changed_user_id": (
        inbound.System(
            event="user_id_changed",
            text="User Lucia Prado changed from ES.90817263544536271 to ES.11122233344455566",
            wa_id="34611222333",
            user_id="ES.11122233344455566",
            parent_user_id="ES.ENT.66677788899900011",
        ),
        UNNAMED,
        Context(),
        None,
    ),
    "in_system_customer_identity_changed": (
        inbound.System(
            event="identity_changed",
            text="User identity changed",
            details={
                "identity": {"acknowledged": True, "created_timestamp": "1794900000", "hash": "TmV3SGFzaDE="}
            },
        ),
        LUCIA,
        Context(),
        None,
    ),
    "in_unsupported_poll": (
        inbound.Unsupported(
            kind="poll_creation", code=131051, text="Message type is currently not supported."
        ),
        LUCIA,
        Context(),
        None,
    ),
    "in_unsupported_edit": (
        inbound.Unsupported(kind="edit", code=131051, text="Message type is currently not supported."),
        LUCIA,
        Context(),
        None,
    ),
    "in_unsupported_unavailable_131060": (
        inbound.Unsupported(kind="media_placeholder", code=131060, text="Content could not be provided."),
        LUCIA,
        Context(),
        None,
    ),
    "in_request_welcome": (inbound.RequestWelcome(), LUCIA, Context(), None),
    "in_edit_text": (
        inbound.Edit(message_id="wamid.U0FNUExFLXRleHQ=", kind="text", text="¿abren mañana?"),
        LUCIA,
        Context(),
        None,
    ),
    "in_revoke": (inbound.Revoke(message_id="wamid.U0FNUExFLXRleHQ="), LUCIA, Context(), None),
    "in_group_text": (inbound.Text(text="Hello all"), LUCIA, Context(), None),
    "in_unknown_future_type": (
        inbound.Unknown(
            kind="hologram",
            payload={
                "from": "34600111222",
                "from_user_id": "ES.90817263544536271",
                "id": "wamid.U0FNUExFLWZ1dA==",
                "timestamp": "1794903420",
                "type": "hologram",
                "hologram": {"depth": 3},
            },
        ),
        LUCIA,
        Context(),
        None,
    ),
}
