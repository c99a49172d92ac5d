"""`publish` on the real wiki: from nothing, again, after others were at work, and by hand."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.publishing.release import Facts, pages
from bot.version import release_name
from stage.network import StagedNetwork
from stage.sandbox import Account, Sandbox
from tests.conftest import People

if TYPE_CHECKING:
    from tests.wiki.conftest import Worker

LANDING = "Peer wiki:Peer support"
INTAKE = "Peer wiki:Peer support/Intake"
HEADER = "Template:Peer support intake"
SCRIPT = "MediaWiki:Gadget-peer-support.js"
DEFINITIONS = "MediaWiki:Gadgets-definition"
WITHOUT_EXTENSIONS = """<?php
$sandboxQueue = ExtensionRegistry::getInstance();
$sandboxPaths = array_keys( $sandboxQueue->getQueue() );
$sandboxQueue->clearQueue();
foreach ( $sandboxPaths as $sandboxPath ) {
	if ( !preg_match( '~/(InputBox|TemplateData)/~', $sandboxPath ) ) {
		$sandboxQueue->queue( $sandboxPath );
	}
}
"""


def titles_of(network: StagedNetwork) -> list[str]:
    """Give the titles of all pages of the release."""
    from bot.config import load

    config = load(network.config_file, {})
    facts = Facts(config, LANDING, INTAKE, "User:PeerSupportBot/stop", "PeerSupportBot")
    return [page.title for page in pages(facts)]


def newest(account: Account, titles: list[str]) -> dict[str, tuple[int, str, str]]:
    """Give revision, editor and summary of each page that exists."""
    found = account.get(
        action="query", titles="|".join(titles), prop="revisions", rvprop="ids|user|comment"
    )["query"]["pages"]
    return {
        page["title"]: (one["revid"], one["user"], one["comment"])
        for page in found
        for one in page.get("revisions", ())
    }


def said_by_check(network: StagedNetwork) -> str:
    """Give all that `check` says, for programs."""
    return network.run("check", "--json", fails=True).stdout


def check(network: StagedNetwork) -> dict[str, dict[str, str]]:
    """Give what `check` says of the published pages, by name."""
    lines = json.loads(said_by_check(network))
    start = next(place for place, one in enumerate(lines) if one["name"] == "key page") + 1
    end = next(place for place, one in enumerate(lines) if one["name"] == "gadget and key page")
    return {one["name"]: one for one in lines[start:end]}


def html_of(account: Account, title: str) -> str:
    """Give a page as it is rendered."""
    answer = account.get(action="parse", page=title, prop="text")
    return str(answer["parse"]["text"])


@pytest.fixture
def nothing(network: StagedNetwork, people: People) -> StagedNetwork:
    """Give a wiki and a store that know nothing of any page of the release."""
    for title in titles_of(network):
        people["Iface"].call(action="delete", title=title)
    network.database.unlink()
    (network.folder / "config" / "secret").unlink()
    network.run("init")
    return network


@pytest.fixture
def without_extensions(sandbox: Sandbox) -> Iterator[None]:
    """Let the wiki have neither InputBox nor TemplateData."""
    override = Path(sandbox.facts["override"])
    override.write_text(WITHOUT_EXTENSIONS)
    yield
    override.unlink()


def test_from_nothing_and_again(nothing: StagedNetwork, people: People) -> None:
    """Every page is made, says which release it is of, and links to no missing page; then rest."""
    titles = titles_of(nothing)
    assert newest(people["Coral"], titles) == {}
    before = {one["name"]: one["verdict"] for one in json.loads(said_by_check(nothing))}
    assert before["pages people trust"] == "not tried", "what is not there is not called safe"
    said = nothing.run("publish", "--as", "Iface").stdout
    assert said.count(": saved") == len(titles) + 1  # and the key page
    made = newest(people["Coral"], titles)
    assert {(user, summary) for _revid, user, summary in made.values()} == {
        ("Iface", release_name())
    }
    assert re.fullmatch(r"peer-support \d\S* @ [0-9a-f]{7,}(\+changes)?", release_name())
    for title in titles:
        if not title.startswith("MediaWiki:"):
            assert "redlink=1" not in html_of(people["Coral"], title), title
    again = nothing.run("publish", "--as", "Iface").stdout
    assert again.count(": as it should be") == len(titles) + 1
    assert newest(people["Coral"], titles) == made
    lines = check(nothing)
    assert list(lines) == ["published pages"]
    assert lines["published pages"]["found"].endswith("saved last by Iface")


def test_what_cannot_be_is_refused_before_anything_is_saved(
    nothing: StagedNetwork, people: People, tmp_path: Path
) -> None:
    """An account without a password, a title that is not ours, a folder nobody may write to."""
    (tmp_path / "file").write_text("")
    for typed, place in {
        ("--as", "Nobody"): "user-password.py: No password is known for the account “Nobody”.",
        ("--overwrite", "Project:Other"): "“Project:Other”: This page is none of the release's.",
        ("--paste", str(tmp_path / "file" / "below")): "Nothing can be written there",
    }.items():
        done = nothing.run("publish", *typed, fails=True)
        assert (done.returncode, place in done.stderr, done.stdout) == (2, True, ""), done.stderr
    assert newest(people["Coral"], titles_of(nothing)) == {}


def test_the_bot_alone_and_the_rest_pasted(nothing: StagedNetwork, people: People) -> None:
    """The bot makes what it may; the rest goes by file and hand, and is then right."""
    said = nothing.run("publish", "--paste", "paste").stdout
    assert "The account PeerSupportBot may not edit these" in said
    made = newest(people["Coral"], titles_of(nothing))
    assert made[LANDING][1] == "PeerSupportBot"
    assert not [title for title in made if title.startswith("MediaWiki:")]
    for file in (nothing.folder / "paste").iterdir():
        title = file.name.replace("MediaWiki_", "MediaWiki:")
        people["Iface"].save(title, file.read_text())
    assert list(check(nothing)) == ["published pages"]
    assert nothing.run("publish").stdout.count("as it should be") == len(titles_of(nothing)) + 1


def test_nothing_to_do_is_one_request(worker: Worker) -> None:
    """All pages and what the wiki can do are asked for together."""
    from bot.cli.publishing import publish_pages

    before = worker.network.wiki.requests
    publish_pages(worker.network, None)
    assert worker.network.wiki.requests - before == 1


def test_a_changed_script_is_told_and_mended(network: StagedNetwork, people: People) -> None:
    """`check` names page and editor and the difference; publishing puts the release back."""
    right = people["Iface"].page(SCRIPT)["text"]
    revid = people["Iface"].save(SCRIPT, "alert( 1 );")
    line = check(network)["gadget script"]
    assert line["verdict"] == "fails"
    assert f"/{revid}" in line["mend"]
    assert "publish --as NAME" in line["mend"]
    assert "over what somebody else wrote: http" in network.run("publish", "--as", "Iface").stdout
    assert people["Iface"].page(SCRIPT)["text"] == right
    assert list(check(network)) == ["published pages"]


def test_a_landing_page_that_the_community_changed(network: StagedNetwork, people: People) -> None:
    """It stays, with a line that is no failure; told by name, publishing puts ours back."""
    ours = people["Ravi"].page(LANDING)["text"]
    people["Ravi"].save(LANDING, ours + "\nCall us, too.")
    said = network.run("publish").stdout
    assert f'peer-support publish --overwrite "{LANDING}"' in said
    assert people["Ravi"].page(LANDING)["user"] == "Ravi"
    lines = check(network)
    assert lines["landing page"]["verdict"] == "ok"
    assert "/Special:Diff/" in lines["landing page"]["found"]
    network.run("publish", "--overwrite", LANDING)
    assert people["Ravi"].page(LANDING)["text"] == ours


def test_a_landing_page_marked_for_translation(network: StagedNetwork, people: People) -> None:
    """The marks that Translate adds are no change of anybody's."""
    text = people["Ravi"].page(LANDING)["text"]
    marked = re.sub(r"^(== .* ==)$", r"\1 <!--T:7-->", text, flags=re.MULTILINE)
    assert people["Ravi"].save(LANDING, marked)
    assert list(check(network)) == ["published pages"]
    assert f"{LANDING}: as it should be" in network.run("publish").stdout


def test_other_settings_reach_the_landing_page(network: StagedNetwork, people: People) -> None:
    """Nobody changed it, so what the operator now says replaces what was said before."""
    with network.config_file.open("a") as file:
        file.write("plain_requests: false\npolicy: {story_hours: 71}\n")
    assert check(network)["landing page"]["verdict"] == "fails"
    network.run("publish")
    text = people["Ravi"].page(LANDING)["text"]
    assert "erased 71 hours after" in text
    assert "inputbox" not in text
    assert list(check(network)) == ["published pages"]


def test_an_unexpected_editor(network: StagedNetwork, people: People) -> None:
    """Somebody was at the gadget and put it back: that is said, as nothing else would show it."""
    admin = people["Admin"]
    token = admin.get(action="query", meta="tokens", type="userrights")["query"]["tokens"]
    admin._post(
        action="userrights", user="Rim", add="interface-admin", token=token["userrightstoken"]
    )
    right = people["Rim"].page(SCRIPT)["text"]
    people["Rim"].save(SCRIPT, right + "\nalert( 1 );")
    people["Rim"].save(SCRIPT, right)
    line = check(network)["gadget script"]
    assert line["verdict"] == "ok"
    assert "saved by Rim after it was published" in line["found"]


def test_an_intake_page_that_was_something_else(nothing: StagedNetwork, people: People) -> None:
    """A title mistaken in the configuration costs nobody their page."""
    people["Ravi"].save(INTAKE, "Village pump")
    said = nothing.run("publish").stdout
    assert f"{INTAKE}: left as somebody else wrote it" in said
    assert people["Ravi"].page(INTAKE)["text"] == "Village pump"
    line = check(nothing)["intake page, header"]
    assert line["verdict"] == "fails"
    nothing.run("publish", "--overwrite", "Project:Peer support/Intake")  # as configured
    assert people["Ravi"].page(INTAKE)["text"].startswith("__NOINDEX__")


def test_other_gadgets_keep_their_lines(network: StagedNetwork, people: People) -> None:
    """Ours are taken out by somebody, and put back among the others."""
    people["Iface"].save(DEFINITIONS, "== tools ==\n* other|other.js")
    assert check(network)["gadget definition"]["verdict"] == "fails"
    network.run("publish", "--as", "Iface")
    assert people["Iface"].page(DEFINITIONS)["text"].startswith("== tools ==\n* other|other.js\n")


@pytest.mark.usefixtures("without_extensions")
def test_a_wiki_without_the_extensions(nothing: StagedNetwork, people: People) -> None:
    """No tag of theirs is shown as text, and a link leads where InputBox's button would."""
    nothing.run("publish", "--as", "Iface")
    for title in titles_of(nothing):
        if not title.startswith("MediaWiki:"):
            shown = html_of(people["Rosa"], title)
            assert "templatedata" not in shown, title
            assert "inputbox" not in shown, title
            assert "&lt;" not in shown.replace("&lt;!--", ""), title
    (link,) = re.findall(r'href="([^"]*section=new[^"]*preload=[^"]*)"', landing(people["Rosa"]))
    form = opened(people["Rosa"], html.unescape(link))
    assert "languages" in form["wpTextbox1"]


def landing(account: Account) -> str:
    """Give the landing page as it is rendered."""
    return html_of(account, LANDING)


def fields(page: str, form: str) -> dict[str, str]:
    """Give the fields that a browser without scripts would send with a form."""
    (inside,) = re.findall(rf"<form[^>]*\b{form}\b.*?</form>", page, re.DOTALL)
    found = {}
    for tag in re.findall(r"<input[^>]*>", inside):
        given = dict(re.findall(r"""\b([a-z]+)=["']([^"']*)["']""", tag))
        if given.get("type") not in {"checkbox", "submit"} and "name" in given:
            found[given["name"]] = html.unescape(given.get("value", ""))
    for name, value in re.findall(
        r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', inside, re.DOTALL
    ):
        found[name] = html.unescape(value)
    return found


PUBLIC = "What you save here is public for good."


def opened(account: Account, address: str, notice: str = PUBLIC, **query: str) -> dict[str, str]:
    """Open the editing window as a browser does, see the notice, and give the form's fields."""
    wiki = account._api.rpartition("/")[0]
    address = address if address.startswith("http") else wiki + address
    page = account._session.get(address, params=query, timeout=30).text
    assert notice in html.unescape(page)
    return fields(page, "editform")


def saved(account: Account, form: dict[str, str]) -> None:
    """Press Save."""
    account._session.post(
        account._api.replace("api.php", "index.php"),
        params={"title": INTAKE, "action": "submit"},
        data=form | {"wpSave": "1"},
        timeout=30,
    ).raise_for_status()


def by_box(account: Account, notice: str = PUBLIC) -> dict[str, str]:
    """Press InputBox's button on the landing page."""
    query = fields(landing(account), "createbox")
    return opened(account, "/index.php", notice, **query)


def test_written_by_hand_without_a_script_becomes_a_case(worker: Worker, people: People) -> None:
    """Rosa presses the button, fills in her languages and saves; the worker opens a case."""
    worker.do("take_in")
    form = by_box(people["Rosa"])
    assert "{{Peer support request" in form["wpTextbox1"]
    form["wpTextbox1"] = form["wpTextbox1"].replace("|languages = ", "|languages = German")
    saved(people["Rosa"], form)
    page = people["Coral"].page(INTAKE)
    assert page["user"] == "Rosa"
    assert page["text"].startswith("__NOINDEX__\n{{Peer support intake}}")
    worker.do("take_in")
    assert worker.outcomes() == ["request"]
    assert worker.cases() == 1
    assert worker.told("prose") == []


def test_saved_as_it_is_rosa_is_told_what_lacks(worker: Worker, people: People) -> None:
    """A form without a language is no request, and no silence either."""
    worker.do("take_in")
    saved(people["Rosa"], by_box(people["Rosa"]))
    worker.do("take_in")
    assert worker.outcomes() == ["invalid"]
    assert worker.told("not-taken") == ["no-language"]
