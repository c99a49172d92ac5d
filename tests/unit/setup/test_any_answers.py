"""Whatever is accepted as an answer comes out of the files again, just so."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bot.config import load
from bot.setup.answers import Answers
from bot.setup.given import over
from bot.setup.ground import judge
from bot.setup.written import for_files, put_all
from bot.wiki import account_files
from bot.wiki.account_files import BotAccount
from tests.unit.setup.folders import LOG_IN, SECRET, ground, said

LINE = st.text(
    st.characters(codec="utf-8", categories=["L", "M", "N", "P", "S", "Zs"]), max_size=40
)
NAME = st.text(st.characters(codec="utf-8", categories=["L", "Nd"]), min_size=1, max_size=15)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much])
@given(
    coordinators=st.lists(NAME, min_size=1, max_size=3),
    operator=LINE,
    contact=LINE,
    permission=LINE,
    title=NAME,
    host=st.from_regex(r"[a-z]{1,9}\.example", fullmatch=True),
    small=st.booleans(),
)
def test_any_answers_that_are_taken(
    tmp_path_factory: pytest.TempPathFactory,
    coordinators: list[str],
    operator: str,
    contact: str,
    permission: str,
    title: str,
    host: str,
    *,
    small: bool,
) -> None:
    """Whatever is accepted comes out of the file just so, and every other line is still there."""
    folder = tmp_path_factory.mktemp("any")
    file = folder / "config" / "peer-support.yaml"
    if small:
        file.parent.mkdir()
        file.write_text("# ours\nwiki: {intake: X} # in\ncoordinators:\n- A\nlocale: de # sprich\n")
    there = ground(folder)
    typed = {
        "coordinators": ", ".join(coordinators),
        "operator": operator,
        "privacy_contact": contact,
        "hosting_permission": permission,
        "intake": f"Project:{title}",
        "desk": host,
    }
    answers, problems = over(there.answers, typed, lambda name: judge(name, file, {}))
    assume(not problems)
    put_all(for_files(there, answers, {})[2:])
    config = load(file, {})
    assert said(config) == Answers(
        **{name: value for name, value in vars(answers).items() if name not in LOG_IN}
        | {"shutoff": "User:PeerSupportBot/stop"}
    )
    ours = re.compile(
        r"\s*-? ?(?:intake|url|name|privacy_contact|hosting_permission|A$|coord|wiki:)"
    )
    after = file.read_text().split("\n")
    assert all(line in after for line in there.text.split("\n") if not ours.match(line))


@given(
    wiki=st.one_of(st.just("meta:meta"), st.just("https://w.example/api.php")),
    name=NAME.filter(lambda name: "BotPassword" not in name),
    suffix=st.text(st.characters(codec="utf-8"), min_size=1, max_size=32),
)
def test_pywikibots_files_are_read_as_they_were_written(wiki: str, name: str, suffix: str) -> None:
    """Whatever the names hold: quotes, signs, other scripts."""
    account = BotAccount(wiki, name, suffix, SECRET)
    config = account_files.user_config(wiki, name)
    assert account_files.read(config, account_files.user_password(account)) == account
    assert SECRET not in repr(account)
