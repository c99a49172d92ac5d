"""Words to the coordinators: gathered, and one mail an hour for each of them at most."""

from datetime import datetime

from bot.casework.effects import MailKind
from bot.store import digest, outbox
from bot.store.store import Store
from tests.unit.store.samples import HOUR, NOW


def queued(store: Store, now: datetime) -> list[tuple[str, str | None]]:
    """List what may go now: for whom, and the reason."""
    with store.write() as tx:
        digest.address_coordinators(tx, ["Coral", "Cem"])
        return [(row.coordinator or "", row.reason) for row in outbox.queued(tx, now, 50)]


def test_revisions_are_gathered(store: Store) -> None:
    """Until the mail goes, it names every revision; where there is no more room, it says so."""
    with store.write() as tx:
        for revid in (11, 12):
            digest.tell_of_revision(tx, MailKind.PROSE, revid, NOW)
    assert queued(store, NOW) == [("Coral", "11 12"), ("Cem", "11 12")]
    with store.write() as tx:
        for revid in range(1_000_000_000, 1_000_000_020):
            digest.tell_of_revision(tx, MailKind.PROSE, revid, NOW)
    ids = "11 12 1000000000 1000000001 1000000002 1000000003 +"
    assert queued(store, NOW) == [("Coral", ids), ("Cem", ids)]
    assert len(ids) <= digest.ROOM_FOR_IDS + 2 <= 60


def test_who_is_no_coordinator_any_more_hears_nothing(store: Store) -> None:
    """What waits for them goes away; what waits for them alone goes to those who coordinate now."""
    with store.write() as tx:
        digest.tell_of_revision(tx, MailKind.PROSE, 11, NOW)
        digest.address_coordinators(tx, ["Coral", "Cem", "Cleo"])
    assert queued(store, NOW) == [("Coral", "11"), ("Cem", "11")]
    with store.write() as tx:
        digest.address_coordinators(tx, ["Cora", "Cyd"])
        mine = [row.coordinator for row in outbox.queued(tx, NOW, 50)]
    assert mine == ["Cora", "Cyd"]


def test_the_next_mail_waits_for_an_hour(store: Store) -> None:
    """Once one coordinator has the mail, nothing is added to it: the next is a mail of its own."""
    with store.write() as tx:
        digest.tell_of_revision(tx, MailKind.PROSE, 11, NOW)
        digest.address_coordinators(tx, ["Coral", "Cem"])
        assert outbox.claim(tx, outbox.queued(tx, NOW, 1)[0].id, NOW)
        digest.tell_of_revision(tx, MailKind.PROSE, 12, NOW)
        digest.tell_of_revision(tx, MailKind.UNREADABLE, 13, NOW)
    soon = {("Cem", "13"), ("Cem", "11")}
    assert set(queued(store, NOW)) == soon
    later = {("Coral", "13"), ("Coral", "12"), ("Cem", "12")}
    assert set(queued(store, NOW + HOUR)) == soon | later
