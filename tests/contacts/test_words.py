"""Names folded into words, for any text; and the spans in which a prefix is looked for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.contacts.find import phone_span
from gateway.contacts.words import LENGTH, WORDS, key, span, words

TEXT = st.text(max_size=80)


def test_folding() -> None:
    """Case, accents, width and letters that are typed as others do not count; signs part words."""
    assert words("José  NÚÑEZ-Ø") == ["jose", "nunez", "o"]
    assert words("Straße ŁÓDŹ", "İstanbul Kadıköy") == ["strasse", "lodz", "istanbul", "kadikoy"]
    assert words("ＡＮＡ", "ana", "@ana.maria_2") == ["ana", "maria", "2"]
    assert words("", "!?", "😀") == []


@given(TEXT)
def test_folding_again_changes_nothing(text: str) -> None:
    """What was folded is its own folding, so what is typed as it is shown is found."""
    assert words(" ".join(words(text))) == words(text)


@given(TEXT)
def test_case_does_not_count(text: str) -> None:
    """A name in capitals is found by small letters."""
    assert words(text.casefold()) == words(text)


@given(TEXT, st.integers(min_value=1, max_value=5))
def test_the_start_of_a_word_finds_it(text: str, length: int) -> None:
    """Every start of every word lies in the span of that start, and no other word does."""
    found = words(text)
    assert len(found) <= WORDS
    for word in found:
        assert 0 < len(word) <= LENGTH
        start, end = span(word[:length])
        assert [each for each in found if start <= key(each) < end] == [
            each for each in found if each.startswith(word[:length])
        ]


@given(st.from_regex(r"[1-9][0-9]{6,14}", fullmatch=True), st.integers(min_value=2, max_value=15))
def test_the_start_of_a_phone_finds_it(digits: str, length: int) -> None:
    """With "+" and without; a phone that begins otherwise is not in the span."""
    typed = digits[:length]
    assert phone_span(typed) == phone_span(f"+{typed}")
    start, end = phone_span(typed)
    assert start <= f"+{digits}" < end
    other = f"+{(int(typed[-1]) + 1) % 10}".join(["", digits[len(typed) :]])
    mutated = f"+{typed[:-1]}{other[1:]}"
    assert not start <= mutated < end


@given(st.text(max_size=30))
def test_what_is_no_start_of_a_phone_has_no_span(text: str) -> None:
    """Letters, a leading 0, digits of other scripts: the span is empty."""
    start, end = phone_span(text)
    assert (start == "") == (end == "")
    if start:
        assert start[1:].isascii()
        assert start[1:].isdigit()
