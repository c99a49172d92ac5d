"""The files that come with the program are right, and say what the program does."""

import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from bot.config import Background, Channel, Config, Policy, Resource, Topic, Turn, load
from bot.languages import is_language_code
from bot.yaml_places import read_yaml

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "config" / "peer-support.example.yaml"
LANGUAGES = {"en", "de", "fr", "es", "ar"}
LISTS = ["topics", "channels", "backgrounds", "where_to_turn", "resources"]


@pytest.fixture(scope="module")
def example() -> Config:
    """Load the example as it stands."""
    return load(EXAMPLE, {})


@pytest.fixture(scope="module")
def least(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """Load a configuration that leaves out whatever can be left out."""
    path = tmp_path_factory.mktemp("least") / "config" / "peer-support.yaml"
    path.parent.mkdir()
    data = read_yaml(EXAMPLE.read_text("utf-8"), "example").data
    path.write_text(
        f'wiki: {{intake: "{data["wiki"]["intake"]}"}}\ncoordinators: {data["coordinators"]}\n'
    )
    return load(path, {})


def leaves(model: type[BaseModel], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Walk every setting of a model, group by group."""
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from leaves(inner, (*path, name))
        else:
            yield (*path, name)


SETTINGS = [path for path in leaves(Config) if path not in {("base",), ("database_url",)}]


@pytest.mark.parametrize("path", SETTINGS, ids=".".join)
def test_a_setting_left_out_is_as_in_the_example(
    path: tuple[str, ...], example: Config, least: Config
) -> None:
    """The example shows each setting, and a setting left out takes the value shown there."""
    shown = read_yaml(EXAMPLE.read_text("utf-8"), "example").data
    one: Any = example
    other: Any = least
    for part in path:
        shown, one, other = shown[part], getattr(one, part), getattr(other, part)
    assert one == other
    if path[0] not in LISTS and path != ("coordinators",):
        assert shown == one


def test_every_setting_is_commented() -> None:
    """Each setting of the example has words of explanation right above it."""
    lines = EXAMPLE.read_text("utf-8").splitlines()
    bare = {
        line.strip().partition(":")[0]
        for above, line in pairwise(lines)
        if line.strip() and not line.strip().startswith("#") and not above.strip().startswith("#")
    }
    # Explained together with the setting above, or group by group inside.
    assert bare == {
        "url",
        "channels",
        "backgrounds",
        "where_to_turn",
        "resources",
        "requests_per_account_per_month",
        "policy",
        "retention",
        "schedule",
        "alarms",
        "gadget",
        "sign_up",
        "closes",
    }


@pytest.mark.parametrize("name", LISTS)
def test_every_label_in_every_language(name: str, example: Config) -> None:
    """Each entry that people read has its words in all the languages we ship, in one line each."""
    entries: tuple[Topic | Channel | Background | Turn | Resource, ...] = getattr(example, name)
    assert entries
    for entry in entries:
        for field in ("label", "labels", "reveals"):
            labels = getattr(entry, field, None)
            assert labels is None or set(labels) == LANGUAGES


@pytest.mark.parametrize("name", LISTS)
def test_the_shipped_lists_are_the_default(name: str, example: Config, least: Config) -> None:
    """A list left out is the one shipped, which is the one the example names."""
    assert getattr(example, name) == getattr(least, name)


def test_the_four_needs(example: Config) -> None:
    """The topics are the needs on the programme's page, and one for all else."""
    assert [topic.id for topic in example.topics] == [
        "where-to-report",
        "stress",
        "discrimination",
        "alone",
        "something-else",
    ]


def test_the_channels(example: Config) -> None:
    """The desk comes first and asks no address, Wikimail tells its price, and none is public."""
    channels = {channel.id: channel for channel in example.channels}
    assert list(channels) == ["desk", "wikimail", "email", "signal"]
    assert [name for name, channel in channels.items() if channel.address] == ["email", "signal"]
    assert "your e-mail address" in channels["wikimail"].reveals["en"]
    assert not any(channel.public for channel in channels.values())


def test_the_commented_public_channel_would_work(tmp_path: Path) -> None:
    """The public channel in the comments is right once its comment signs are taken away."""
    text = (ROOT / "config" / "channels.yaml").read_text("utf-8")
    lines = text.splitlines()
    start = lines.index("# - id: talk")
    opened = [*lines[:start], *(line.removeprefix("# ") for line in lines[start:])]
    (tmp_path / "channels.yaml").write_text("\n".join(opened), "utf-8")
    path = tmp_path / "x.yaml"
    path.write_text("wiki: {intake: X}\ncoordinators: [A]\nchannels: channels.yaml\n", "utf-8")
    talk = load(path, {}).channels[-1]
    assert talk.public
    assert set(talk.reveals) == LANGUAGES
    assert "Everyone will see that you two are in contact" in talk.reveals["en"]


def test_danger_comes_first(example: Config) -> None:
    """Whoever is in danger finds the emergency address at the top."""
    first = example.where_to_turn[0]
    assert (first.kind, first.mail) == ("emergency", "emergency@wikimedia.org")


def test_pages_worth_reading(example: Config) -> None:
    """There is something to read for both, and each page is on Wikimedia's own domains."""
    audiences = {resource.audience for resource in example.resources}
    assert audiences & {"both", "requester"}
    assert audiences & {"both", "supporter"}
    assert all(".wikimedia.org/" in resource.url for resource in example.resources)


def test_the_roster_example() -> None:
    """The example roster is YAML, shows every field, and names only what the lists know."""
    text = (ROOT / "config" / "roster.example.yaml").read_text("utf-8")
    people = read_yaml(text, "roster").data
    assert list(people[0]) == [
        "user",
        "languages",
        "topics",
        "channels",
        "capacity",
        "per_week",
        "timezone",
        "hours",
        "background",
        "avoid",
        "word",
        "status",
        "away_until",
        "trained_until",
        "cohort",
        "training_on",
    ]
    known = load(EXAMPLE, {})
    assert set(people[0]["topics"]) <= {topic.id for topic in known.topics}
    assert set(people[0]["channels"]) <= {channel.id for channel in known.channels}
    assert set(people[0]["background"]) <= {one.id for one in known.backgrounds}
    for person in people:
        assert {"user", "languages"} <= set(person)
        assert all(is_language_code(code) for code in person["languages"])


def test_the_policy_is_numbers(example: Config) -> None:
    """Every setting of the policy is a whole number."""
    assert all(type(value) is int for value in example.policy.model_dump().values())
    assert set(Policy.model_fields) == set(example.policy.model_dump())


def test_pywikibot_takes_its_example(tmp_path: Path) -> None:
    """Pywikibot reads the example as its configuration, without a warning, and keeps no logs."""
    text = (ROOT / "user-config.py.example").read_text("utf-8")
    path = tmp_path / "user-config.py"
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    program = (
        "from pywikibot import config as c; "
        "print(c.family, c.mylang, c.usernames['meta']['meta'], c.password_file, c.put_throttle, "
        "c.log, c.debug_log, c.write_maxlag)"
    )
    environ = os.environ | {"PYWIKIBOT_DIR": str(tmp_path), "PYWIKIBOT_NO_USER_CONFIG": "0"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environ,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.strip() == "meta meta PeerSupportBot user-password.py 0 [] [] 5"
    assert not done.stderr


def test_the_other_wiki_in_the_comments_would_work(tmp_path: Path) -> None:
    """The commented lines for another wiki are right once their comment signs are taken away."""
    lines = (ROOT / "user-config.py.example").read_text("utf-8").splitlines()
    starts = ("# family_files[", "# family = ", "# mylang = ", "# usernames[")
    opened = [line[2:] if line.startswith(starts) else line for line in lines]
    assert opened != lines
    path = tmp_path / "user-config.py"
    path.write_text("\n".join(opened), "utf-8")
    path.chmod(0o600)
    # Not pywikibot.Site(), which would ask the wiki.
    program = (
        "from pywikibot import config as c; "
        "print(c.family, c.mylang, c.usernames['sandbox']['sandbox'], c.family_files['sandbox'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYWIKIBOT_DIR": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.strip() == "sandbox sandbox PeerSupportBot http://127.0.0.1:8080/api.php"
