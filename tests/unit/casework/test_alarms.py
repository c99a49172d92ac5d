"""When an alarm begins, when it is over, and that nothing flickers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.casework.alarms import Alarm, Signs, news, standing

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
WELL = Signs(
    paused=False,
    wiki_away_since=None,
    read_at=NOW,
    key_made_at=NOW,
    due_since=NOW,
    mail_waits_since=NOW,
    mails_left=100,
    mails_a_day=100,
    complaint_since=NOW,
    gadget_differs=False,
)
NONE: frozenset[Alarm] = frozenset()


def _ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


@pytest.mark.parametrize(
    ("alarm", "field", "well", "ill"),
    [
        (Alarm.WIKI_AWAY, "wiki_away_since", _ago(minutes=3), _ago(minutes=3, seconds=1)),
        (Alarm.NOT_READ, "read_at", _ago(minutes=10), _ago(minutes=10, seconds=1)),
        (Alarm.KEY_OLD, "key_made_at", _ago(hours=25), _ago(hours=25, seconds=1)),
        (Alarm.PAST_DUE, "due_since", _ago(hours=1), _ago(hours=1, seconds=1)),
        (Alarm.OUTBOX_STUCK, "mail_waits_since", _ago(hours=1), _ago(hours=1, seconds=1)),
        (Alarm.BUDGET_SHORT, "mails_left", 10, 9),
        (Alarm.COMPLAINT, "complaint_since", _ago(days=2), _ago(days=2, seconds=1)),
        (Alarm.GADGET_DIFFERS, "gadget_differs", False, True),
    ],
)
def test_each_has_its_bound(alarm: Alarm, field: str, well: Any, ill: Any) -> None:
    """At its bound nothing alarms, beyond it that alarm does and no other."""
    assert standing(replace(WELL, **{field: well}), NONE, NOW) == NONE
    assert standing(replace(WELL, **{field: ill}), NONE, NOW) == {alarm}


def test_nothing_there_is_nothing_to_alarm_of() -> None:
    """A network in which nothing happened yet is well."""
    fresh = replace(
        WELL,
        read_at=None,
        key_made_at=None,
        due_since=None,
        mail_waits_since=None,
        complaint_since=None,
    )
    assert standing(fresh, NONE, NOW) == NONE


def test_a_paused_network_acts_on_no_case() -> None:
    """What waits because somebody paused the network alarms nobody; all else still does."""
    late = replace(WELL, due_since=_ago(days=9), mail_waits_since=_ago(days=9), paused=True)
    assert standing(late, NONE, NOW) == NONE
    assert standing(replace(late, read_at=_ago(days=9)), NONE, NOW) == {Alarm.NOT_READ}


def test_mail_that_waits_for_tomorrow_is_not_stuck() -> None:
    """With nothing left for today the budget is short, which is told, and the outbox is not ill."""
    spent = replace(WELL, mails_left=0, mail_waits_since=_ago(hours=5))
    assert standing(spent, NONE, NOW) == {Alarm.BUDGET_SHORT}


def test_the_budget_does_not_flicker() -> None:
    """Begun at a tenth, it is over with a quarter: mails that come back one by one tell nobody."""
    before = frozenset({Alarm.BUDGET_SHORT})
    for left, stands in ((9, True), (10, True), (24, True), (25, False)):
        told = standing(replace(WELL, mails_left=left), before, NOW)
        assert (Alarm.BUDGET_SHORT in told) is stands, left


def test_each_is_told_once_and_once_when_over() -> None:
    """Only what changed is news."""
    first, second = frozenset({Alarm.NOT_READ}), frozenset({Alarm.KEY_OLD})
    assert [one.code for one in news(NONE, first)] == ["not-read"]
    assert news(first, first) == []
    assert [one.code for one in news(first, second)] == ["key-old", "not-read-over"]
