"""Links that prove an account: asked for, looked up, kept as a digest, gone in time."""

from pathlib import Path

import pytest
from sqlalchemy import update

from bot.casework.effects import Door
from bot.store import accounts
from bot.store.accounts import AccountLink, SignIn
from bot.store.keyring import WrongSecretError
from bot.store.schema import account_links, sign_ins
from bot.store.store import Store
from tests.unit.store.samples import DAY, HOUR, NOW, rows

NAME = "Marker Account"
LINK = AccountLink(Door.ME, 11, NAME, "es")


class TestAsk:
    """A name entered at the desk."""

    def test_waits_until_it_is_looked_up(self, store: Store) -> None:
        """Names come in the order in which they were entered, with door and language."""
        with store.write() as tx:
            assert accounts.ask(tx, Door.ME, NAME, "es", NOW)
            assert accounts.ask(tx, Door.DESK, "Other", "en", NOW)
            assert accounts.asked(tx, 1) == [SignIn(1, Door.ME, NAME, "es")]
            both = accounts.asked(tx, 50)
            assert [(one.door, one.name) for one in both] == [
                (Door.ME, NAME),
                (Door.DESK, "Other"),
            ]
            accounts.answered(tx, [both[0].id])
            assert accounts.asked(tx, 50) == both[1:]

    def test_fills_a_short_list(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        """Whoever floods the form is refused; when the list is shorter others come in again."""
        monkeypatch.setattr(accounts, "MOST_WAITING", 3)
        with store.write() as tx:
            given = [accounts.ask(tx, Door.ME, f"Name {n}", "en", NOW) for n in range(5)]
            assert given == [True, True, True, False, False]
            accounts.answered(tx, [accounts.asked(tx, 1)[0].id])
            assert accounts.ask(tx, Door.ME, "Late", "en", NOW)

    def test_is_sealed(self, store: Store, file: Path) -> None:
        """A name that somebody typed is in no file, before and after it was looked up."""
        with store.write() as tx:
            accounts.ask(tx, Door.ME, NAME, "es", NOW)
        (row,) = rows(store, sign_ins)
        everything = b"".join(path.read_bytes() for path in file.parent.iterdir())
        assert row["sealed"] in everything
        assert b"Marker" not in everything
        with store.write() as tx:
            accounts.answered(tx, [row["id"]])
        assert row["sealed"] not in b"".join(p.read_bytes() for p in file.parent.iterdir())

    def test_is_not_another_doors(self, store: Store) -> None:
        """A row moved to the coordinators' door does not open there."""
        with store.write() as tx:
            accounts.ask(tx, Door.ME, NAME, "es", NOW)
            tx.connection.execute(update(sign_ins).values(door=Door.DESK.value))
        with store.read() as tx, pytest.raises(WrongSecretError):
            accounts.asked(tx, 1)


class TestLink:
    """What the mail's link opens."""

    def test_opens_its_door_until_its_end(self, store: Store) -> None:
        """The token opens what it was made for, at that door alone, until it expires."""
        with store.write() as tx:
            accounts.put_link(tx, "token", LINK, now=NOW, expires_at=NOW + DAY)
        with store.read() as tx:
            assert accounts.find_link(tx, "token", Door.ME, NOW + DAY - HOUR) == LINK
            assert accounts.find_link(tx, "token", Door.ME, NOW + DAY) is None
            assert accounts.find_link(tx, "token", Door.DESK, NOW) is None
            assert accounts.find_link(tx, "other", Door.ME, NOW) is None

    def test_is_kept_as_a_digest(self, store: Store, file: Path) -> None:
        """Neither token nor name can be read in the file."""
        with store.write() as tx:
            accounts.put_link(tx, "MARKER-token", LINK, now=NOW, expires_at=NOW + DAY)
        everything = b"".join(path.read_bytes() for path in file.parent.iterdir())
        assert b"MARKER-token" not in everything
        assert b"Marker Account" not in everything
        assert "Marker" not in repr(LINK) + repr(SignIn(1, Door.ME, NAME, "es"))

    @pytest.mark.parametrize("moved", [{"account": 12}, {"door": "desk"}])
    def test_is_nobody_elses(self, store: Store, moved: dict[str, object]) -> None:
        """A row turned to another account or door does not open."""
        with store.write() as tx:
            accounts.put_link(tx, "token", LINK, now=NOW, expires_at=NOW + DAY)
            tx.connection.execute(update(account_links).values(moved))
        door = Door(moved.get("door", "me"))
        with store.read() as tx, pytest.raises(WrongSecretError):
            accounts.find_link(tx, "token", door, NOW)

    def test_ends_with_the_others_of_its_account(self, store: Store) -> None:
        """All links of one account through one door die together."""
        other = AccountLink(Door.ME, 12, "Other", "en")
        desk = AccountLink(Door.DESK, 11, NAME, "es")
        with store.write() as tx:
            for token, link in (("a", LINK), ("b", LINK), ("c", other), ("d", desk)):
                accounts.put_link(tx, token, link, now=NOW, expires_at=NOW + DAY)
            accounts.end_links(tx, Door.ME, 11)
            assert accounts.find_link(tx, "a", Door.ME, NOW) is None
            assert accounts.find_link(tx, "b", Door.ME, NOW) is None
            assert accounts.find_link(tx, "c", Door.ME, NOW) == other
            assert accounts.find_link(tx, "d", Door.DESK, NOW) == desk


def test_old_ones_are_forgotten(store: Store) -> None:
    """Links past their end, and names that nobody looked up in time; the others stay."""
    with store.write() as tx:
        accounts.put_link(tx, "a", LINK, now=NOW, expires_at=NOW + HOUR)
        accounts.put_link(tx, "b", LINK, now=NOW, expires_at=NOW + DAY)
        accounts.ask(tx, Door.ME, "Early", "en", NOW)
        accounts.ask(tx, Door.ME, "Late", "en", NOW + HOUR)
        assert accounts.forget_expired(tx, NOW + HOUR, NOW) == 2
        assert accounts.find_link(tx, "b", Door.ME, NOW) == LINK
        assert [one.name for one in accounts.asked(tx, 9)] == ["Late"]
