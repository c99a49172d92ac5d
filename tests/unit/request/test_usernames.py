"""User names come out as MediaWiki writes them, or not at all."""

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from bot.request.usernames import is_address, is_user_page, normalise, user_of_page


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Example", "Example"),
        ("example", "Example"),
        ("example_user", "Example user"),
        ("  Example__ user _", "Example user"),
        ("Example\u00a0user\u3000x", "Example user x"),
        ("User:example", "Example"),
        ("user: Example", "Example"),
        ("USER_TALK:Example", "Example"),
        (":w:de:Benutzerin:Beispiel", "Beispiel"),
        ("Utilisatrice:Exemple", "Exemple"),
        ("Usuario discusión:Ejemplo", "Ejemplo"),
        ("مستخدمة:مثال", "مثال"),
        ("Utente:Esempio", "Esempio"),
        ("משתמשת:דוגמה", "דוגמה"),
        (":it:Utente:esempio", "Esempio"),
        ("Участница:Пример", "Пример"),
        ("Wikipedista:Příklad", "Příklad"),
        ("用户讨论:例", "例"),
        ("Special:Contributions/Example", "Example"),
        ("@Example", "Example"),
        ("@User:Example", "Example"),
        ("User:@Example", "Example"),
        ("\u200eExample\u200f", "Example"),
        ("\u202aExa\u2068mple\u202c", "Example"),
        ("e\u0301cole", "École"),
        ("ßtrasse", "ßtrasse"),
        ("ŉx", "ŉx"),
        ("ǆx", "ǅx"),
        ("ёж", "Ёж"),
        ("ა", "ა"),
        ("𐐨x", "𐐀x"),
        ("😀", "😀"),
        ("例", "例"),
        ("~2026-12345-6", "~2026-12345-6"),
        ("Foo: the user", "Foo: the user"),
        ("User", "User"),
        ("Userland", "Userland"),
        ("100%", "100%"),
        ("R&D", "R&D"),
        ("1234", "1234"),
        ("O'Neil (WMF)", "O'Neil (WMF)"),
        ("ä" * 127, "Ä" + "ä" * 126),
    ],
)
def test_names_are_normalised(typed: str, name: str) -> None:
    """What people type or copy becomes the name of the account."""
    assert normalise(typed) == name


@pytest.mark.parametrize(
    "typed",
    ["", " ", "_", "User:", "@", "ä" * 128, "a/b", "User:a/b", ".", "..", "a%20b", "a&amp;b"]
    + [f"a{sign}b" for sign in "#<>[]|{}\x00\x7f\x85\u200c\ue000\ufffd\ud800"]
    + ["~~~~", "192.0.2.1", "300.300.300.300", "192.0.2.xxx", "2001:db8::1", "User:192.0.2.1"],
)
def test_what_can_be_no_account_is_none(typed: str) -> None:
    """Titles MediaWiki refuses, addresses, and nothing at all are no user names."""
    assert normalise(typed) is None


def test_addresses_are_known() -> None:
    """IP addresses and ranges, and what looks like one; not numbers."""
    assert all(is_address(text) for text in ("192.0.2.1", " 192.0.2.0/24", "::1", "1.2.3.xxx"))
    assert not any(is_address(text) for text in ("1234", "Example", "1.2.3", "10.0"))


def test_pages_of_users_are_known() -> None:
    """A user's page, talk page, subpage and list of edits all tell whose they are."""
    assert user_of_page("User talk:Foo bar/Archive 1") == "Foo bar"
    assert user_of_page("Spezial:Beiträge/Foo") == "Foo"
    assert user_of_page("Talk:Foo") is None
    assert is_user_page("Benutzer:Foo")
    assert not is_user_page("Users of Wikipedia")


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    """No text crashes it, and a name is its own normal form, unless it says `User:` again."""
    name = normalise(text)
    if name is not None and not is_user_page(name) and not name.startswith(("@", ":")):
        event(f"it was changed: {name != text}")
        assert normalise(name) == name
        assert 0 < len(name.encode()) <= 255
