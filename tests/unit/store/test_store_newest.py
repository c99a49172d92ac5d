"""Whatever desk and commands leave for the worker changes the mark that it looks at."""

from bot.casework import events as on
from bot.store import intake
from bot.store.newest import newest
from bot.store.store import RENEW, STATE, Store, put_setting
from tests.unit.store.samples import ANA, NOW, YES, new_case, offered, tell


def test_changes_with_what_is_left_and_with_nothing_else(store: Store) -> None:
    """A case, a yes, a withdrawal, a pause, a key and a page to be renewed do; looking does not."""
    marks = []

    def look() -> None:
        with store.read() as tx:
            marks.append(newest(tx))
            assert newest(tx) == marks[-1]

    look()
    with store.write() as tx:
        case_id = new_case(tx)
    look()
    with store.write() as tx:
        tell(tx, case_id, *offered(ANA), YES)
    look()
    with store.write() as tx:
        tell(tx, case_id, on.Withdrawn())
    look()
    with store.write() as tx:
        put_setting(tx, STATE, "paused")
    look()
    with store.write() as tx:
        intake.put_key(tx, "k1", b"public", b"private", made_at=NOW, expires_at=NOW)
    look()
    with store.write() as tx:
        put_setting(tx, RENEW, "yes")
    look()
    assert len(set(marks)) == len(marks) == 7
