"""Floods on the real wiki: what they cost is bounded, and who really asks among them is served."""

from __future__ import annotations

import base64
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.casework.surge import carried, cost_of
from bot.request.envelope import envelope_wikitext, info, seal
from bot.store import outbox
from bot.store.engine import truncate_journal
from stage.asking import INTAKE, KEY_PAGE, payload
from stage.desk import Visitor
from stage.sandbox import Account
from tests.faults.checking import Delivered
from tests.wiki.attacks.conftest import MARKER, WHOLE, Scene
from tests.wiki.making_accounts import mail_of, make_accounts

MAILS_A_DAY = 200
ENVELOPE_BYTES = 4177
AUTHORS = ("Ravi", "Rim", "Samir", "Sofie")
AT_A_TIME = 300
"""So many envelopes fit on a page of two mebibytes, with room to spare."""
BYTES_A_MESSAGE = 400
"""What one message on the page may add to the store."""


@pytest.fixture
def policy() -> str:
    """Give the policy of the example, where it limits anything."""
    return f"\npolicy: {{mails_per_day: {MAILS_A_DAY}, give_up_after_days: 60}}\n"


@dataclass(frozen=True)
class PageKey:
    """What the gadget needs of the key page."""

    wiki: str
    id: str
    public: bytes

    def envelope(self, user_id: int, **fields: object) -> tuple[str, str]:
        """Seal a request, as the gadget does; give its reference and what goes on the page."""
        what = payload(message=MARKER, **fields)
        sealed = seal(json.dumps(what).encode(), self.public, info(self.wiki, user_id, self.id))
        return str(what["ref"]), envelope_wikitext(self.id, sealed)

    def junk(self, number: int) -> str:
        """Give what is no envelope, in one of the ways in which it can be none."""
        noise = os.urandom(ENVELOPE_BYTES)
        match number % 4:
            case 0:
                return envelope_wikitext(self.id, noise)
            case 1:
                return envelope_wikitext("k00000", noise)
            case 2:
                return envelope_wikitext(self.id, noise[: number % 4000])
        return envelope_wikitext(self.id, noise).replace("|v=1|", "|v=2|")


@pytest.fixture
def key(scene: Scene) -> PageKey:
    """Read the key page."""
    page = json.loads(scene.people["Rosa"].page(KEY_PAGE)["text"])
    one = page["keys"][0]
    public = base64.urlsafe_b64decode(one["public"] + "=" * (-len(one["public"]) % 4))
    return PageKey(page["wiki"], one["id"], public)


def store_bytes(scene: Scene) -> int:
    """Give the size of the store, with its journal folded in."""
    assert truncate_journal(scene.worker.network.store.engine)
    return scene.folder.joinpath("var", "peer-support.db").stat().st_size


def settle(scene: Scene) -> float:
    """Let the worker read all there is, and mail; give the seconds that took."""
    begin = time.monotonic()
    while scene.worker.do("take_in"):
        pass
    scene.rounds(3)
    return time.monotonic() - begin


def test_junk(scene: Scene, key: PageKey, tell: Callable[[str], None]) -> None:
    """Ten thousand junk envelopes: one open each, a mail an author, and the request is served."""
    number = 10_000 if WHOLE else 600
    size, asked = store_bytes(scene), scene.worker.network.wiki.requests
    begin, posted = time.monotonic(), 0
    worked = 0.0
    for start in range(0, number, AT_A_TIME):
        some = range(start, min(number, start + AT_A_TIME))
        author = scene.people[AUTHORS[start // AT_A_TIME % len(AUTHORS)]]
        author.save(INTAKE, "".join(map(key.junk, some)))
        posted += len(some)
        if posted - len(some) < number // 2 <= posted:
            ref = scene.ask()
        if start // AT_A_TIME % 5 == 4:
            worked += settle(scene)
    worked += settle(scene)
    outcomes = Counter(scene.worker.outcomes())
    assert outcomes["request"] == 1
    assert outcomes["cannot_open"] == number // 2
    assert outcomes["malformed"] == number // 2
    assert [mail.ref for mail in delivered(scene, "Salma")] == [ref]
    told = [len(scene.mailbox.to(name)) for name in AUTHORS]
    assert max(told) <= 1
    assert len(scene.mailbox.everything()) <= len(AUTHORS) + 2 + 1  # Rosa, Salma, the coordinator
    grown = (store_bytes(scene) - size) / number
    assert grown <= BYTES_A_MESSAGE
    tally = scene.tally(count_envelopes=False)
    assert (tally.wrong, tally.lost, tally.doubled, tally.leaked) == ([], 0, 0, 0)
    requests = scene.worker.network.wiki.requests - asked
    more = f"{grown:.0f} bytes each, {requests} requests, worked {worked:.0f} s"
    tell(tally.line("junk flood", number) + f" ({more} of {time.monotonic() - begin:.0f})")


def test_copies(scene: Scene, key: PageKey, tell: Callable[[str], None]) -> None:
    """Five hundred copies of one request by others: none opens, and each copier is told once."""
    rosa = scene.worker.sandbox.user_id("Rosa")
    ref, envelope = key.envelope(rosa)
    number = 500 if WHOLE else 100
    for name in AUTHORS:
        scene.people[name].save(INTAKE, envelope * (number // len(AUTHORS)))
        settle(scene)
    assert scene.worker.cases() == 0
    scene.people["Rosa"].append(INTAKE, envelope)
    scene.asked[ref] = "Rosa"
    scene.people["Ravi"].append(INTAKE, envelope)
    settle(scene)
    outcomes = Counter(scene.worker.outcomes())
    assert outcomes["request"] == 1
    assert outcomes["cannot_open"] == 1
    assert [mail.ref for mail in delivered(scene, "Salma")] == [ref]
    assert max(len(scene.mailbox.to(name)) for name in AUTHORS) <= 1
    tally = scene.tally(count_envelopes=False)
    assert (tally.wrong, tally.lost, tally.doubled, tally.leaked) == ([], 0, 0, 0)
    tell(tally.line("copies of one request", number))


@pytest.fixture
def crowd(scene: Scene) -> Iterator[dict[str, Account]]:
    """Make many accounts, for one person, and log each in."""
    sandbox = scene.worker.sandbox
    names = [f"Crowd {number}" for number in range(200 if WHOLE else 14)]
    known = sandbox.facts["accounts"]
    known |= make_accounts(sandbox, {name: mail_of(name) for name in names})
    yield {name: Account(sandbox, name) for name in names}
    for name in names:
        del known[name]


def test_many_requests(
    scene: Scene, key: PageKey, crowd: dict[str, Account], tell: Callable[[str], None]
) -> None:
    """Five from each of two hundred accounts: one is open each, and each has its turn."""
    network = scene.worker.network
    own = int(MAILS_A_DAY if WHOLE else MAILS_A_DAY // 4)
    each = 5
    policy = network.config.policy.model_copy(update={"mails_per_day": own})
    config = network.config.model_copy(update={"policy": policy})
    scene.worker.network = type(network)(**{**vars(network), "config": config})
    names = list(crowd)
    for place, name in enumerate(names):
        user_id = scene.worker.sandbox.user_id(name)
        made = [key.envelope(user_id) for _ in range(each)]
        scene.asked[made[0][0]] = name
        crowd[name].append(INTAKE, "".join(text for _, text in made))
        if place % 40 == 39:  # before the page is full, as a worker would
            settle(scene)
        if place == len(names) // 2:
            real = [scene.ask("Rosa"), scene.ask("Ravi")]
    settle(scene)
    mails = carried(own, policy)
    a_day, most_a_day = mails // cost_of(policy.offers_at_once), mails // cost_of(1) + 1
    assert scene.worker.cases() == len(names) + 2
    assert Counter(scene.worker.outcomes())["refused"] == len(names) * (each - 1)
    days = 1
    while not {mail.ref for mail in delivered(scene, "Salma")} >= set(scene.asked):
        assert offered(scene) <= most_a_day * days
        assert posted_in_a_day(scene) <= own
        scene.later(24 * 60 + 1)
        scene.rounds(3)
        days += 1
        assert days <= len(scene.asked) / a_day + 2
    order = [mail.ref for mail in delivered(scene, "Salma") if mail.ref in scene.asked]
    assert max(order.index(ref) for ref in real) <= len(names) // 2 + 2, "in the order they came"
    assert posted_in_a_day(scene) <= own
    assert scene.worker.told("surge")[0] == "held"
    tally = scene.tally(count_envelopes=False)
    assert (tally.wrong, tally.lost, tally.doubled, tally.leaked) == ([], 0, 0, 0)
    more = f"{a_day} to {most_a_day} begun a day, the last on day {days}, at most {own} mails a day"
    tell(tally.line("many requests", len(names) * each + 2) + f" ({more})")


def test_sign_in_links(
    scene: Scene, desk: None, crowd: dict[str, Account], tell: Callable[[str], None]
) -> None:
    """Each name entered again and again at every door: a mail a day each, within the shares."""
    url = f"http://127.0.0.1:{scene.worker.network.config.desk.url.rsplit(':', 1)[1]}"
    names = [*crowd, "Salma", "Sven", "Rosa", "Nobody of this name"]
    entered = 0
    answers = set()
    for door in ("me", "ask"):
        page = Visitor(f"{url}/{door}")
        for name in names * 3:
            page.look()
            answers.add(page.press("ask-for-link", name=name).text)
            entered += 1
    scene.rounds(4 + entered // 50)  # so many names are looked up in a round
    assert len(answers) == 1, "the same page whatever was entered"
    mails = Counter(mail.to for mail in scene.mailbox.everything())
    assert sum(mails.values()) <= 2 * (MAILS_A_DAY // 10)
    assert max(mails.values()) <= 2  # a day, one for each door
    assert scene.worker.rows("select count(*) from sign_ins") == [(0,)]
    tally = scene.tally(count_envelopes=False)
    assert (tally.wrong, tally.lost, tally.leaked) == ([], 0, 0)
    tell(tally.line("sign-in links", entered))


BOMBS = {
    "templates": "{{a|" * 8000,
    "our templates": "{{Peer support request|" * 4000,
    "our envelopes": "{{Peer support envelope|v=1|key=k|sealed=" * 4000,
    "references": "<ref>" * 16000,
    "tags": "<b " * 20000,
    "links": "[[" * 30000,
    "comments": "<!--" * 20000,
    "tables": "{|\n|-\n" * 20000,
    "one long line": "{{Peer support request|message=" + "a" * 1_500_000,
    "braces": "{" * 500_000,
}


def test_bombs(scene: Scene, tell: Callable[[str], None]) -> None:
    """Text that parsers choke on, beside a request: read in seconds, and the request is served."""
    worst = 0.0
    for name, bomb in BOMBS.items():
        ref = scene.ask()
        scene.people["Ravi"].append(INTAKE, f"\n{bomb}\n")
        took = settle(scene)
        worst = max(worst, took)
        assert took < 60, name
        assert ref in {mail.ref for mail in delivered(scene, "Salma")}, name
        scene.withdraw(ref)
        scene.worker.network.wiki.call({"action": "query", "meta": "userinfo"})
        forget_the_month(scene)
    tally = scene.tally(count_envelopes=False)
    assert (tally.wrong, tally.lost, tally.doubled, tally.leaked) == ([], 0, 0, 0)
    tell(tally.line("parser bombs", len(BOMBS)) + f" (the slowest was read in {worst:.1f} s)")


def forget_the_month(scene: Scene) -> None:
    """Let somebody ask more often than people may."""
    with scene.worker.network.store.engine.begin() as connection:
        connection.exec_driver_sql("delete from marks where kind in ('request', 'withdrawn')")


def delivered(scene: Scene, name: str) -> list[Delivered]:
    """Give the mails of somebody, as the checker sees them."""
    return [Delivered(name, mail.subject) for mail in scene.mailbox.to(name)]


def offered(scene: Scene) -> int:
    """Count the cases for which somebody was asked."""
    return len({mail.ref for mail in delivered(scene, "Salma")})


def posted_in_a_day(scene: Scene) -> int:
    """Count the posts of the last 24 hours, by the store."""
    network = scene.worker.network
    with network.store.read() as tx:
        return outbox.posted_since(tx, network.clock() - timedelta(days=1))
