"""Whatever desk and commands leave for the worker changes the mark that it looks at."""

from bot.casework import events as on
from bot.store.newest import newest
from bot.store.store import STATE, Store, put_setting
from tests.unit.store.samples import ANA, YES, new_case, offered, tell


def test_changes_with_what_is_left_and_with_nothing_else(store: Store) -> None:
    """A new case, a supporter's yes, a withdrawal and a pause each change it; looking does not."""
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
    assert len(set(marks)) == len(marks) == 5
