"""The few words that we must say ourselves, in the tenant's language.

Everything else that a contact reads is the author's. A language that is not here gets English.
"""

from __future__ import annotations

from msgspec import Struct


class Words(Struct, frozen=True):
    """*choose* is the button that opens a list (20 characters at most). *number* and *name* tell how to
    answer options in a text, with numbers before them or without; the others how to answer a request."""

    choose: str
    number: str
    name: str
    location: str
    phone: str
    address: str


_WORDS = {
    "en": Words(
        "Choose",
        "Reply with the number or the name.",
        "Reply with the name.",
        "Tap 📎 or +, choose Location and send it.",
        "Write your phone number with its country code.",
        "Write your full address.",
    ),
    "es": Words(
        "Elegir",
        "Responde con el número o el nombre.",
        "Responde con el nombre.",
        "Toca 📎 o +, elige Ubicación y envíala.",
        "Escribe tu número de teléfono con el prefijo del país.",
        "Escribe tu dirección completa.",
    ),
    "pt": Words(
        "Escolher",
        "Responda com o número ou o nome.",
        "Responda com o nome.",
        "Toque em 📎 ou +, escolha Localização e envie.",
        "Escreva o seu número de telefone com o código do país.",
        "Escreva o seu endereço completo.",
    ),
    "fr": Words(
        "Choisir",
        "Répondez par le numéro ou le nom.",
        "Répondez par le nom.",
        "Touchez 📎 ou +, choisissez Localisation et envoyez-la.",
        "Écrivez votre numéro de téléphone avec l’indicatif du pays.",
        "Écrivez votre adresse complète.",
    ),
    "de": Words(
        "Auswählen",
        "Antworte mit der Nummer oder dem Namen.",
        "Antworte mit dem Namen.",
        "Tippe auf 📎 oder +, wähle Standort und sende ihn.",
        "Schreibe deine Telefonnummer mit Ländervorwahl.",
        "Schreibe deine vollständige Adresse.",
    ),
    "it": Words(
        "Scegli",
        "Rispondi con il numero o il nome.",
        "Rispondi con il nome.",
        "Tocca 📎 o +, scegli Posizione e inviala.",
        "Scrivi il tuo numero di telefono con il prefisso internazionale.",
        "Scrivi il tuo indirizzo completo.",
    ),
    "sw": Words(
        "Chagua",
        "Jibu kwa nambari au jina.",
        "Jibu kwa jina.",
        "Gusa 📎 au +, chagua Mahali kisha utume.",
        "Andika nambari yako ya simu pamoja na msimbo wa nchi.",
        "Andika anwani yako kamili.",
    ),
    "id": Words(
        "Pilih",
        "Balas dengan nomor atau nama.",
        "Balas dengan nama.",
        "Ketuk 📎 atau +, pilih Lokasi, lalu kirim.",
        "Tulis nomor telepon Anda dengan kode negara.",
        "Tulis alamat lengkap Anda.",
    ),
    "hi": Words(
        "चुनें",
        "संख्या या नाम लिखकर उत्तर दें।",
        "नाम लिखकर उत्तर दें।",
        "📎 या + पर टैप करें, लोकेशन चुनें और भेजें।",
        "अपना फ़ोन नंबर देश के कोड के साथ लिखें।",
        "अपना पूरा पता लिखें।",
    ),
    "ar": Words(
        "اختر",
        "أجب بالرقم أو بالاسم.",
        "أجب بالاسم.",
        "اضغط على 📎 أو +، ثم اختر الموقع وأرسله.",
        "اكتب رقم هاتفك مع رمز الدولة.",
        "اكتب عنوانك الكامل.",
    ),
}
#: The languages that we can say these words in.
LANGUAGES = tuple(_WORDS)


def words_for(language: str) -> Words:
    """The words in *language* (BCP 47, "pt-BR" or "pt_BR"), else in English."""
    return _WORDS.get(language.replace("_", "-").partition("-")[0].lower(), _WORDS["en"])
