"""The hours in which a supporter likes to be asked, also when clocks change."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.casework.roster import Hours

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata")


def _at(zone: str, text: str, fold: int = 0) -> datetime:
    """Return the moment at which the wall in that zone shows this."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


DAY = Hours(time(8), time(22))
NIGHT = Hours(time(20), time(2))


class TestHours:
    """Hours on the wall clock of wherever the supporter lives."""

    @pytest.mark.parametrize(
        ("wall", "is_open"),
        [("07:59", False), ("08:00", True), ("21:59", True), ("22:00", False), ("02:00", False)],
    )
    def test_are_open_from_start_up_to_end(self, wall: str, is_open: bool) -> None:
        """Ana's hours hold at their first minute and no longer at the minute they end."""
        now = _at("Europe/Berlin", f"2026-11-22T{wall}")
        assert DAY.is_open(now, "Europe/Berlin") is is_open

    @pytest.mark.parametrize(
        ("wall", "is_open"),
        [("19:59", False), ("20:00", True), ("00:00", True), ("01:59", True), ("02:00", False)],
    )
    def test_may_run_over_midnight(self, wall: str, is_open: bool) -> None:
        """Hours that end before they start go on until the next morning."""
        assert NIGHT.is_open(_at("Asia/Kolkata", f"2026-11-22T{wall}"), "Asia/Kolkata") is is_open

    def test_are_read_on_the_clock_of_their_own_zone(self) -> None:
        """Nine in the evening in Berlin is five in the morning in Tokyo."""
        now = _at("Europe/Berlin", "2026-11-22T21:00")
        assert DAY.is_open(now, "Europe/Berlin")
        assert not DAY.is_open(now, "Asia/Tokyo")

    def test_open_now_when_they_are_open(self) -> None:
        """Whoever is inside their hours need not be waited for."""
        now = datetime(2026, 11, 22, 12, 0, 7, tzinfo=UTC)
        assert DAY.next_opening(now, "UTC") == now

    def test_open_tomorrow_once_they_have_ended(self) -> None:
        """After ten in the evening the next hours are those of tomorrow."""
        opening = DAY.next_opening(_at("Europe/Berlin", "2026-11-22T23:00"), "Europe/Berlin")
        assert opening == _at("Europe/Berlin", "2026-11-23T08:00")
        assert opening.tzinfo is UTC

    @pytest.mark.parametrize(
        ("evening", "opening"),
        [
            ("2026-03-28T23:00", datetime(2026, 3, 29, 6, tzinfo=UTC)),
            ("2026-10-24T23:00", datetime(2026, 10, 25, 7, tzinfo=UTC)),
        ],
    )
    def test_follow_the_wall_when_clocks_change_overnight(
        self, evening: str, opening: datetime
    ) -> None:
        """Eight in the morning is eight on the wall after the short night and the long one."""
        assert DAY.next_opening(_at("Europe/Berlin", evening), "Europe/Berlin") == opening

    def test_that_begin_in_the_missing_hour_open_after_it(self) -> None:
        """When 02:30 never comes, the hours open as the clock jumps to 03:00."""
        hours = Hours(time(2, 30), time(6))
        opening = hours.next_opening(_at("Europe/Berlin", "2026-03-29T01:00"), "Europe/Berlin")
        assert opening == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)

    def test_that_lie_in_the_missing_hour_open_a_day_later(self) -> None:
        """Hours that fall into the gap altogether are missed once."""
        hours = Hours(time(2, 15), time(2, 45))
        opening = hours.next_opening(_at("Europe/Berlin", "2026-03-29T01:00"), "Europe/Berlin")
        assert opening == _at("Europe/Berlin", "2026-03-30T02:15")

    def test_come_twice_where_an_hour_comes_twice(self) -> None:
        """In the night that is an hour longer, the same half hour opens a second time."""
        hours = Hours(time(2, 15), time(2, 45))
        between = _at("Europe/Berlin", "2026-10-25T02:50")
        assert hours.next_opening(between, "Europe/Berlin") == _at(
            "Europe/Berlin", "2026-10-25T02:15", fold=1
        )

    def test_reopen_when_the_clock_goes_back_into_them(self) -> None:
        """Hours until 02:30 are open again from the second 02:00 on."""
        hours = Hours(time(20), time(2, 30))
        between = _at("Europe/Berlin", "2026-10-25T02:50")
        assert hours.next_opening(between, "Europe/Berlin") == _at(
            "Europe/Berlin", "2026-10-25T02:00", fold=1
        )

    @given(
        st.times(), st.times(), st.integers(0, 2 * 365 * 24 * 60),
        st.sampled_from(ZONES), st.integers(1, 72 * 60),
    )  # fmt: skip
    def test_open_first_at_the_opening(
        self, start: time, end: time, minute: int, zone: str, later: int
    ) -> None:
        """At the next opening hours are open, and at no moment between now and then."""
        start, end = start.replace(second=0, microsecond=0), end.replace(second=0, microsecond=0)
        if start == end:
            end = time(start.hour, (start.minute + 1) % 60)
        hours, now = Hours(start, end), datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
        opening = hours.next_opening(now, zone)
        assert opening >= now
        assert hours.is_open(opening, zone)
        between = now + timedelta(minutes=later) % max(opening - now, timedelta(seconds=1))
        assert opening == now or not hours.is_open(between, zone)

    @pytest.mark.parametrize(
        ("start", "end"),
        [(time(8), time(8)), (time(8, tzinfo=UTC), time(9)), (time(8), time(9, 0, 30))],
    )
    def test_refuse_what_is_no_hours(self, start: time, end: time) -> None:
        """Neither an empty span, nor a zone, nor seconds make hours."""
        with pytest.raises(ValueError, match="Hours"):
            Hours(start, end)
