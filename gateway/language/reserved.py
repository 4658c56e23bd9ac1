"""The words that mean the same wherever a contact writes them: back, cancel, menu, help, stop, start, resume,
skip.

STOP and START are consent: they are known in more languages than the rest, nothing may stand before them, and
whoever writes one of them in any of these languages is understood (`consent`).
``docs/languages.md`` shows this table; a test holds the two together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from gateway.language.codes import base
from gateway.language.fold import fold

Meaning = Literal["back", "cancel", "menu", "help", "stop", "start", "resume", "skip", ""]

#: What a word of each language means, as it is shown; the first word of a meaning is the one to teach.
#: English is known everywhere. No word means two things, in whichever languages.
RESERVED: Mapping[str, Mapping[Meaning, tuple[str, ...]]] = {
    "en": {
        "back": ("back", "go back", "undo"),
        "cancel": ("cancel", "quit", "exit"),
        "menu": ("menu", "main menu", "home"),
        "help": ("help", "?"),
        "stop": (
            "stop",
            "stop all",
            "stopall",
            "stop messages",
            "unsubscribe",
            "unsubscribe me",
            "opt out",
            "optout",
            "opt me out",
        ),
        "start": ("start", "unstop", "subscribe", "resubscribe", "opt in", "optin"),
        "resume": ("resume", "continue", "go on"),
        "skip": ("skip",),
    },
    "es": {
        "back": ("atrás", "volver", "regresar", "deshacer"),
        "cancel": ("cancelar", "salir"),
        "menu": ("menú", "menú principal"),
        "help": ("ayuda",),
        "stop": (
            "baja",
            "parar",
            "darme de baja",
            "darse de baja",
            "dar de baja",
            "dame de baja",
            "desuscribirme",
            "desuscribir",
            "no más mensajes",
        ),
        "start": ("alta", "darme de alta", "suscribirme", "suscribir"),
        "resume": ("continuar", "seguir", "reanudar"),
        "skip": ("saltar", "omitir"),
    },
    "sw": {
        "back": ("rudi", "rudi nyuma", "nyuma"),
        "cancel": ("ghairi", "futa", "toka"),
        "menu": ("menyu", "menyu kuu", "orodha kuu"),
        "help": ("msaada", "usaidizi", "nisaidie"),
        "stop": ("sitisha", "komesha", "jiondoe", "nitoe", "sitisha ujumbe", "acha kutuma", "acha"),
        "start": ("anza", "jiunge", "niunge"),
        "resume": ("endelea", "endelea tena"),
        "skip": ("ruka",),
    },
    "fr": {
        "stop": (
            "arrêt",
            "arrêter",
            "désabonner",
            "me désabonner",
            "se désabonner",
            "désabonnement",
            "désinscrire",
            "me désinscrire",
            "désinscription",
        ),
        "start": ("démarrer", "m'abonner", "abonner", "réabonner", "me réabonner", "m'inscrire"),
    },
    "pt": {
        "stop": (
            "sair",
            "parar",
            "pare",
            "descadastrar",
            "me descadastrar",
            "descadastrar-me",
            "parar mensagens",
        ),
        "start": ("iniciar", "começar", "cadastrar", "inscrever"),
    },
}

#: Words of consent that are something else where their language is not spoken: "acha" is "good" in Hindi.
AT_HOME = frozenset({("sw", "acha"), ("pt", "pare")})

_LONGEST = 3 * max(len(word) for table in RESERVED.values() for each in table.values() for word in each)

_MEANINGS: Mapping[str, Mapping[str, Meaning]] = {
    language: {fold(word): meaning for meaning, words in table.items() for word in words}
    for language, table in RESERVED.items()
}


def meaning(text: str, languages: Iterable[str] = ()) -> Meaning:
    """What *text* means when it is nothing but a reserved word of *languages* (codes: "es", "pt-BR"), or of
    English; "" when it is not. Case, accents, spaces and signs around it are forgiven."""
    if len(text) > _LONGEST:
        return ""
    word = fold(text)
    for language in (*languages, "en"):
        known = _MEANINGS.get(base(language))
        if known is not None and word in known:
            return known[word]
    return ""


def consent(text: str, languages: Iterable[str] = ()) -> tuple[Literal["stop", "start", ""], tuple[str, ...]]:
    """Whether *text* is STOP or START, as the whole message, in whichever language, and the languages in
    which it is: those of *languages* first. ("", ()) when it is neither."""
    if len(text) > _LONGEST:
        return "", ()
    said = fold(text)
    home = dict.fromkeys(map(base, languages))
    order = (*home, *(each for each in _MEANINGS if each not in home))
    found = [
        (each, kind)
        for each in order
        if (kind := _MEANINGS.get(each, {}).get(said, "")) in ("stop", "start")
        and (each in home or (each, said) not in AT_HOME)
    ]
    if not found:
        return "", ()
    kind = "stop" if found[0][1] == "stop" else "start"
    return kind, tuple(each for each, _ in found)


def word(meaning: Meaning, language: str) -> str:
    """The word to teach a contact who speaks *language*, in capitals: "ATRÁS"."""
    table = RESERVED.get(base(language), {})
    return (table.get(meaning) or RESERVED["en"][meaning])[0].upper()
