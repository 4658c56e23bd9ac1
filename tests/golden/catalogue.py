"""The messages of the golden matrix: every outbound kind, and what is at or over a limit somewhere."""

from __future__ import annotations

from gateway.model import outbound as out
from gateway.model.outbound import Outbound

INBOUND = "wamid.SU5DT01JTkc="
#: The text of the message that is quoted.
QUOTED = "What have you got today? I am looking for something sweet for five people, not too ripe"
SHOP = "https://cdn.example.org"
FRUIT = [
    ("mango", "Mango", "KES 50"),
    ("papaya", "Papaya", "KES 80"),
    ("pineapple", "Pineapple", "KES 120"),
    ("avocado", "Avocado", "KES 30"),
    ("banana", "Banana", "KES 10"),
    ("guava", "Guava", "KES 15"),
    ("passion", "Passion fruit", "KES 20"),
    ("orange", "Orange", "KES 25"),
    ("lemon", "Lemon", "KES 12"),
    ("coconut", "Coconut", "KES 70"),
    ("melon", "Watermelon", "KES 200"),
    ("tamarind", "Tamarind", "KES 40"),
    ("jackfruit", "Jackfruit", "KES 300"),
    ("custard", "Custard apple", "KES 60"),
]
LONG = " ".join(
    f"Заказ номер {n} собран и ждёт вас в лавке на рынке: манго, папайя, ананас и немного зелени."
    + ("\n\n" if n % 5 == 0 else "")
    for n in range(1, 40)
).replace("\n\n ", "\n\n")[:3000]


def _buttons(many: int) -> list[out.Button]:
    return [out.Button(key, title) for key, title, _ in FRUIT[:many]]


def _rows(start: int, end: int) -> list[out.Row]:
    return [out.Row(key, title, price) for key, title, price in FRUIT[start:end]]


def _linked(number: int) -> out.CarouselCard:
    page = f"https://example.org/p/{number}"
    return out.CarouselCard(f"Mug {number}", image=f"{SHOP}/{number}.jpg", label="Buy", url=page)


def _replied(number: int) -> out.CarouselCard:
    tapped = [out.Button(f"take-{number}", "Take it"), out.Button(f"more-{number}", "More")]
    return out.CarouselCard(f"Mug {number}", image=f"{SHOP}/{number}.jpg", buttons=tapped)


MESSAGES: dict[str, Outbound] = {
    "text": out.Text("Hi Ana"),
    "text_preview": out.Text("See https://example.org/a", preview_url=True),
    "text_reply": out.Text("Mangoes, and very sweet ones", reply_to=INBOUND),
    "text_long": out.Text(LONG),
    "image": out.Image(link=f"{SHOP}/door.jpg", caption="Front door"),
    "image_long_caption": out.Image(link=f"{SHOP}/door.jpg", caption=LONG[:1500]),
    "video": out.Video(link=f"{SHOP}/tour.mp4", caption="Tour"),
    "audio": out.Audio(link=f"{SHOP}/a.mp3"),
    "voice": out.Voice(link=f"{SHOP}/a.ogg"),
    "document": out.Document(link=f"{SHOP}/files/17", filename="invoice-17.pdf", caption="Your invoice"),
    "document_stored": out.Document(stored="kept-1", filename="invoice-17.pdf", caption="Your invoice"),
    "sticker": out.Sticker(link=f"{SHOP}/hi.webp"),
    "location": out.Location(latitude=40.4168, longitude=-3.7038, name="Shop", address="Calle Mayor 1"),
    "contacts": out.Contacts(
        [out.Card("Ana Ruiz", "+34600999888", first_name="Ana", last_name="Ruiz", company="Ruiz SL")]
    ),
    "reaction": out.Reaction(INBOUND, "👍"),
    "reaction_removed": out.Reaction(INBOUND),
    "pin": out.Pin(INBOUND),
    "buttons_2": out.Buttons("Which one?", _buttons(2)),
    "buttons_5": out.Buttons("Which one?", _buttons(5)),
    "buttons_14": out.Buttons("Which one?", _buttons(14)),
    "buttons_framed": out.Buttons(
        "Confirm the visit?",
        [out.Button("yes", "Yes"), out.Button("no", "No")],
        out.Header(image=f"{SHOP}/door.jpg"),
        "Ruiz SL",
    ),
    "buttons_titled": out.Buttons(
        "Confirm the visit?", [out.Button("yes", "Yes"), out.Button("no", "No")], "Monday", "Ruiz SL"
    ),
    "buttons_long_titles": out.Buttons(
        "When shall we come?",
        [out.Button("am", "In the morning, 8 to 12"), out.Button("pm", "In the afternoon, 14 to 18")],
    ),
    "buttons_long_text": out.Buttons(LONG, [out.Button("yes", "Да"), out.Button("no", "Нет")], "Заказы"),
    "buttons_figures": out.Buttons(
        "How was it?", [out.Button(f"stars-{n}", str(n)) for n in (14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3)]
    ),
    "list": out.List(
        "What would you like?",
        "Show fruit",
        [out.Section("Sweet", _rows(0, 3)), out.Section("Green", _rows(3, 4))],
        "Today",
        "Prices per piece",
    ),
    "list_14": out.List(
        "What would you like?",
        "Show fruit",
        [out.Section("Sweet", _rows(0, 7)), out.Section("Other", _rows(7, 14))],
        "Today",
        "Prices per piece",
    ),
    "list_long_titles": out.List(
        "Which plan?",
        "Plans",
        [
            out.Section(
                "Delivery",
                [
                    out.Row("week", "A box of fruit every Monday", "KES 900"),
                    out.Row("month", "A large box on the first of each month", "KES 3,000, in advance"),
                ],
            )
        ],
    ),
    "list_long_details": out.List(
        "Which plan?",
        "Plans",
        [out.Section("", [out.Row("week", "Weekly", "A box of whatever is ripe, brought to the door " * 2)])],
    ),
    "cta_url": out.CtaUrl(
        "Your report is ready", "Open", "https://example.org/r/1", "Report", "Valid 7 days"
    ),
    "cta_url_long_label": out.CtaUrl(
        "Your report is ready", "Open the report of November", "https://example.org/r/1"
    ),
    "product": out.Product("710055512", "SKU-TEA-1", "This one?"),
    "product_list": out.ProductList(
        "Pick", "710055512", [out.ProductSection("Tea", ["SKU-TEA-1", "SKU-TEA-2"])], "Offers"
    ),
    "catalog": out.Catalog("All products", "SKU-TEA-1"),
    "flow": out.FlowForm("Book here", "8800", "Book", "tok-17", "START", {"name": "Ana"}),
    "flow_of_endpoint": out.FlowForm("Book here", "8800", "Book", "tok-17"),
    "location_request": out.LocationRequest("Where are you?"),
    "address_request": out.AddressRequest(
        "Where shall we bring it?", "IN", {"city": "Pune"}, errors={"in_pin_code": "We do not know 411"}
    ),
    "contact_request": out.ContactRequest("Share your number?"),
    "carousel_links": out.Carousel("New arrivals", [_linked(1), _linked(2)]),
    "carousel_replies": out.Carousel("New arrivals", [_replied(1), _replied(2)]),
    "carousel_one": out.Carousel("New arrivals", [_replied(1)]),
    "call_permission_request": out.CallPermissionRequest("May we call you?"),
    "call_button": out.CallButton("Talk to us", "Call now", 100, "order-17"),
    "template": out.Template("visit", "es", ["Ana", "lunes"]),
    "direct_send": out.Text("Your parcel leaves today.", category="utility"),
}
