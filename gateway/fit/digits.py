"""Numbers as people write them in a chat: "2", "2.", "#2", "2️⃣", "２", "٢", "option 2", "two"."""

from __future__ import annotations

import unicodedata

import regex

#: One to ten, in the languages that we know: a contact need not write the tenant's. A word that is said for
#: something else too, such as "um", is not here.
_COUNTED = (
    "one two three four five six seven eight nine ten",
    "uno dos tres cuatro cinco seis siete ocho nueve diez",
    "uma dois três quatro cinco seis sete oito nove dez",
    "uma duas",
    "un deux trois quatre cinq six sept huit neuf dix",
    "une",
    "eins zwei drei vier fünf sechs sieben acht neun zehn",
    "uno due tre quattro cinque sei sette otto nove dieci",
    "una",
    "moja mbili tatu nne tano sita saba nane tisa kumi",
    "satu dua tiga empat lima enam tujuh delapan sembilan sepuluh",
    "एक दो तीन चार पाँच छह सात आठ नौ दस",
    "واحد اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة عشرة",
    "واحد اثنين ثلاثه اربعة خمسه سته سبعه ثمانيه تسعه عشره",
    "один два три четыре пять шесть семь восемь девять десять",
    "一 二 三 四 五 六 七 八 九 十",
)
_WORDS = {word: at for row in _COUNTED for at, word in enumerate(row.split(), 1)} | {"पांच": 5, "छः": 6}
#: What people write before a number.
_LEAD = (
    r"option|opción|opcion|opção|opcao|opzione|auswahl|chaguo|pilihan|opsi|nomor|nambari|namba"
    r"|number|número|numero|numéro|nummer|विकल्प|नंबर|خيار|الخيار|رقم|вариант|номер"
)
_AFTER = r"[\s.):!。、،\-\p{So}\p{Sk}\p{Cf}]*"
_FIGURES = regex.compile(rf"(?:#|no?[.°]?|nr\.?|{_LEAD})?[\s:.]*\(?([0-9]{{1,3}}){_AFTER}")
#: Before a word stands only what means a number: "no one" and "none" are not 1.
_COUNTING = regex.compile(rf"(?:(?:{_LEAD})[\s:.]+)?([\p{{L}}\p{{M}}]+){_AFTER}")
#: What stands between words: everything but letters, their marks, and digits.
_BETWEEN = regex.compile(r"[^\p{L}\p{M}\p{N}]+")
#: Variation selectors, and the square of a keycap.
_DRESS = regex.compile(r"[\uFE0E\uFE0F\u20E3]")


def plain(text: str) -> str:
    """*text* with digits of any script as 0 to 9, without case, width and what dresses a sign up."""
    if text.isascii():
        return text.lower()
    text = _DRESS.sub("", text.replace("🔟", "10"))
    told = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(_digit(sign) for sign in told)


def _digit(sign: str) -> str:
    """A digit of any script, circled ones too, as 0 to 9; other signs as they are."""
    value = unicodedata.digit(sign, None)
    return sign if value is None else str(value)


def words(text: str) -> str:
    """The words and numbers of *text* alone, in `plain` signs; accents are kept."""
    return _BETWEEN.sub(" ", plain(text)).strip()


def number(text: str) -> int | None:
    """The number that *text* is, and nothing else; None when it says more, or something else."""
    text = plain(text).strip()
    if figures := _FIGURES.fullmatch(text):
        return int(figures[1])
    counted = _COUNTING.fullmatch(text)
    return _WORDS.get(counted[1]) if counted else None
