"""Supporters, and the roster file."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.casework.roster import Hours, RosterEntry, Supporter, SupporterStatus
from bot.casework.roster_file import read_roster, write_roster
from bot.problems import InputError, Problem
from bot.request.usernames import normalise

TOPICS = ("where-to-report", "alone", "2024")
CHANNELS = ("desk", "wikimail", "signal")
BACKGROUNDS = ("women", "lgbt")
DAY = Hours(time(8), time(22))
NIGHT = Hours(time(20), time(2))


def _read(text: str) -> tuple[RosterEntry, ...]:
    return read_roster(
        text, "roster.yaml", topics=TOPICS, channels=CHANNELS, backgrounds=BACKGROUNDS
    )


def _problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        _read(text)
    return caught.value.problems


def _problem(text: str) -> Problem:
    (only,) = _problems(text)
    return only


class TestProfile:
    """What the store and the file have in common."""

    def test_shows_no_name_when_printed(self) -> None:
        """A supporter in a log or a traceback shows neither names nor whom they avoid."""
        ana = RosterEntry(user="Ana", languages=("de",), avoid=("Boris",), word="heron")
        shown = repr(ana) + repr(ana.as_supporter(715, "Ana", ("Old Ana",), {81723}))
        for secret in ("Ana", "Boris", "heron", "81723"):
            assert secret not in shown

    def test_goes_from_file_to_store_and_back(self) -> None:
        """Chidi's entry is the same after its names were looked up and told again."""
        chidi = RosterEntry(
            user="Chidi", languages=("ig", "en"), capacity=1, hours=NIGHT, avoid=("Boris",)
        )
        stored = chidi.as_supporter(7, "Chidi", (), {9})
        assert stored == Supporter(
            user_id=7, name="Chidi", languages=("ig", "en"), capacity=1, hours=NIGHT,
            avoid=frozenset({9}),
        )  # fmt: skip
        assert stored.as_entry(("Boris",)) == chidi

    def test_takes_one_case_at_least_and_knows_when_it_is_away(self) -> None:
        """Nobody has room for nothing, and no date stands without a zone."""
        with pytest.raises(ValueError, match="capacity"):
            RosterEntry(user="Ana", languages=("de",), capacity=0)
        with pytest.raises(ValueError, match="per_week"):
            RosterEntry(user="Ana", languages=("de",), per_week=0)
        with pytest.raises(ValueError, match="away_until"):
            RosterEntry(user="Ana", languages=("de",), away_until=datetime(2026, 12, 1))  # noqa: DTZ001


class TestReading:
    """A file that people write, with everything to mend told at once."""

    def test_needs_only_user_and_languages(self) -> None:
        """What is left out takes the defaults of the design."""
        (ana,) = _read("- user: ana\n  languages: [de, no]\n")
        assert ana == RosterEntry(
            user="Ana", languages=("de", "no"), topics=None,
            channels=frozenset({"desk", "wikimail"}), capacity=2, per_week=2, timezone="UTC",
            hours=None, background=frozenset(), avoid=(), word="",
            status=SupporterStatus.ACTIVE, away_until=None, trained_until=None,
        )  # fmt: skip

    def test_takes_every_field(self) -> None:
        """Everything that a supporter can say of themselves is read."""
        (ana,) = _read("""
- user: User:Ana_Example
  languages: [pt-br, en, pt-br]
  topics: [alone, "2024"]
  channels: [signal]
  capacity: 3
  per_week: 1
  timezone: Europe/Berlin
  hours: 08:00-24:00
  background: [women]
  avoid: [boris, Chidi]
  word: heron
  status: paused
  away_until: 2026-12-01
  trained_until: "2027-03-31"
  cohort: Spring  2026
  training_on: 2026-06-30
""")
        assert ana == RosterEntry(
            user="Ana Example", languages=("pt-br", "en"), topics=frozenset({"alone", "2024"}),
            channels=frozenset({"signal"}), capacity=3, per_week=1, timezone="Europe/Berlin",
            hours=Hours(time(8), time(0)), background=frozenset({"women"}),
            avoid=("Boris", "Chidi"), word="heron", status=SupporterStatus.PAUSED,
            away_until=datetime(2026, 11, 30, 23, tzinfo=UTC), trained_until=date(2027, 3, 31),
            cohort="Spring 2026", training_on=date(2026, 6, 30),
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("written", "moment"),
        [
            ("2026-12-01", datetime(2026, 11, 30, 23, tzinfo=UTC)),
            ("2026-12-01T18:00", datetime(2026, 12, 1, 17, tzinfo=UTC)),
            ("2026-12-01 18:00:00Z", datetime(2026, 12, 1, 18, tzinfo=UTC)),
            ("2026-12-01T18:00+09:00", datetime(2026, 12, 1, 9, tzinfo=UTC)),
        ],
    )
    def test_takes_dates_on_the_supporters_own_clock(self, written: str, moment: datetime) -> None:
        """Somebody back on a date is back when that day begins where they live."""
        (ana,) = _read(
            f"- user: Ana\n  languages: [de]\n  away_until: {written}\n  timezone: Europe/Berlin\n"
        )
        assert ana.away_until == moment

    def test_takes_an_empty_value_as_left_out(self) -> None:
        """A key with nothing behind it changes nothing."""
        (ana,) = _read("- {user: Ana, languages: [de], hours: , topics: ~, channels: null}")
        assert ana == RosterEntry(user="Ana", languages=("de",))

    def test_takes_the_whole_day_as_no_hours(self) -> None:
        """Who writes 00:00-24:00 may be asked at any time."""
        (ana,) = _read("- {user: Ana, languages: [de], hours: 00:00-24:00}")
        assert ana.hours is None

    def test_tells_everything_at_once_each_with_its_line(self) -> None:
        """Whoever mends a file is not sent back to it once for every mistake."""
        found = _problems("""\
- user: Ana
  languages: [de, deutsch spoken]
  chanels: [desk]
- languages: [en]
- user: Chidi
  languages: [en]
  capacity: many
  topics:
    - alone
    - alnoe
- a word
- user: ana
  languages: []
""")
        assert [(each.place, each.what) for each in found] == [
            ("roster.yaml:2", "“deutsch spoken” is not a known language code."),
            ("roster.yaml:3", '"chanels" means nothing here.'),
            ("roster.yaml:4", '"user" is missing.'),
            ("roster.yaml:7", "A whole number is expected here, from 1 to 99."),
            ("roster.yaml:10", 'There is no topic "alnoe".'),
            ("roster.yaml:11", "This is not a supporter with a name and languages."),
            ("roster.yaml:13", '"languages" is empty.'),
            ("roster.yaml:12", "This user is on the list already, at roster.yaml:1."),
        ]
        assert found[1].mend == "Did you mean channels?"
        assert found[4].mend == "Did you mean alone?"

    @pytest.mark.parametrize(
        ("typed", "meant"),
        [("DE", "de"), ("pt_BR", "pt-br"), ("German", "de"), ("eng", "en"), ("de-nope", "de")],
    )
    def test_proposes_the_language_that_was_meant(self, typed: str, meant: str) -> None:
        """For capitals, a name, a longer code of ISO, and a part that nobody knows."""
        (problem,) = _problems(f"- user: Ana\n  languages: [en, {typed}]\n")
        assert problem.place == "roster.yaml:2"
        assert problem.mend.startswith(f"Did you mean {meant}? Write the code")

    @pytest.mark.parametrize("code", ["als", "be-tarask", "zh-hant", "roa-tara", "sr-ec", "simple"])
    def test_takes_the_codes_of_mediawiki(self, code: str) -> None:
        """Simple English is English; all others stay as they are."""
        (entry,) = _read(f"- user: Ana\n  languages: [{code}]\n")
        assert entry.languages == ("en" if code == "simple" else code,)

    @pytest.mark.parametrize(
        ("line", "what"),
        [
            ("languages: de", '"languages" is a list.'),
            ("languages: [DE]", "“DE” is not a known language code."),
            ("languages: [xx-nope]", "“xx-nope” is not a known language code."),
            ("languages: [12]", "This should be a language code, and is no text."),
            ("topics: [nothing-like-it]", 'There is no topic "nothing-like-it".'),
            ("topics: [2024]", "This should be a topic, and is no text."),
            ("channels: []", '"channels" is empty.'),
            ("channels: [fax]", 'There is no channel "fax".'),
            ("background: [wimen]", 'There is no background "wimen".'),
            ("capacity: 0", "A whole number is expected here, from 1 to 99."),
            ("capacity: true", "A whole number is expected here, from 1 to 99."),
            ("per_week: 1.5", "A whole number is expected here, from 1 to 99."),
            ("timezone: Europe", 'There is no time zone "Europe".'),
            ("timezone: Europe/Berlim", 'There is no time zone "Europe/Berlim".'),
            ("timezone: ../UTC", 'There is no time zone "../UTC".'),
            ("hours: all day", "These hours cannot be read."),
            ("hours: 8", "These hours cannot be read."),
            ("hours: 08:00-08:00", "These hours end when they begin."),
            ("hours: 08:00-24:30", "There is no such time of day."),
            ("hours: 24:00-08:00", "There is no such time of day."),
            ("avoid: ['#']", "This cannot be a user name."),
            ("avoid: [127.0.0.1]", "This cannot be a user name."),
            ('word: "two\\nlines"', "This word does not fit in a mail."),
            (f"word: {'long' * 26}", "This word does not fit in a mail."),
            ("status: activ", 'There is no status "activ".'),
            ("away_until: soon", "This is not a date, nor a date and a time."),
            ("away_until: 0001-01-01T00:00+14:00", "This is not a date, nor a date and a time."),
            ("trained_until: soon", "This is not a date."),
            ("trained_until: 2027", "This is not a date."),
            ("training_on: 2027", "This is not a date."),
            ("cohort: ''", "This cannot be the name of a cohort."),
            ("cohort: [a, b]", "This should be a name, and is no text."),
            ("5: five", '"5" means nothing here.'),
        ],
    )
    def test_refuses_what_it_cannot_use(self, line: str, what: str) -> None:
        """Each value that cannot be used is told with its line and a mend."""
        lead = "" if line.startswith("languages") else "  languages: [de]\n"
        found = _problem(f"- user: Ana\n{lead}  {line}\n")
        assert found.what == what
        assert found.place == f"roster.yaml:{3 if lead else 2}"
        assert found.mend

    def test_proposes_the_time_zone_that_was_meant(self) -> None:
        """A slip in a time zone is answered with the right one."""
        found = _problem("- {user: Ana, languages: [de], timezone: Europe/Berlim}")
        assert found.mend == "Did you mean Europe/Berlin?"

    @pytest.mark.parametrize("text", ["", "user: Ana", "Ana"])
    def test_refuses_what_is_no_list(self, text: str) -> None:
        """A file that holds no list is refused, so that an empty one never empties the roster."""
        assert _problem(text).what == "A roster is a list of supporters, and this is none."

    def test_finds_the_same_user_twice_in_one_line(self) -> None:
        """Two spellings of one name are one user, wherever they stand."""
        found = _problem("[{user: Ana B, languages: [de]}, {user: ana_B, languages: [en]}]")
        assert found.what == "This user is on the list already, at roster.yaml:1."

    def test_asks_for_channels_where_the_usual_ones_are_not_in_use(self) -> None:
        """Nobody is put on the roster with channels that this network does not have."""
        text = "- {user: Ana, languages: [de]}"
        (ana,) = read_roster(text, "r", topics=(), channels=("desk", "irc"), backgrounds=())
        assert ana.channels == {"desk"}
        with pytest.raises(InputError) as caught:
            read_roster(text, "r", topics=(), channels=("irc",), backgrounds=())
        assert [each.what for each in caught.value.problems] == ['"channels" is missing.']


def _kept_by_normalise(name: str) -> bool:
    return normalise(name) == name


names = st.one_of(
    st.sampled_from(["No", "08", "2026-12-01", "Null", "True", "1e3", "Ännchen", "小明", "~"]),
    st.text(min_size=1, max_size=20).filter(_kept_by_normalise),
)
entries = st.builds(
    RosterEntry,
    user=names,
    languages=st.lists(st.sampled_from(["de", "no", "en", "zh-hans"]), min_size=1, unique=True).map(
        tuple
    ),
    topics=st.none() | st.frozensets(st.sampled_from(TOPICS)),
    channels=st.frozensets(st.sampled_from(CHANNELS), min_size=1),
    capacity=st.integers(1, 99),
    per_week=st.integers(1, 99),
    timezone=st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata"]),
    hours=st.none() | st.sampled_from([DAY, NIGHT, Hours(time(8), time(0))]),
    background=st.frozensets(st.sampled_from(BACKGROUNDS)),
    avoid=st.lists(names, max_size=3, unique=True).map(tuple),
    word=st.text(max_size=50).filter(lambda word: word.isprintable() and word == word.strip()),
    status=st.sampled_from(SupporterStatus),
    away_until=st.none() | st.datetimes(timezones=st.just(UTC)),
    trained_until=st.none() | st.dates(),
    cohort=st.none() | st.sampled_from(["Spring 2026", "2026-06-30", "null", "Ünïon"]),
    training_on=st.none() | st.dates(),
)


class TestWriting:
    """A file that is exported."""

    @given(st.lists(entries, max_size=3, unique_by=lambda entry: entry.user))
    def test_reads_back_to_the_same(self, roster: list[RosterEntry]) -> None:
        """An exported roster imports to the very same supporters, whatever they are called."""
        assert _read(write_roster(roster)) == tuple(roster)

    def test_is_a_file_that_people_can_read(self) -> None:
        """What is empty is left out, and names stand in quotes."""
        ana = RosterEntry(
            user="Ana", languages=("de", "en"), hours=DAY, trained_until=date(2027, 3, 31)
        )
        assert (
            write_roster([ana])
            == """\
- user: "Ana"
  languages: ["de", "en"]
  channels: ["desk", "wikimail"]
  capacity: 2
  per_week: 2
  timezone: UTC
  hours: "08:00-22:00"
  status: active
  trained_until: 2027-03-31
"""
        )
