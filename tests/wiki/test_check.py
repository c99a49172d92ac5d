"""`check` on the real wiki: all is well, then one thing after the other is broken."""

from __future__ import annotations

import html
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from stage.asking import INTAKE, KEY_PAGE, SUMMARY
from stage.mailbox import Mailbox
from stage.network import StagedNetwork, free_port
from stage.sandbox import Account, Sandbox
from tests.conftest import People

GADGET = "MediaWiki:Gadget-peer-support.js"
TRUSTED = (
    "Template:Peer support envelope",
    "Template:Peer support request",
    "Template:Peer support request/form",
    "Template:Peer support request/notice",
    "User:PeerSupportBot",
    "Template:Peer support intake",
    "Peer wiki:Peer support",
)
LOCAL = ["configuration", "master secret", "store", "file modes"]


def lines(network: StagedNetwork, *arguments: str, code: int) -> dict[str, dict[str, str]]:
    """Run `check` and give its lines by their names."""
    done = network.run("check", "--json", *arguments, fails=True)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return {line["name"]: line for line in json.loads(done.stdout)}


def failing(network: StagedNetwork, *arguments: str) -> dict[str, str]:
    """Give what fails, with what was found; the desk, which these tests do not open, aside."""
    found = lines(network, *arguments, code=1)
    fails = {name: line for name, line in found.items() if line["verdict"] == "fails"}
    assert all(line["mend"] for line in fails.values())
    assert fails.pop("desk")["found"].startswith("nothing answers")
    return {name: line["found"] for name, line in fails.items()}


def with_log_in(network: StagedNetwork, change: Callable[[str], str]) -> StagedNetwork:
    """Give the network with another password file, and without cookies."""
    folder = network.folder / "pywikibot"
    folder.mkdir()
    for file in network.sandbox.pywikibot_dir.glob("user-*.py"):
        shutil.copy(file, folder)
    file = folder / "user-password.py"
    file.write_text(change(file.read_text()))
    facts = network.sandbox.facts | {"pywikibot_dir": str(folder)}
    return replace(network, sandbox=Sandbox(network.sandbox.port, facts))


def known_to_pywikibot(network: StagedNetwork, name: str) -> StagedNetwork:
    """Give the network with one more account in the password file."""
    line = f"({name!r}, {network.sandbox.password(name)!r})\n"
    return with_log_in(network, lambda text: text + line)


def protect(people: People, *titles: str, level: str = "sysop") -> None:
    """Let an administrator protect pages, or with `all` take it off again."""
    for title in titles:
        people["Admin"].call(action="protect", title=title, protections=f"edit={level}")


@pytest.mark.usefixtures("desk")
def test_all_is_well(network: StagedNetwork, people: People) -> None:
    """On a network that was set up as it should be, nothing fails, and 0 is the exit code."""
    protect(people, *TRUSTED)
    network.run("once")
    found = lines(network, code=0)
    verdicts = {name: line["verdict"] for name, line in found.items()}
    assert verdicts.pop("test post") == "not tried"
    assert set(verdicts.values()) == {"ok"}
    assert found["supporters"]["found"] == "4 of 4 active ones can be written to"


def test_for_people(network: StagedNetwork) -> None:
    """A line says how it stands, below it the mend; no line is wider than a terminal."""
    said = network.run("check", fails=True).stdout
    assert "fails         desk" in said
    assert "→ Start it with `peer-support desk`" in said
    wide = [line for line in said.splitlines() if len(line) > 80]
    # A path is never broken, so that it can be copied; where the tests lie it can be long.
    assert all(max(map(len, line.split())) > 40 for line in wide)


@pytest.mark.parametrize(
    ("level", "lines"),
    [("autoconfirmed", {"intake page"}), ("sysop", {"intake page", "saving its pages"})],
)
def test_intake_page_protected(
    network: StagedNetwork, people: People, level: str, lines: set[str]
) -> None:
    """Whoever made an account today could not write; fully protected, the bot cannot either."""
    people["Admin"].call(action="protect", title=INTAKE, protections=f"edit={level}")
    fails = failing(network)
    assert set(fails) == lines
    assert f"is protected ({level})" in fails["intake page"]


def test_key_page_protected(network: StagedNetwork, people: People) -> None:
    """The bot could not publish tomorrow's key, so that is told today."""
    people["Admin"].call(action="protect", title=KEY_PAGE, protections="edit=sysop")
    fails = failing(network)
    assert fails["saving its pages"] == f"not allowed: {KEY_PAGE}"
    # A protection is a revision too, and not the bot's: the gadget does not believe the page.
    assert set(fails) == {"saving its pages", "key page"}


def test_intake_page_moved(network: StagedNetwork, people: People) -> None:
    """A redirect stands in its place: `check` says where it went."""
    people["Admin"].call(action="move", **{"from": INTAKE, "to": INTAKE + " (old)"})
    assert failing(network)["intake page"].endswith("moved to Peer wiki:Peer support/Intake (old)")


def test_intake_page_made_a_redirect(network: StagedNetwork, people: People) -> None:
    """Somebody wrote it there, and it was moved nowhere."""
    people["Admin"].save(INTAKE, "#REDIRECT [[Main Page]]")
    assert failing(network)["intake page"].endswith("is a redirect")


def test_key_page_deleted(network: StagedNetwork, people: People) -> None:
    """Without the key page nobody can seal."""
    people["Admin"].call(action="delete", title=KEY_PAGE)
    assert failing(network) == {"key page": f"{KEY_PAGE} does not exist"}


def test_key_page_saved_by_somebody_else(network: StagedNetwork, people: People) -> None:
    """An interface administrator may write it; the gadget does not believe it then."""
    people["Iface"].save(KEY_PAGE, json.dumps({"protocol": 1, "state": "open", "keys": []}))
    assert failing(network) == {"key page": f"{KEY_PAGE}: somebody else saved it last"}


def test_key_page_says_another_state(network: StagedNetwork) -> None:
    """Paused here, and no worker has told the wiki yet."""
    network.run("pause")
    assert failing(network) == {"key page": f"{KEY_PAGE}: it says open, but the network is paused"}


def test_a_gadget_page_was_changed(network: StagedNetwork, people: People) -> None:
    """A page that is not as in the release is named, with who did it; the others are not."""
    people["Iface"].save(GADGET, "alert( 1 );")
    found = f"{GADGET} is not as in this release, saved last by Iface"
    assert failing(network) == {"gadget script": found}


def test_waiting_requests_are_no_change_of_the_intake_page(
    network: StagedNetwork, people: People
) -> None:
    """Envelopes come after the header: that is what the page is for."""
    people.ask("Rosa")
    assert failing(network) == {}


def test_people_who_can_not_be_written_to(network: StagedNetwork, people: People) -> None:
    """A blocked supporter, one who turned mail off and a misspelt coordinator: a line each."""
    people["Admin"].call(action="block", user="Sven")
    people["Sofie"].call(action="options", optionname="disablemail", optionvalue="1")
    text = network.config_file.read_text()
    network.config_file.write_text(text.replace("[Coral]", "[Corall]"))
    fails = failing(network)
    assert set(fails) == {"coordinator Corall", "supporter Sven", "supporter Sofie"}
    assert fails["coordinator Corall"] == "there is no such account"
    assert fails["supporter Sven"] == "is blocked"
    assert fails["supporter Sofie"].startswith("cannot be written to")


def test_no_bot_flag(network: StagedNetwork, people: People) -> None:
    """Without the flag, what it carries is gone too: no limit on mails."""
    admin = people["Admin"]
    token = admin.get(action="query", meta="tokens", type="userrights")["query"]["tokens"]
    admin._post(
        action="userrights", user="PeerSupportBot", remove="bot", token=token["userrightstoken"]
    )
    assert set(failing(network)) == {"bot flag", "mail limit"}


def test_own_address(network: StagedNetwork, people: People) -> None:
    """The bot's account takes no mail: then it may not send any either."""
    people["PeerSupportBot"].call(action="options", optionname="disablemail", optionvalue="1")
    assert set(failing(network)) == {"own mail address"}


def test_grants_missing(network: StagedNetwork) -> None:
    """A bot password with too little: the grants to tick are named."""
    secret = "0123456789abcdefghijklmnopqrstuv"
    network.sandbox.maintenance(
        *("createBotPassword", "--appid", "less", "--grants", "basic,editpage"),
        *("PeerSupportBot", secret),
    )
    line = f"('PeerSupportBot', BotPassword('less', {secret!r}))\n"
    fails = failing(with_log_in(network, lambda _text: line))
    assert set(fails) == {"needed grants", "saving its pages", "mail limit"}
    assert "(sendemail)" in fails["needed grants"]
    assert "(editmyoptions)" in fails["needed grants"]
    assert "(editpage)" not in fails["needed grants"]


def test_grants_needless(network: StagedNetwork) -> None:
    """Logged in with the account's own password, it could do more than it should."""
    line = f"('PeerSupportBot', {network.sandbox.password('PeerSupportBot')!r})\n"
    fails = failing(with_log_in(network, lambda _text: line))
    assert set(fails) == {"needless grants"}
    assert "change its own e-mail address and password" in fails["needless grants"]


def test_files_that_others_can_read(network: StagedNetwork) -> None:
    """The store's file is named, with the command that mends it."""
    network.database.chmod(0o644)
    found = lines(network, code=1)["file modes"]
    assert (found["verdict"], str(network.database) in found["mend"]) == ("fails", True)


def test_without_a_store_the_wiki_is_still_looked_at(network: StagedNetwork) -> None:
    """What needs the store was not tried; the rest was, and the key page tells of one."""
    network.database.unlink()
    found = lines(network, code=1)
    assert found["store"]["verdict"] == "fails"
    assert "so this network has had a store" in found["lost store"]["found"]
    assert "store restore FILE" in found["lost store"]["mend"]
    assert [found[name]["verdict"] for name in ("key page", "supporters")] == ["not tried"] * 2
    assert [found[name]["verdict"] for name in ("bot flag", "intake page")] == ["ok"] * 2
    # People read it as one thing to mend, with what the wiki knows of it.
    said = network.run("check", fails=True).stdout
    assert len(re.findall(r"^(?:fails|not tried) +(?:lost )?store\b", said, re.MULTILINE)) == 1
    assert "so this network has had a store" in " ".join(said.split())
    assert "after the store" not in said
    shown = len(re.findall(r"^not tried ", said, re.MULTILINE))
    assert f"{shown} not tried" in " ".join(said.split())


def test_without_the_wiki_this_machine_is_still_looked_at(network: StagedNetwork) -> None:
    """What can be seen here is told, and 3 says that the wiki was out of reach."""
    other = with_log_in(network, lambda text: text)
    file = network.folder / "pywikibot" / "user-config.py"
    api = str(network.sandbox.facts["api"])
    file.write_text(
        file.read_text().replace(api, api.replace(str(network.sandbox.port), str(free_port())))
    )
    found = lines(other, code=3)
    assert [found[name]["verdict"] for name in LOCAL] == ["ok"] * 4
    assert found["log-in"]["verdict"] == "out of reach"
    assert found["all else"]["verdict"] == "not tried"


def test_a_test_post(network: StagedNetwork, people: People, mailbox: Mailbox) -> None:
    """Rosa's decoy looks like any envelope, is read as a decoy, and nobody gets a mail."""
    found = lines(known_to_pywikibot(network, "Rosa"), "--post-as", "Rosa", code=1)["test post"]
    assert found["verdict"] == "ok"
    page = people["Ravi"].page(INTAKE)
    assert (page["user"], page["comment"]) == ("Rosa", SUMMARY)
    network.run("once")
    assert json.loads(network.run("status", "--json").stdout)["messages_read"] == {"decoy": 1}
    assert mailbox.everything() == []


def test_a_filter_in_the_way(network: StagedNetwork, people: People) -> None:
    """A filter that disallows our summary cannot be read from outside, but it is found out."""
    filtering(network.sandbox, people["Admin"], f'summary == "{SUMMARY}"')
    fails = failing(known_to_pywikibot(network, "Rosa"), "--post-as", "Rosa")
    assert fails == {"test post": "a filter stopped it (abusefilter-disallowed)"}


def test_a_test_post_by_somebody_blocked(network: StagedNetwork, people: People) -> None:
    """That says nothing about others, so it is not a failure."""
    people["Admin"].call(action="block", user="Rosa")
    found = lines(known_to_pywikibot(network, "Rosa"), "--post-as", "Rosa", code=1)["test post"]
    assert found["verdict"] == "not tried"


def filtering(sandbox: Sandbox, admin: Account, rule: str) -> None:
    """Make a filter that disallows; AbuseFilter has no API for that, only its form."""
    page = f"{sandbox.url}/index.php?title=Special:AbuseFilter/new"
    shown = admin._session.get(page, timeout=30).text
    token = re.search(r'value="([^"]+)" name="wpEditToken"', shown)
    assert token is not None
    form: dict[str, Any] = {
        "wpEditToken": html.unescape(token[1]),
        "wpFilterDescription": "No messages to networks",
        "wpFilterRules": rule,
        "wpFilterNotes": "",
        "wpFilterEnabled": "1",
        "wpFilterActionDisallow": "1",
        "wpFilterDisallowMessage": "abusefilter-disallowed",
    }
    admin._session.post(page, data=form, timeout=30)
    made = admin.get(action="query", list="abusefilters")["query"]["abusefilters"]
    assert len(made) == 1
