"""Reading the intake page: each message on it ends in one recorded outcome."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.casework.effects import MailKind
from bot.network import Network
from bot.network_state import SHUT_OFF
from bot.steps.page_revisions import PageRevisions
from bot.steps.tidy import LARGE, tidy
from bot.store import intake, marks, outbox
from bot.store.store import INTAKE_MOVED_TO, READ_UNTIL, Tx, get_setting, put_setting
from bot.wiki.intake import WIKITEXT, WINDOW, Poll

LOG = "intake-log"
WINDOW_READ = "window-read"
WINDOW_EVERY = timedelta(hours=1)
INTAKE_TROUBLE = "intake-trouble"
"""Why nobody can write or be read there: the key page says paused. Empty: all is well."""
ALARMED = "intake-alarmed"
ANSWERS_AT_ONCE = 20
"""So many answers of the wiki are read in one step, so that a flood does not keep it for long."""

_NOBODY_CAN_WRITE = "sysop"  # the level of a page that only administrators can edit
MOVED_TO = "moved-to"
_OUT_OF_REACH = frozenset({"missing", "moved", MOVED_TO})


@dataclass(frozen=True)
class _Start:
    """Where reading goes on: after which revision, or from which time."""

    newest: int | None
    since: datetime
    window: datetime
    log: int
    window_read: datetime
    trouble: str
    first: bool


class ClockError(Exception):
    """Our clock and the wiki's are so far apart that no deadline can be trusted."""

    def __init__(self, ahead: timedelta) -> None:
        super().__init__(ahead)
        self.seconds = round(ahead.total_seconds())


def take_in(network: Network) -> bool:
    """Read what is new on the intake page, one request to the wiki where nothing is.

    What was read is recorded revision by revision, and only then how far reading has come: who
    dies in between reads again from the last recorded revision.
    """
    now = network.clock()
    with network.store.read() as tx:
        start = _start(tx, now)
        closed = frozenset(intake.unreadable_keys(tx))
    if start is None:
        return False  # nothing was ever sealed, and nobody was told where to write
    poll = network.intake.poll(start.newest, start.since, None if start.first else start.log)
    if abs(now - poll.server_time) > network.clocks_apart:
        raise ClockError(now - poll.server_time)
    reader = PageRevisions(network, start.window, now)
    batch, rest = list(poll.revisions), poll.rest
    worked = reader.read(batch)
    for _ in range(ANSWERS_AT_ONCE - 1):
        if rest is None:
            break
        batch, rest = network.intake.go_on(rest)
        worked = reader.read(batch) or worked
    trouble = _trouble(poll, start.trouble)
    caught_up = rest is None and trouble not in _OUT_OF_REACH
    look_back = caught_up and _wants_window(poll, start, now)
    if look_back:
        worked = reader.read_unseen() or worked
    before = network.memory.closed_keys
    if look_back or before is None or before - closed:
        worked = reader.read_waiting() or worked
    network.memory.closed_keys = closed
    with network.store.write() as tx:
        _note_state(tx, poll, trouble)
        if caught_up:
            _note_read(tx, poll, now if look_back else start.window_read)
        deleted = caught_up and not start.first and poll.was_deleted_after(start.log)
        _alarm(tx, poll, trouble, deleted, now)
    network.memory.newest = batch[-1] if caught_up and batch else None
    network.memory.page_length = poll.length
    network.memory.page_is_wikitext = poll.model == WIKITEXT
    if poll.length > LARGE:
        tidy(network)  # before anything else: a full page lets nobody write
    return worked or rest is not None


def horizon(tx: Tx, now: datetime) -> datetime:
    """Say how far back a revision can come to light; farther where reading has stood still."""
    read_until = get_setting(tx, READ_UNTIL)
    return (min(now, datetime.fromisoformat(read_until)) if read_until else now) - WINDOW


def _start(tx: Tx, now: datetime) -> _Start | None:
    first_key = intake.first_key(tx)
    if first_key is None:
        return None
    never = get_setting(tx, READ_UNTIL) is None
    return _Start(
        newest=intake.newest_revision(tx),
        since=intake.newest_saved_at(tx) or first_key,
        window=first_key if never else max(first_key, horizon(tx, now)),
        log=int(get_setting(tx, LOG) or 0),
        window_read=datetime.fromisoformat(get_setting(tx, WINDOW_READ) or now.isoformat()),
        trouble=get_setting(tx, INTAKE_TROUBLE) or "",
        first=never,
    )


def _wants_window(poll: Poll, start: _Start, now: datetime) -> bool:
    # Something was deleted, restored, moved or merged, or it is time to make sure: old revisions
    # may have come to light behind the newest one.
    changed = poll.brings_back_after(start.log)
    was_away = start.trouble in _OUT_OF_REACH
    return changed or was_away or now - start.window_read >= WINDOW_EVERY


def _trouble(poll: Poll, before: str) -> str:
    # What the log said stays known while it is away, however much is logged after that.
    moved_to = bool(poll.moved_to) or before == MOVED_TO
    if not poll.exists:
        return MOVED_TO if moved_to else "missing"
    if poll.redirect:
        return MOVED_TO if moved_to else "moved"
    if poll.model != WIKITEXT:
        return "not-wikitext"
    return "protected" if _NOBODY_CAN_WRITE in poll.protected else ""


def _note_state(tx: Tx, poll: Poll, trouble: str) -> None:
    _put(tx, INTAKE_TROUBLE, trouble)
    if poll.moved_to:
        _put(tx, INTAKE_MOVED_TO, poll.moved_to)
    if poll.shut_off is not None:
        _put(tx, SHUT_OFF, "yes" if poll.shut_off else "no")


def _note_read(tx: Tx, poll: Poll, window_read: datetime) -> None:
    # As the first answer showed it: what has happened since then is news to the next look.
    _put(tx, READ_UNTIL, poll.server_time.isoformat())
    _put(tx, WINDOW_READ, window_read.isoformat())
    if poll.log:
        _put(tx, LOG, str(max(entry.id for entry in poll.log)))


def _alarm(tx: Tx, poll: Poll, trouble: str, deleted: bool, now: datetime) -> None:
    """Tell the coordinators of trouble with the page once, and once when it is over."""
    told = get_setting(tx, ALARMED) or ""
    alarm = trouble or ("protected" if poll.protected else "")
    news = [alarm] if alarm and alarm != told else []
    if deleted and not alarm:
        news.append("deleted")  # unseen, or over: what was on it unread may still be missing
    elif told and not alarm:
        news.append("over")
    if poll.length > LARGE and marks.first_today(tx, "full", 0, now):
        news.append("full")
    for code in news:
        outbox.tell_coordinators(tx, MailKind.INTAKE_TROUBLE, code, now)
    _put(tx, ALARMED, alarm)


def _put(tx: Tx, name: str, value: str) -> None:
    if get_setting(tx, name) != value:
        put_setting(tx, name, value)
