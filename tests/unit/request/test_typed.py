"""Languages and names as people type them into the desk's forms."""

from __future__ import annotations

import pytest

from bot.languages import language_name
from bot.request.avoided import names_in
from bot.request.typed import read_languages, read_names


@pytest.mark.parametrize(
    ("text", "codes", "unknown"),
    [
        ("German", ("de",), ()),
        ("deutsch, français\nالعربية", ("de", "fr", "ar"), ()),
        ("de en", ("de", "en"), ()),
        ("German and French; Swahili", ("de", "fr", "sw"), ()),
        ("DE\n\n  de \nGerman", ("de",), ()),
        ("Klingonish", (), ("Klingonish",)),
        ("German, Klingonish, Blah", ("de",), ("Klingonish", "Blah")),
        ("<script>alert(1)</script>", (), ("<script>alert(1)</script>",)),
        ("", (), ()),
        (" ,\n;", (), ()),
    ],
)
def test_languages(text: str, codes: tuple[str, ...], unknown: tuple[str, ...]) -> None:
    """By name in any language or by code, in their order; what names none is given back."""
    assert read_languages(text, {}) == (codes, unknown)


@pytest.mark.parametrize("reader", ["en", "de", "fr", "es", "ar"])
@pytest.mark.parametrize("code", ["pt-br", "zh-hans", "sr-ec", "be-tarask", "nn", "ckb", "tlh"])
def test_a_name_that_we_showed_keeps_its_code(code: str, reader: str) -> None:
    """A variety is not flattened, nor a rare language lost, by saving what stood there."""
    shown = {language_name(code, reader): code}
    assert read_languages("\n".join(shown), shown) == ((code,), ())


@pytest.mark.parametrize(
    ("text", "names", "unreadable"),
    [
        ("Rosa", ("Rosa",), ()),
        ("user:rosa_Muster\n@Ravi", ("Rosa Muster", "Ravi"), ()),
        ("https://meta.wikimedia.org/wiki/User:Rosa_Muster", ("Rosa Muster",), ()),
        ("Rosa, Ravi", ("Rosa", "Ravi", "Rosa, Ravi"), ()),
        ("Harald K.\n(XYZ)", ("Harald K.", "(XYZ)"), ()),
        ("Rosa, a/b", ("Rosa",), ("a/b",)),
        ("Tom and Jerry", ("Tom and Jerry", "Tom", "Jerry"), ()),
        ("Rosa\nRosa\n\n", ("Rosa",), ()),
        ("O", ("O",), ()),
        ("Rosa\n<b>", ("Rosa",), ("<b>",)),
        ("192.0.2.7", (), ("192.0.2.7",)),
        ("", (), ()),
    ],
)
def test_names(text: str, names: tuple[str, ...], unreadable: tuple[str, ...]) -> None:
    """One a line, or several; a comma can be a part of a name; what can be none is given back."""
    named = read_names(text)
    assert set(names) <= names_in(named.lines)
    assert named.unread == unreadable
