"""What the commands about supporters do to the offers and links that somebody has."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from bot.casework.effects import Door
from bot.casework.roster import Supporter
from bot.casework.states import OfferState
from bot.checks.check import OnWiki, Verdict
from bot.checks.people import supporters as supporter_checks
from bot.cli.main import cli
from bot.store import accounts, cases, roster
from bot.store.accounts import AccountLink
from bot.store.schema import cases as case_table
from bot.store.schema import supporters
from tests.fakes.network import ACCOUNTS, SALMA, SECRET, FakeNetwork, make
from tests.fakes.wiki import FakeAccount

SOL, SUN = 13, 14
MORE = (FakeAccount(SOL, "Sol"), FakeAccount(SUN, "Harald K."))


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeNetwork:
    """Give a network in which Salma is asked, and Sol could be."""
    from bot import app

    fake = make(tmp_path, accounts=(*ACCOUNTS, *MORE))
    monkeypatch.setenv("PEER_SUPPORT_SECRET", base64.urlsafe_b64encode(SECRET).decode())
    monkeypatch.setattr(app, "clock", fake.clock)
    monkeypatch.setattr(app, "open_network", lambda *_: fake.network)
    fake.ask(languages=["de"])
    fake.once()
    assert offers(fake) == {SALMA: OfferState.SENT}
    with fake.store.write() as tx:
        roster.put(tx, Supporter(user_id=SOL, name="Sol", languages=("de",)), fake.clock())
    return fake


def offers(fake: FakeNetwork) -> dict[int, OfferState]:
    """Read how each offer of the only case stands, by supporter."""
    with fake.store.read() as tx:
        [stored] = cases.load_where(tx)
    return {offer.supporter: offer.state for offer in stored.case.offers}


def run(fake: FakeNetwork, *words: str) -> str:
    """Run a command on the network's configuration."""
    config = str(fake.wiki.folder / "config" / "peer-support.yaml")
    result = CliRunner().invoke(cli, ["--config", config, *words])
    assert result.exit_code == 0, result.output
    return result.output


def imported(fake: FakeNetwork, text: str) -> str:
    """Import a roster file."""
    file = fake.wiki.folder / "roster.yaml"
    file.write_text(text, encoding="utf-8")
    return run(fake, "roster", "import", str(file))


def test_a_pause_ends_what_they_were_asked_and_the_next_is(fake: FakeNetwork) -> None:
    """At once, as on their own page: nobody waits for the time to answer."""
    assert "1 open offers go to somebody else" in run(fake, "roster", "pause", "Salma")
    fake.once()
    assert offers(fake) == {SALMA: OfferState.DECLINED, SOL: OfferState.SENT}


@pytest.mark.parametrize("away", ["away_until: 2026-12-24", "status: paused", "status: retired"])
def test_an_imported_absence_does_the_same(fake: FakeNetwork, away: str) -> None:
    """However the file says that they are asked nothing."""
    imported(fake, f"- user: Salma\n  languages: [de]\n  {away}\n")
    fake.once()
    assert offers(fake) == {SALMA: OfferState.DECLINED, SOL: OfferState.SENT}


@pytest.mark.parametrize("here", ["away_until: 2026-11-01", "capacity: 3"])
def test_whoever_is_there_keeps_their_offer(fake: FakeNetwork, here: str) -> None:
    """An import that changes something else takes nothing away."""
    imported(fake, f"- user: Salma\n  languages: [de]\n  {here}\n")
    assert offers(fake) == {SALMA: OfferState.SENT}


def test_whoever_is_removed_is_asked_nothing_more_and_gets_in_nowhere(fake: FakeNetwork) -> None:
    """Their offer goes on to the next, and the links to their own page die."""
    now, token = fake.clock(), fake.store.keyring.new_token()
    link = AccountLink(Door.ME, SALMA, "Salma", "en")
    with fake.store.write() as tx:
        accounts.put_link(tx, token, link, now=now, expires_at=now + timedelta(days=1))
    run(fake, "roster", "remove", "Salma", "--yes")
    fake.once()
    assert offers(fake)[SOL] is OfferState.SENT
    with fake.store.read() as tx:
        assert accounts.find_link(tx, token, Door.ME, now) is None


def test_an_import_keeps_the_name_from_before(fake: FakeNetwork) -> None:
    """Whoever avoids the old name goes on avoiding the person."""
    fake.wiki.accounts["Salma anew"] = FakeAccount(SALMA, "Salma anew")
    del fake.wiki.accounts["Salma"]
    imported(fake, "- user: Salma anew\n  languages: [de]\n")
    with fake.store.read() as tx:
        salma: Any = roster.get(tx, SALMA)
    assert (salma.name, salma.former_names) == ("Salma anew", ("Salma",))


def test_names_to_avoid_are_taken_as_written(fake: FakeNetwork) -> None:
    """Exactly where there is such an account, else in every reading; unknown parts are told."""
    imported(fake, '- user: Sol\n  languages: [de]\n  avoid: ["Harald K.", "(Rosa), Ravi"]\n')
    with fake.store.read() as tx:
        sol: Any = roster.get(tx, SOL)
    assert sol.avoid == {SUN, 7, 8}
    file = fake.wiki.folder / "wrong.yaml"
    file.write_text('- user: Sol\n  languages: [de]\n  avoid: ["Rosa, Rvai"]\n', encoding="utf-8")
    config = str(fake.wiki.folder / "config" / "peer-support.yaml")
    result = CliRunner().invoke(cli, ["--config", config, "roster", "import", str(file)])
    assert result.exit_code != 0
    assert "Rvai" in str(result.exception)


def test_the_list_says_whose_time_zone_is_not_known(fake: FakeNetwork) -> None:
    """An upgrade took it away: they are asked by UTC, and can be spoken with."""
    assert "is known here" not in run(fake, "roster", "list")
    with fake.store.write() as tx:
        gone = Supporter(user_id=SOL, name="Sol", languages=("de",), timezone="Mars/Olympus")
        roster.put(tx, gone, fake.clock())
    said = " ".join(run(fake, "roster", "list").split())
    assert "Sol: no time zone Mars/Olympus is known here; they are asked by UTC." in said


def test_lists_go_on_without_what_cannot_be_read(fake: FakeNetwork) -> None:
    """One entry of the roster and one case are spoilt: the others are listed."""
    with fake.store.write() as tx:
        one = update(supporters).where(supporters.c.user_id == SALMA)
        tx.connection.execute(one.values(sealed=b"spoilt"))
        tx.connection.execute(update(case_table).values(outcome="?"))
    second = fake.ask(8, languages=["fr"])
    fake.once()
    said = run(fake, "roster", "list")
    assert "Sol" in said
    assert f"user id {SALMA}" in said
    assert f"{second[:4]}-{second[4:]}" in run(fake, "cases", "list")


@pytest.mark.parametrize(
    ("account", "rule"),
    [({"mail": "nowikiemail"}, "emailable"), ({"emailable": False}, "emailable")],
)
def test_why_tells_who_is_out_of_reach(
    fake: FakeNetwork, account: dict[str, Any], rule: str
) -> None:
    """Sol is muted, or has no mail: he is not said to match, and the reason is told."""
    fake.wiki.accounts["Sol"] = replace(fake.wiki.accounts["Sol"], **account)
    fake.clock.forward(minutes=61)
    fake.once()
    with fake.store.read() as tx:
        [stored] = cases.load_where(tx)
    said = run(fake, "cases", "why", stored.case.ref)
    [line] = [one for one in said.splitlines() if str(SOL) in one.split()[:2]]
    assert rule in line
    assert "yes" not in line


def test_check_says_whose_time_zone_is_not_known(fake: FakeNetwork) -> None:
    """One line for all of them, which warns."""
    network = fake.network
    on = OnWiki(network.config, network.wiki, network.people, network.intake, network.clock)
    assert "time zones" not in [one.name for one in supporter_checks(on, fake.store)]
    with fake.store.write() as tx:
        gone = Supporter(user_id=SOL, name="Sol", languages=("de",), timezone="Mars/Olympus")
        roster.put(tx, gone, fake.clock())
    [zones] = [one for one in supporter_checks(on, fake.store) if one.name == "time zones"]
    assert zones.verdict is Verdict.WARNED
    assert "1 of 3" in zones.found
    assert "Sol (Mars/Olympus)" in zones.found
