"""Names that links, mails and files can stumble over: a whole case of people who have them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest
import yaml

from stage.desk import Visitor
from stage.mailbox import Mailbox
from stage.network import StagedNetwork
from stage.sandbox import Account
from tests.conftest import People
from tests.wiki.conftest import Worker
from tests.wiki.making_accounts import make_accounts

ASKS = 'Who\'s "that"? & Co; +1 100% \u0639\u0644\u064a'
LONG = "\u0416" * 117
"""In Cyrillic, near the most that a wiki takes."""
GEORGIAN = "\u10d0\u10dc\u10d0"
"""Has no capitals in Georgian, but some that Unicode lent it."""
FOX = "\U0001f98a 1337"
NUMBER = "1337"
MAILS = {
    ASKS: "asks@mail.example",
    LONG: "long@mail.example",
    GEORGIAN: "georgian@mail.example",
    FOX: "fox@mail.example",
    NUMBER: "number@mail.example",
}


@pytest.fixture
def odd(worker: Worker) -> Iterator[dict[str, Account]]:
    """Make the accounts, and log each in."""
    known = worker.sandbox.facts["accounts"]
    known |= make_accounts(worker.sandbox, MAILS)
    yield {name: Account(worker.sandbox, name) for name in MAILS}
    for name in MAILS:
        del known[name]


def got(mailbox: Mailbox, name: str) -> list[str]:
    """Give the links in the mails to an account."""
    return [mail.link for mail in mailbox.everything() if mail.to == MAILS[name]]


@pytest.mark.usefixtures("desk")
def test_a_whole_case(
    worker: Worker,
    people: People,
    network: StagedNetwork,
    mailbox: Mailbox,
    odd: dict[str, Account],
) -> None:
    """Asked, offered past whom they avoid, accepted, and written to by the name as it is."""
    rows = [
        {"user": name, "languages": ["ka"], "channels": ["desk", "wikimail"]}
        for name in (GEORGIAN, FOX, NUMBER, LONG)
    ]
    listed = network.folder / "odd.yaml"
    listed.write_text(yaml.safe_dump(rows, allow_unicode=True), encoding="utf-8")
    network.run("roster", "import", str(listed))
    avoided = [GEORGIAN, f"User:{FOX.replace(' ', '_')}", NUMBER]
    people.ask(ASKS, languages=["ka"], avoid=avoided)
    worker.once()
    assert worker.cases() == 1
    assert [len(got(mailbox, name)) for name in (GEORGIAN, FOX, NUMBER, LONG)] == [0, 0, 0, 1]
    offer = Visitor(got(mailbox, LONG)[0])
    assert offer.press("accept").status == 200
    worker.once()
    case = Visitor(got(mailbox, LONG)[-1])
    case.press("open")
    case.press("take")
    links = [html.unescape(one) for one in re.findall(r'href="([^"]+)"', case.text)]
    to_mail = [one for one in links if "EmailUser" in one]
    assert to_mail, case.text
    # The wiki's own form says to whom: to the whole name, not to what is left of it.
    assert ASKS in html.unescape(odd[LONG].show(to_mail[0]))
