"""One message of every kind that can be sent, with words in every place that can hold some."""

from __future__ import annotations

from gateway.model.outbound import (
    AddressRequest,
    Audio,
    Button,
    Buttons,
    CallButton,
    CallPermissionRequest,
    Card,
    Carousel,
    CarouselCard,
    Catalog,
    ContactRequest,
    Contacts,
    CtaUrl,
    Document,
    FlowForm,
    Image,
    List,
    Location,
    LocationRequest,
    Outbound,
    Product,
    ProductList,
    ProductSection,
    Reaction,
    Row,
    Section,
    Sticker,
    Template,
    Text,
    Video,
    Voice,
)

CDN = "https://cdn.example.org"

#: Three thousand characters and more, every word of them another.
LONG = "\n\n".join(" ".join(f"слово{paragraph * 50 + n}" for n in range(50)) + "." for paragraph in range(7))


def buttons(count: int) -> Buttons:
    """A question with *count* buttons."""
    return Buttons("Which size?", [Button(f"size-{n}", f"Size {SIZES[n]}") for n in range(count)])


def rows(count: int) -> List:
    """A list of *count* rows."""
    made = [Row(f"tea-{n}", f"{TEAS[n]} tea", f"{n + 2} euros") for n in range(count)]
    return List("Which tea?", "Show teas", [Section("All teas", made)])


SIZES = ("tiny", "small", "medium", "large", "huge")
TEAS = (
    *("Green", "Black", "White", "Yellow", "Mint", "Ginger", "Lemon"),
    *("Apple", "Rooibos", "Chamomile", "Fennel", "Jasmine", "Smoky", "Masala"),
)


def samples(message_id: str) -> tuple[Outbound, ...]:
    """All kinds but a pin, which needs a group; *message_id* is what a reaction is put on."""
    return (
        Text("Good morning"),
        Text(LONG),
        Text("An answer with a quote", reply_to=message_id),
        Image(link=f"{CDN}/door.jpg", caption="The front door"),
        Image(link=f"{CDN}/plan.jpg", caption="Plan " + LONG[:1500]),
        Video(link=f"{CDN}/tour.mp4", caption="A tour of our shop"),
        Audio(link=f"{CDN}/bell.mp3"),
        Voice(link=f"{CDN}/hello.ogg"),
        Document(link=f"{CDN}/invoice.pdf", filename="invoice-17.pdf", caption="Your invoice, due tomorrow"),
        Sticker(link=f"{CDN}/wave.webp"),
        Location(latitude=40.4168, longitude=-3.7038, name="Corner shop", address="Calle Mayor"),
        Contacts([Card("Ana Ruiz", phone="+34600999888"), Card("Ben Okoro", phone="+254700111222")]),
        Reaction(message_id, "👍"),
        *_choices(),
        *_shop(),
        LocationRequest("Where shall we bring it?"),
        AddressRequest("Which address in India?"),
        ContactRequest("May we have your number?"),
        CallPermissionRequest("May we call you about it?"),
        CallButton("Questions? Talk with us", "Call now", minutes=60),
        Template("order_update", "en", values=["Ana"]),
    )


def _choices() -> tuple[Outbound, ...]:
    cards = [
        CarouselCard(f"Cup {each}", image=f"{CDN}/{each}.jpg", label="Look closer", url=f"{CDN}/{each}")
        for each in ("red", "blue")
    ]
    return (
        Buttons("Shall we send it?", [Button("yes", "Please do")], header="Parcel", footer="Free of charge"),
        buttons(5),
        List(
            "What are you hungry for?",
            "Show menu",
            [
                Section("Fruit", [Row("mango", "Mango", "Ripe today"), Row("kiwi", "Kiwi")]),
                Section("Bakery", [Row("rye", "Rye loaf", "Baked overnight")]),
            ],
            header="Lunch",
            footer="Until three",
        ),
        rows(14),
        CtaUrl("Your parcel is near", "Track parcel", f"{CDN}/track", header="News", footer="Thank you"),
        Carousel("Our new cups", cards),
    )


def _shop() -> tuple[Outbound, ...]:
    return (
        Product("7100", "SKU-1", text="The cup that you liked", footer="While stock lasts"),
        ProductList("Cups and plates", "7100", [ProductSection("Cups", ["SKU-1", "SKU-2"])], header="Sale"),
        Catalog("All that we have", thumbnail_sku="SKU-1", footer="New each week"),
        FlowForm("Book a visit", flow_id="1223344", label="Choose a day", token="t-1", footer="Two minutes"),
    )
