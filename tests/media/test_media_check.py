"""What a file is, by its bytes: lies are seen through, and what could run is opaque."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.media.check import OPAQUE, sniff
from gateway.media.names import harmless, shown
from gateway.simulator import samples
from tests.media.pictures import noise, vast

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def zipped(name: str = "word/document.xml", data: bytes = b"<x/>") -> bytes:
    """An archive with one file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ("image/jpeg", "image/jpeg"),
        ("image/png", "image/png"),
        ("image/webp", "image/webp"),
        ("audio/ogg; codecs=opus", "audio/ogg"),
        ("audio/mpeg", "audio/mpeg"),
        ("video/mp4", "video/mp4"),
        ("application/pdf", "application/pdf"),
    ],
)
def test_honest_files_are_what_they_say(told: str, found: str) -> None:
    """The ones that the simulator's contacts send; and without a word of what they are."""
    data = samples.sample(told.partition(";")[0])

    assert sniff(data, told) == found
    assert sniff(data) == found
    assert sniff(data, "text/html", "page.html") == found, "its bytes decide"


@pytest.mark.parametrize(
    ("data", "told", "found"),
    [
        (b"hello", "text/plain", "text/plain"),
        (b"a;b\n1;2\n", "text/csv", "text/csv"),
        (b"BEGIN:VCARD\r\nFN:Ana\r\nEND:VCARD\r\n", "text/vcard", "text/vcard"),
        (b'{"a": 1}', "application/json", "application/json"),
        ("Ωραία, Grüße, привет".encode(), "", "text/plain"),
        ("é".encode() * 2048, "text/plain", "text/plain"),
        (("a" + "é" * 2047).encode() + b"\xc3", "text/plain", "text/plain"),
        (b"hello", "image/png", "text/plain"),
        (b"MZungu is a word", "text/plain", "text/plain"),
        (zipped(), DOCX, DOCX),
        (zipped(), "application/zip", "application/zip"),
        (zipped(), "image/png", "application/zip"),
        (zipped(data=b"\0" * 50_000_000), DOCX, DOCX),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "application/msword", "application/msword"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "", OPAQUE),
        (b"#!AMR\n" + b"\0" * 50, "audio/amr", "audio/amr"),
        (b"\xff\xf1" + b"\x50" * 50, "audio/aac", "audio/aac"),
        (b"\0\0\0\x18ftyp3gp4" + b"\0" * 50, "video/3gpp", "video/3gpp"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 50, "image/jpeg", "image/heic"),
        (noise(4, 4, "GIF", mode="L"), "", "image/gif"),
        (vast(), "image/png", "image/png"),
        (b"", "image/png", OPAQUE),
        (b"\0\x01\x02\x03" * 9, "image/png", OPAQUE),
    ],
)
def test_bytes_decide_and_words_narrow(data: bytes, told: str, found: str) -> None:
    """What is told counts only where the bytes leave it open. Nothing is unpacked or decoded."""
    assert sniff(data[:4096], told) == found


@pytest.mark.parametrize(
    "data",
    [
        b"<html><body>hi",
        b"  \n\t<!DOCTYPE HTML>",
        b"\xef\xbb\xbf<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<?xml version='1.0'?><svg/>",
        b"hello <script>alert(1)</script>",
        b"<img src=x onerror=alert(1)><iframe>",
        b"#!/usr/bin/env python\nprint()",
        b"<?php system($_GET[0]);",
        b"MZ\x90\0\x03\0\0\0",
        b"\x7fELF\x02\x01",
        b"\xca\xfe\xba\xbe\0\0",
        "<html>".encode("utf-16"),
        "<html>".encode("utf-16-be"),
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n<x>",
    ],
)
@pytest.mark.parametrize("told", ["image/png", "text/plain", "image/svg+xml", "text/html", "application/pdf"])
def test_what_could_run_is_opaque(data: bytes, told: str) -> None:
    """Whatever it calls itself."""
    assert sniff(data, told, "cat.png") == OPAQUE


@pytest.mark.parametrize(
    ("data", "told", "name", "found"),
    [
        (b"BEGIN:VCARD\r\nEND:VCARD\r\n", "", "Ana Ruiz.vcf", "text/vcard"),
        (zipped(), "", "offer.DOCX", DOCX),
        (zipped(), "application/octet-stream", "offer.docx", DOCX),
        (zipped(), "application/zip", "offer.docx", "application/zip"),
        (zipped(), "", "offer.pdf", "application/zip"),
        (b"plain words", "", "page.html", "text/plain"),
    ],
)
def test_a_name_narrows_what_nothing_was_said_of(data: bytes, told: str, name: str, found: str) -> None:
    """A vCard or a document that a plugin sends has a name only; it is never more than its bytes allow."""
    assert sniff(data, told, name) == found


def test_a_name_narrows_where_nobody_said_anything() -> None:
    """Only what its bytes leave open, and less than words do."""
    assert sniff(zipped(), "", "offer.DOCX") == DOCX
    assert sniff(zipped(), OPAQUE, "offer.docx") == DOCX
    assert sniff(zipped(), "application/zip", "offer.docx") == "application/zip"
    assert sniff(b"%PDF-1.7", "", "offer.docx") == "application/pdf"
    assert sniff(b"<html>", "", "offer.csv") == OPAQUE


@pytest.mark.parametrize("name", ["a.docm", "B.XLSM", "c.pptm", "d.xlsb"])
def test_documents_with_macros_are_opaque(name: str) -> None:
    """By their name, or by what they are told to be."""
    assert sniff(zipped(), DOCX, name) == OPAQUE
    assert sniff(zipped(), "application/vnd.ms-word.document.macroEnabled.12", "a.docx") == OPAQUE


@given(st.binary(max_size=300), st.text(max_size=40), st.text(max_size=40))
def test_nothing_that_a_browser_runs_comes_out(data: bytes, told: str, name: str) -> None:
    """Of any bytes and any words; and there is always an answer."""
    found = sniff(data, told, name)

    assert "/" in found
    assert not any(word in found for word in ("html", "svg", "xml+", "+xml", "javascript", "script"))


@given(st.sampled_from(["image/png", "image/jpeg", "application/pdf", "text/plain"]), st.binary(max_size=200))
def test_a_page_in_disguise_stays_opaque(told: str, tail: bytes) -> None:
    """Whatever follows its first words."""
    assert sniff(b"<!doctype html>" + tail, told) == OPAQUE


@given(st.text(max_size=400))
def test_names_are_harmless(name: str) -> None:
    """No folder, no control or direction character, not too long."""
    found = harmless(name)

    assert len(found) <= 200
    assert not set(found) & set("/\\\r\n\0\u202e\u200f")
    assert found not in (".", "..")
    assert harmless(found) == found


def test_a_file_without_a_name_gets_one() -> None:
    """Of its id and its type; a long name keeps its end."""
    assert shown("", "image/jpeg", "9001") == "9001.jpg"
    assert shown("", OPAQUE, "9001") == "9001.bin"
    assert harmless("a" * 300 + ".pdf").endswith(".pdf")
