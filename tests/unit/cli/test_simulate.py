"""`peer-support simulate`: a table, JSON and curves, without store, wiki or configuration."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli.main import cli
from bot.config.model import Policy
from bot.config.trying import trials
from bot.problems import InputError

SHORT = ("simulate", "--weeks", "4", "--supporters", "15")


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Work in a folder without any configuration."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PEER_SUPPORT_CONFIG", raising=False)


def said(*words: str) -> str:
    """Carry a command out that goes well, and give what it says."""
    result = CliRunner().invoke(cli, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_table_by_language() -> None:
    """A person reads how long each language waits, and what supporters are asked."""
    shown = said(*SHORT, "--speak", "en=1,de=1", "--languages", "de=3,en=1")
    for word in ("language", "all", "en", "de", "15 supporters:", "offers a week each"):
        assert word in shown


def test_a_line_for_each_policy() -> None:
    """Values that are tried are compared under the same chance."""
    shown = said(*SHORT, "--try", "offers_at_once=2,4")
    assert "offers_at_once 2" in shown
    assert "offers_at_once 4" in shown


def test_json_for_programs() -> None:
    """The numbers come with what was assumed and with the whole policy."""
    told = json.loads(said(*SHORT, "--json", "--try", "offers_at_once=2,3"))
    assert [one["policy"]["offers_at_once"] for one in told["came"]] == [2, 3]
    assert told["assumed"]["acceptance"] == 0.3
    assert 0 <= told["came"][0]["all"]["nobody_after_two_days"] <= 1


def test_curves_that_load_nothing(tmp_path: Path) -> None:
    """The drawing stands by itself: no script, nothing from elsewhere; twice it is the same."""
    for name in ("one.svg", "two.svg"):
        said(*SHORT, "--plot", name, "--try", "offers_at_once=2,3")
    drawn = (tmp_path / "one.svg").read_text(encoding="utf-8")
    assert drawn == (tmp_path / "two.svg").read_text(encoding="utf-8")
    tags = set(re.findall(r"<([a-zA-Z]+)", drawn))
    assert {"svg", "path"} <= tags
    assert not tags & {"script", "image", "foreignObject"}
    assert "offers_at_once 3" in drawn
    assert "href" not in drawn


def test_a_roster_file(tmp_path: Path) -> None:
    """Who is active on a roster file is planned with; nobody is looked up, and no name is said."""
    lines = "".join(f"- user: Somebody {n}\n  languages: [pt-br]\n" for n in range(12))
    (tmp_path / "roster.yaml").write_text(
        lines + "- {user: Gone, languages: [de], status: retired}\n"
    )
    shown = said("simulate", "--roster", "roster.yaml", "--weeks", "4")
    assert "12 supporters:" in shown
    assert "pt-br" in shown
    assert "Somebody" not in shown


def test_a_roster_of_nobody(tmp_path: Path) -> None:
    """Where nobody could ever be asked, planning says so instead of a year of silence."""
    (tmp_path / "roster.yaml").write_text("- {user: Gone, languages: [de], status: retired}\n")
    result = CliRunner().invoke(cli, ["simulate", "--roster", "roster.yaml"])
    assert isinstance(result.exception, InputError)
    assert "is active" in result.exception.problems[0].what


def test_the_configurations_policy_is_planned_with(tmp_path: Path) -> None:
    """Where there is a configuration, its policy is what is planned."""
    (tmp_path / "mine.yaml").write_text(
        'wiki: {intake: "Project:Peer support/Intake"}\ncoordinators: [Cleo]\n'
        "policy: {offers_at_once: 7}\n"
    )
    told = json.loads(said("--config", "mine.yaml", *SHORT, "--json"))
    assert told["came"][0]["policy"]["offers_at_once"] == 7


@pytest.mark.parametrize(
    ("tried", "told"),
    [
        ("offers_at_once=x", "cannot be read"),
        ("offers_at_once", "cannot be read"),
        ("offer_at_once=3", '"offer_at_once"'),
        ("offers_at_once=0", "offers_at_once"),
        ("answer_within_hours=6", "reminder"),
    ],
)
def test_values_that_make_no_policy(tried: str, told: str) -> None:
    """What the configuration would refuse, planning refuses in the same words."""
    with pytest.raises(InputError) as refused:
        trials(Policy(), [tried])
    assert told in " ".join(problem.what for problem in refused.value.problems)


def test_all_values_are_combined() -> None:
    """Two by two makes four; none makes the policy as it is."""
    found = trials(Policy(), ["offers_at_once=2,3", "remind_after_hours=6,8"])
    assert len({trial.policy for trial in found}) == len(found) == 4
    assert [trial.policy for trial in trials(Policy(), [])] == [Policy()]
