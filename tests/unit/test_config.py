"""A configuration is read whole or refused whole, with every error's place and mend."""

import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.config import Config, ConfigError, load
from bot.problems import InputError, Problem

LEAST = 'wiki: {intake: "Project:X/Intake"}\ncoordinators: [Ada]\n'


def write(folder: Path, text: str, name: str = "config/peer-support.yaml") -> Path:
    """Write a file below the folder, and hand back its path."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def config_of(folder: Path, text: str, environ: dict[str, str] | None = None) -> Config:
    """Load a configuration made of the least there must be, and this text."""
    return load(write(folder, LEAST + text), environ or {})


def problems_of(folder: Path, text: str, environ: dict[str, str] | None = None) -> list[Problem]:
    """Say what is wrong with a configuration made of the least there must be, and this text."""
    with pytest.raises(ConfigError) as raised:
        config_of(folder, text, environ)
    for problem in raised.value.problems:
        assert problem.place and problem.what and problem.mend
    return list(raised.value.problems)


def the_problem(folder: Path, text: str, environ: dict[str, str] | None = None) -> Problem:
    """Say the one thing that is wrong."""
    (problem,) = problems_of(folder, text, environ)
    return problem


def test_the_least(tmp_path: Path) -> None:
    """An intake page and a coordinator are enough; all else has its default."""
    config = config_of(tmp_path, "")
    assert config.wiki.intake == "Project:X/Intake"
    assert config.coordinators == ("Ada",)
    assert config.policy.offers_at_once == 3
    assert config.channels[0].id == "desk"
    assert config.operator.name is None


def test_what_is_required(tmp_path: Path) -> None:
    """Both required settings are told at once when the file is empty."""
    with pytest.raises(ConfigError) as raised:
        load(write(tmp_path, "# nothing yet\n"), {})
    text = str(raised.value)
    assert '"wiki" is missing' in text
    assert '"coordinators" is missing' in text


def test_nothing_after_a_name_is_as_left_out(tmp_path: Path) -> None:
    """A setting whose value is commented out takes its default."""
    config = config_of(tmp_path, "desk:\npolicy:\n  offers_at_once:\ntopics:\nlocale:\ndatabase:\n")
    assert config == config_of(tmp_path, "")


def test_every_error_at_once(tmp_path: Path) -> None:
    """All that is wrong, in the file, its lists and the environment, is told in one go."""
    write(tmp_path, "- id: desk\n  lables: {en: x}\n- id: BAD\n", "config/own.yaml")
    found = problems_of(
        tmp_path,
        "locale: German\npolcy: {}\npolicy: {offers_at_once: 0, remind_after_hours: 30}\n"
        "topics: config/own.yaml\nbackgrounds: config/none.yaml\nchannels: [desk, pigeon]\n",
        {"PEER_SUPPORT_DATABASE": "oracle://x/y"},
    )
    places = [problem.place.removeprefix(f"{tmp_path}/") for problem in found]
    assert places == [
        "config/peer-support.yaml:3",
        "config/peer-support.yaml:4",
        "config/peer-support.yaml:5",
        "config/peer-support.yaml:5",
        "config/peer-support.yaml:7",
        "config/peer-support.yaml:8",
        "the environment variable PEER_SUPPORT_DATABASE",
        "config/own.yaml:2",
        "config/own.yaml:3",
    ]


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("plocy: {}", 3, 'no setting called "plocy"'),
        ("base: /tmp", 3, 'no setting called "base"'),
        ("policy:\n  offers_at_once: 21", 4, "too large"),
        ("policy:\n  offers_at_once: -1", 4, "too small"),
        ("policy:\n  answer_within_hours: 0", 4, "too small"),
        ("policy:\n  answer_within_hours: 2.5", 4, "whole number"),
        ("policy:\n  answer_within_hours: '24'", 4, "whole number"),
        ("policy:\n  answer_within_hours: true", 4, "whole number"),
        ("policy:\n  answer_within_hours: 24 h", 4, "whole number"),
        ("policy:\n  answer_within_hours: " + "9" * 400, 4, "too large"),
        ("policy: [1]", 3, "group"),
        ("policy: many", 3, "group"),
        ("policy:\n  remind_after_hours: 24", 4, "reminder"),
        ("policy:\n  answer_within_hours: 12", 4, "reminder"),
        ("policy:\n  nobody_yet_after_hours: 336", 4, "nobody is free"),
        ("policy:\n  open_requests_per_account: 4", 4, "in a month"),
        ("retention: {page_key_hours: 24}", 3, "too small"),
        ("retention: {page_key_hours: 49}", 3, "too large"),
        ("schedule: {intake_seconds: 0}", 3, "too small"),
        ("schedule: {quick_seconds: 20}", 3, "less often while something happens"),
        ("schedule: {rest_seconds: 5}", 3, "less often while something happens"),
        ("message_characters: 1001", 3, "too large"),
        ("message_characters: -1", 3, "too small"),
        ("plain_requests: yes", 3, "true or false"),
        ("locale: DE", 3, "language code"),
        ("locale: de_AT", 3, "language code"),
        ("desk: {url: 'http://support.example.org'}", 3, "http"),
        ("desk: {url: 'support.example.org'}", 3, "web page"),
        ("desk: {url: 'javascript://x/'}", 3, "web page"),
        ("desk: {url: 'https://x:99999'}", 3, "web page"),
        ("desk: {url: 'https://x/a b'}", 3, "web page"),
        ("desk: {url: 'https://me:pw@x'}", 3, "password"),
        ("desk: {url: 'https://x/?a=b'}", 3, "?"),
        ("desk: {url: 'https://x/desk'}", 3, "under a path"),
        ("desk: {url: 'https://x/a/b/'}", 3, "under a path"),
        ("desk: {url: 'http://127.0.0.1:8300//x'}", 3, "under a path"),
        ("desk: {url: 'http://127.0.0.1.example.org'}", 3, "http"),
        ("database: nothing", 3, "database"),
        ("database: 7", 3, "Text"),
        ("database: 'postgresql://x/y'", 3, "not supported"),
        ("database: 'sqlite://'", 3, "forgotten"),
        ("database: 'sqlite:///:memory:'", 3, "forgotten"),
        ("database: 'mysql://host'", 3, "name of the database"),
        ("database: 'mysql://host/s12345__peers_p'", 3, "everybody can read"),
        ("operator: {name: ''}", 3, "no text"),
        ("operator: {name: 'a\u2028b'}", 3, "line break"),
        ("topics: 7", 3, "A list"),
        ("topics: " + "a" * 300 + ".yaml", 3, "There is no file"),
        ("topics: {a: b}", 3, "A list"),
        ("topics: [A]", 3, "id"),
        ("topics:\n  - a\n  - a", 5, "already"),
        ("topics: [{id: a, labels: {de: x}}]", 3, "English"),
        ("topics: [{id: a, labels: {en: ''}}]", 3, "no text"),
        ("topics: [{id: a, labels: {en: x, German: y}}]", 3, "language code"),
        ("topics: [{labels: {en: x}}]", 3, '"id" is missing'),
        ("channels: []", 3, "desk"),
        ("channels: [wikimail]", 3, "desk"),
        ("channels: [desk, talk]", 3, '"talk"'),
        (
            "channels: [{id: desk, labels: {en: d}, reveals: {en: r}, address: true}]",
            3,
            "private",
        ),
        ("channels: [desk, {id: irc, labels: {en: IRC}}]", 3, '"reveals" is missing'),
        ("where_to_turn: []", 3, "danger"),
        ("resources: [x]", 3, "group"),
        ("resources: [{label: {en: x}, url: 'http://a.org'}]", 3, "http"),
        (
            "resources: [{label: {en: x}, url: 'https://a.org', for: all}]",
            3,
            "not one of the words",
        ),
        ("resources: [{label: {en: x}, url: 'https://a.org', fro: both}]", 3, '"fro"'),
        ("a: 'open", 3, "quotation"),
        ("policy: {}\npolicy: {}", 4, "second time"),
    ],
)
def test_impossible_values(tmp_path: Path, text: str, line: int, what: str) -> None:
    """What cannot be is told with its line, in plain words, and alone."""
    problem = the_problem(tmp_path, text)
    assert problem.place == f"{tmp_path}/config/peer-support.yaml:{line}"
    assert what in problem.what


@pytest.mark.parametrize(
    ("turn", "what"),
    [
        ("mail: a@b.org, url: 'https://b.org', checked: 2026-11-01", "Exactly one"),
        ("checked: 2026-11-01", "Exactly one"),
        ("mail: nobody, checked: 2026-11-01", "mail address"),
        ("mail: a@b.org", '"checked" is missing'),
        ("mail: a@b.org, checked: soon", "date"),
    ],
)
def test_where_to_turn(tmp_path: Path, turn: str, what: str) -> None:
    """Each place to turn to leads somewhere, by one way, and says when that was checked."""
    text = f"where_to_turn: [{{kind: emergency, label: {{en: Danger}}, {turn}}}]"
    assert what in the_problem(tmp_path, text).what


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("coordinators: []", "Nobody"),
        ("coordinators: Ada", "A list"),
        ("coordinators: [Ada, ada]", "twice"),
        ("coordinators: ['User:Ada']", "without its namespace"),
        ("coordinators: ['Ada|Bob']", "name of an account"),
        ("coordinators: [192.0.2.7]", "name of an account"),
        ("coordinators: [7]", "Text"),
    ],
)
def test_coordinators(tmp_path: Path, line: str, what: str) -> None:
    """Coordinators are at least one account, each named once and as the wiki writes it."""
    with pytest.raises(ConfigError) as raised:
        load(write(tmp_path, f"wiki: {{intake: X}}\n{line}\n"), {})
    (problem,) = raised.value.problems
    assert what in problem.what


@pytest.mark.parametrize("title", ["", ":", "A|B", "[[A]]", "A#b", "x" * 300, "Project:"])
def test_titles(tmp_path: Path, title: str) -> None:
    """A page's title is one that MediaWiki would take."""
    with pytest.raises(ConfigError) as raised:
        load(write(tmp_path, f"wiki: {{intake: '{title}'}}\ncoordinators: [A]\n"), {})
    assert "title" in raised.value.problems[0].what


def test_three_pages(tmp_path: Path) -> None:
    """Intake, landing and stop page are three: else a request would stop the bot."""
    text = 'wiki: {intake: "Project:X", landing: "project:x"}\ncoordinators: [A]\n'
    with pytest.raises(ConfigError) as raised:
        load(write(tmp_path, text), {})
    assert "same page" in raised.value.problems[0].what


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("polic: {}", "policy"),
        ("topic: []", "topics"),
        ("policy: {offer_at_once: 3}", "offers_at_once"),
        ("desk: {URL: x}", "url"),
        ("topics: [{id: a, lables: {en: x}}]", "labels"),
        ("resources: [{label: {en: x}, url: 'https://a.org', fr: both}]", "for"),
    ],
)
def test_what_was_meant(tmp_path: Path, text: str, meant: str) -> None:
    """An unknown name is answered with the known one that is near."""
    assert the_problem(tmp_path, text).mend == f'Did you mean "{meant}"?'


def test_missing_file(tmp_path: Path) -> None:
    """Without a file, the mend says which one to copy."""
    with pytest.raises(ConfigError) as raised:
        load(tmp_path / "config" / "peer-support.yaml", {})
    assert "config/peer-support.example.yaml" in raised.value.problems[0].mend


@pytest.mark.parametrize("text", ["- a\n- b\n", "just words\n"])
def test_no_settings_at_all(tmp_path: Path, text: str) -> None:
    """A file that holds a list or prose is answered with one problem, not with fifty."""
    with pytest.raises(ConfigError) as raised:
        load(write(tmp_path, text), {})
    (problem,) = raised.value.problems
    assert "name: value" in problem.what


def test_unreadable_files(tmp_path: Path) -> None:
    """A folder, or bytes that are no text, in place of a file is a problem, not a traceback."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "bytes.yaml").write_bytes(b"\xff\xfe\x00")
    assert "UTF-8" in the_problem(tmp_path, "topics: config/bytes.yaml").what
    assert "cannot be read" in the_problem(tmp_path, "topics: config").what
    with pytest.raises(ConfigError):
        load(tmp_path, {})


def test_problems_of_a_named_file(tmp_path: Path) -> None:
    """What is wrong in a file that the configuration names is placed in that file."""
    write(tmp_path, "- a\n- id: b\n  labels:\n    en: x\n    xx-: y\n", "config/t.yaml")
    problem = the_problem(tmp_path, "topics: config/t.yaml")
    assert problem.place == f"{tmp_path}/config/t.yaml:5"
    write(tmp_path, "id: a\n", "config/t.yaml")
    assert the_problem(tmp_path, "topics: config/t.yaml").place == f"{tmp_path}/config/t.yaml:1"
    write(tmp_path, "- 'a\n", "config/t.yaml")
    assert f"{tmp_path}/config/t.yaml" in the_problem(tmp_path, "topics: config/t.yaml").place


def test_missing_named_file(tmp_path: Path) -> None:
    """A file that is named and missing is told where it is named, and how to do without."""
    problem = the_problem(tmp_path, "\n\ntopics: config/none.yaml")
    assert problem.place.endswith("peer-support.yaml:5")
    assert "leave this setting out" in problem.mend


def test_inline_ids(tmp_path: Path) -> None:
    """A bare id stands for the shipped entry, whole; another topic is its own label."""
    config = config_of(tmp_path, "topics: [alone, archives]\nchannels: [signal, desk]\n")
    assert config.topics[0].labels["de"]
    assert config.topics[1].labels == {}
    assert [channel.id for channel in config.channels] == ["signal", "desk"]
    assert config.channels[0].address
    assert config.channels[0].reveals["en"]


def test_named_list(tmp_path: Path) -> None:
    """A list may come from a file, counted from the folder that holds config/; empty is empty."""
    write(tmp_path, "- id: a\n  labels: {en: A}\n", "lists/t.yaml")
    write(tmp_path, "# none\n", "lists/b.yaml")
    config = config_of(tmp_path, "topics: lists/t.yaml\nbackgrounds: lists/b.yaml\n")
    assert [topic.labels["en"] for topic in config.topics] == ["A"]
    assert config.backgrounds == ()


def test_a_public_channel(tmp_path: Path) -> None:
    """A public channel is possible, and known as one."""
    text = "channels: [desk, {id: talk, labels: {en: Talk}, reveals: {en: All}, public: true}]"
    assert config_of(tmp_path, text).channels[1].public


def test_relative_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store's file counts from the folder above config/, wherever the program is started."""
    assert config_of(tmp_path, "").base == tmp_path
    assert config_of(tmp_path, "").database_url == f"sqlite:///{tmp_path}/var/peer-support.db"
    elsewhere = load(write(tmp_path, LEAST, "etc/x.yaml"), {})
    assert elsewhere.base == tmp_path / "etc"
    monkeypatch.chdir(tmp_path / "config")
    assert load(Path("peer-support.yaml"), {}).base == tmp_path
    monkeypatch.chdir(tmp_path)
    assert load(Path("config/peer-support.yaml"), {}).base == tmp_path
    with pytest.raises(ConfigError) as raised:
        load(write(Path(), LEAST + "locale: X\n"), {})
    assert raised.value.problems[0].place == "config/peer-support.yaml:3"


def test_absolute_and_other_databases(tmp_path: Path) -> None:
    """An absolute path and a server's address stay as they are."""
    for url in ("sqlite:////srv/x.db", "mysql://me:pw@host/s1__peers", "mariadb+pymysql://h/n"):
        assert config_of(tmp_path, f"database: '{url}'").database_url == url


def test_environment_goes_first(tmp_path: Path) -> None:
    """PEER_SUPPORT_DATABASE overrides the file; set to nothing, it does not."""
    text = "database: sqlite:///a.db"
    environ = {"PEER_SUPPORT_DATABASE": "sqlite:///b.db"}
    assert config_of(tmp_path, text, environ).database_url == f"sqlite:///{tmp_path}/b.db"
    environ = {"PEER_SUPPORT_DATABASE": ""}
    assert config_of(tmp_path, text, environ).database_url == f"sqlite:///{tmp_path}/a.db"


def test_no_secret_is_repeated(tmp_path: Path) -> None:
    """A password in the store's or desk's address is in no error, cause or representation."""
    for text, environ in (
        ("database: 'oracle://me:hunter2@h/n'", {}),
        ("database: 'mysql://me:hunter2@h'", {}),
        ("database: 'mysql://me:hunter2@h:port/n'", {}),
        ("database: {me: hunter2}", {}),
        ("desk: {url: 'https://me:hunter2@h'}", {}),
        ("locale: hunter2", {}),
        ("database: 'hunter2", {}),
        ("", {"PEER_SUPPORT_DATABASE": "hunter2"}),
    ):
        with pytest.raises(ConfigError) as raised:
            config_of(tmp_path, text, environ)
        error: BaseException | None = raised.value
        assert "hunter2" not in str(error) + repr(error)
        assert error is not None
        assert error.__cause__ is None
        assert error.__suppress_context__
    config = config_of(tmp_path, "database: 'mysql://me:hunter2@h/n'")
    assert "hunter2" not in repr(config) + str(config)


def test_names_and_addresses_are_tidied(tmp_path: Path) -> None:
    """Names read as the wiki writes them, and the desk's address has no slash at its end."""
    path = write(
        tmp_path,
        "wiki: {intake: Project:Peer_support/Intake}\ncoordinators: [ada_L]\n"
        "desk: {url: 'https://x.toolforge.org/'}\n",
    )
    config = load(path, {})
    assert config.wiki.intake == "Project:Peer support/Intake"
    assert config.coordinators == ("Ada L",)
    assert config.desk.url == "https://x.toolforge.org"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8300", "[::1]:8300", "a.localhost"])
def test_http_on_this_machine(tmp_path: Path, host: str) -> None:
    """Http is fine on the machine itself."""
    assert config_of(tmp_path, f"desk: {{url: 'http://{host}'}}").desk.url == f"http://{host}"


def test_frozen(tmp_path: Path) -> None:
    """Nothing of a configuration can be changed, down to the labels; labels still become JSON."""
    config = config_of(tmp_path, "")
    with pytest.raises(ValidationError):
        config.locale = "de"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        config.policy.offers_at_once = 3  # type: ignore[misc]
    with pytest.raises(TypeError):
        config.topics[0].labels["de"] = "x"  # type: ignore[index]
    assert isinstance(config.where_to_turn[0].checked, dt.date)
    assert json.loads(json.dumps(config.model_dump(mode="json")))["topics"][0]["labels"]["en"]


def test_config_error_is_an_input_error() -> None:
    """Whoever handles InputError handles a configuration's errors with it."""
    assert issubclass(ConfigError, InputError)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "labels", "en", "url", "kind"]), inner, max_size=3)
    ),
    max_leaves=6,
)
KEYS = [*Config.model_fields, "unknown"]


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None
)
@given(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=5))
def test_whatever_is_written(tmp_path: Path, data: dict[str, object]) -> None:
    """Whatever stands in the file, it is read or refused with problems, and nothing else."""
    try:
        load(write(tmp_path, json.dumps(data)), {})
    except ConfigError as error:
        assert error.problems
