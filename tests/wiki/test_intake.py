"""The intake page as others leave it: whatever they do to it, no message on it is lost."""

from __future__ import annotations

import re

import pytest

from stage.asking import INTAKE, KEY_PAGE
from stage.mailbox import Mailbox
from tests.conftest import People
from tests.wiki.conftest import Worker

PLAIN = "\n{{Peer support request\n|languages = French\n|message = Hello\n}}"


def restore(people: People, *, revids: str = "") -> None:
    """Undelete the page, or those of its revisions that the wiki's form would tick."""
    stamps = {"timestamps": revids} if revids else {}
    people["Admin"].call(action="undelete", title=INTAKE, **stamps)


def delete(people: People) -> None:
    """Delete the page."""
    people["Admin"].call(action="delete", title=INTAKE)


def test_blanked_before_it_was_read(worker: Worker, people: People) -> None:
    """Ravi blanks the page a moment later: Rosa's request counts all the same."""
    people.ask("Rosa")
    people["Ravi"].save(INTAKE, "")
    worker.do("take_in")
    assert (worker.cases(), worker.outcomes()) == (1, ["request"])
    assert worker.told("prose") == []


def test_reverted_and_put_back(worker: Worker, people: People) -> None:
    """Undone and undone again before it was read, a sealed request stays one."""
    people.ask("Rosa")
    first = people["Rosa"].page(INTAKE)["revid"]
    undone = people["Ravi"].call(action="edit", title=INTAKE, undo=first)["edit"]["newrevid"]
    people["Rim"].call(action="edit", title=INTAKE, undo=undone)
    worker.do("take_in")
    assert (worker.cases(), worker.outcomes()) == (1, ["request", "duplicate"])


@pytest.mark.parametrize("way", ["undo", "rollback", "by hand"])
def test_who_reverts_a_vandal_is_no_requester(worker: Worker, people: People, way: str) -> None:
    """Rim puts back what a vandal took away: there is one case, Ravi's."""
    people["Ravi"].append(INTAKE, PLAIN)
    asked = people["Ravi"].page(INTAKE)["text"]
    worker.do("take_in")
    vandal = people["Rosa"].save(INTAKE, "")
    if way == "undo":
        people["Rim"].call(action="edit", title=INTAKE, undo=vandal)
    elif way == "rollback":
        admin = people["Admin"]
        token = admin.get(action="query", meta="tokens", type="rollback")["query"]["tokens"]
        admin._post(action="rollback", title=INTAKE, user="Rosa", token=token["rollbacktoken"])
    else:
        people["Rim"].save(INTAKE, asked)
    worker.do("take_in")
    assert people["Rim"].page(INTAKE)["text"] == asked
    assert (worker.cases(), worker.outcomes()) == (1, ["request"])
    # By hand it could also be somebody who saved the same form: the coordinators look.
    assert len(worker.told("prose")) == (way == "by hand")


def test_a_text_that_stood_there_long_ago(worker: Worker, people: People) -> None:
    """Too far back for the wiki to call it a revert: it is known by its hash, and adds no case."""
    people["Ravi"].append(INTAKE, PLAIN)
    asked = people["Ravi"].page(INTAKE)["text"]
    for number in range(17):
        people["Rosa"].save(INTAKE, f"nonsense {number}")
    worker.do("take_in")
    people["Rim"].save(INTAKE, asked)
    worker.do("take_in")
    assert (worker.cases(), worker.outcomes()) == (1, ["request"])


def test_deleted_with_an_unread_request(worker: Worker, people: People) -> None:
    """Deleted before it was read, made anew, then restored: the older id that comes back counts."""
    worker.do("take_in")
    people.ask("Rosa")
    delete(people)
    worker.do("take_in")
    assert (worker.cases(), worker.told("intake-trouble")) == (0, ["missing"])
    people["Admin"].save(INTAKE, "Made anew")
    people.ask("Ravi", languages=["fr"])
    worker.do("take_in")
    assert worker.outcomes() == ["request"]
    restore(people)
    worker.do("take_in")
    assert (worker.cases(), worker.outcomes()) == (2, ["request", "request"])


def test_deleted_and_made_anew_unnoticed(worker: Worker, people: People) -> None:
    """What was on a page that is deleted between two looks may be lost: the coordinators hear."""
    worker.do("take_in")
    people.ask("Rosa")
    delete(people)
    people["Admin"].save(INTAKE, "")
    worker.do("take_in")
    worker.do("take_in")
    assert worker.told("intake-trouble") == ["deleted"]
    restore(people)
    worker.do("take_in")
    assert (worker.cases(), worker.told("intake-trouble")) == (1, ["deleted"])


def test_deleted_behind_a_dozen_other_entries(worker: Worker, people: People) -> None:
    """However much the log says after it, between the same two looks: the coordinators hear."""
    worker.do("take_in")
    people.ask("Rosa")
    delete(people)
    people["Admin"].save(INTAKE, "")
    for level in ("autoconfirmed", "all") * 6:
        people["Admin"].call(action="protect", title=INTAKE, protections=f"edit={level}")
    for _ in range(2):
        worker.do("take_in")
    assert worker.told("intake-trouble") == ["deleted"]
    assert worker.requests_of("take_in") == 1


def test_deleted_and_restored_unnoticed(worker: Worker, people: People) -> None:
    """When all of it comes back between two looks, it is read, and there is nothing to tell."""
    worker.do("take_in")
    people.ask("Rosa")
    delete(people)
    restore(people)
    worker.do("take_in")
    assert (worker.cases(), worker.told("intake-trouble")) == (1, [])


def test_moved_away_and_back(worker: Worker, people: People) -> None:
    """A redirect in the page's place pauses the network, once told; back again, all is read."""
    worker.do("take_in")
    people.ask("Rosa")
    there = {"from": INTAKE, "to": "Project:Elsewhere"}
    people["Admin"].call(action="move", **there)
    for _ in range(2):
        worker.do("take_in")
        assert not worker.do("tidy")
    assert worker.told("intake-trouble") == ["moved-to"]
    worker.do("publish")
    assert (
        '"state": "paused"' in people["Rosa"].page("User:PeerSupportBot/peer-support.json")["text"]
    )
    read_until = worker.setting("read-until")
    worker.do("take_in")
    assert worker.setting("read-until") == read_until  # no key may go meanwhile
    people["Admin"].call(
        action="move", **{"from": "Project:Elsewhere", "to": INTAKE, "noredirect": 1}
    )
    worker.do("take_in")
    worker.do("publish")
    assert (worker.cases(), worker.told("intake-trouble")) == (1, ["moved-to", "over"])
    assert '"state": "open"' in people["Rosa"].page("User:PeerSupportBot/peer-support.json")["text"]
    assert worker.told("prose") == []


def test_moved_away_without_a_redirect(
    worker: Worker, people: People, mailbox: Mailbox, capsys: pytest.CaptureFixture[str]
) -> None:
    """Told as moved, and where to, by mail, `check` and `publish`, which makes no second one."""
    from bot.checks import wiki_pages
    from bot.checks.check import OnWiki
    from bot.cli.publishing import publish_pages

    worker.do("take_in")
    people.ask("Rosa")
    there = {"from": INTAKE, "to": "Project:Elsewhere"}
    people["Admin"].call(action="move", **there, noredirect=1)
    for _ in range(2):
        worker.do("take_in")
    assert worker.told("intake-trouble") == ["moved-to"]
    worker.do("deliver")
    [mail] = mailbox.to("Coral")
    assert re.search(r"/Peer_wiki\S*Intake\nhttp\S*/Peer_wiki\S*Elsewhere\n", mail.text)
    publish_pages(worker.network, None)
    assert "not made anew, for it was moved to Peer wiki:Elsewhere" in capsys.readouterr().out
    on = OnWiki(
        worker.network.config,
        worker.network.wiki,
        worker.network.people,
        worker.network.intake,
        worker.network.clock,
    )
    [found] = wiki_pages.intake_page(on)
    assert found.found.endswith("was moved to Peer wiki:Elsewhere")
    people["Admin"].call(action="move", **{"from": "Project:Elsewhere", "to": INTAKE}, noredirect=1)
    for _ in range(2):
        worker.do("take_in")
    assert (worker.cases(), worker.told("intake-trouble")) == (1, ["moved-to", "over"])


@pytest.mark.parametrize("way", ["purge", "null edit", "protect moving", "move and back"])
def test_what_changes_nothing_is_no_trouble(worker: Worker, people: People, way: str) -> None:
    """Purged, saved as it was, its moving protected, away and back between two looks: no word."""
    worker.do("take_in")
    admin = people["Admin"]
    if way == "purge":
        admin._post(action="purge", titles=INTAKE, forcelinkupdate=True)
    elif way == "null edit":
        admin.save(INTAKE, admin.page(INTAKE)["text"])
    elif way == "protect moving":
        admin.call(action="protect", title=INTAKE, protections="move=sysop")
    else:
        for old, new in ((INTAKE, "Project:Elsewhere"), ("Project:Elsewhere", INTAKE)):
            admin.call(action="move", **{"from": old, "to": new, "noredirect": 1})
    people.ask("Rosa")
    worker.do("take_in")
    worker.do("publish")
    assert '"state": "open"' in people["Rosa"].page(KEY_PAGE)["text"]
    assert (worker.cases(), worker.told("intake-trouble"), worker.told("prose")) == (1, [], [])


@pytest.mark.parametrize(("level", "state"), [("sysop", "paused"), ("autoconfirmed", "open")])
def test_protected(worker: Worker, people: People, level: str, state: str) -> None:
    """Protection is told; where nobody can write any more the network says paused."""
    people.ask("Rosa")
    people["Admin"].call(action="protect", title=INTAKE, protections=f"edit={level}")
    for _ in range(2):
        worker.do("take_in")
    worker.do("publish")
    page = people["Rosa"].page("User:PeerSupportBot/peer-support.json")["text"]
    assert f'"state": "{state}"' in page
    assert (worker.cases(), worker.told("intake-trouble")) == (1, ["protected"])
    people["Admin"].call(action="protect", title=INTAKE, protections="edit=all")
    worker.do("take_in")
    assert worker.told("intake-trouble") == ["protected", "over"]


def test_protected_from_two_sides(worker: Worker, people: People) -> None:
    """A cascade comes on top of a mild protection of the page's own: nobody can write any more."""
    admin = people["Admin"]
    admin.call(action="protect", title=INTAKE, protections="edit=autoconfirmed")
    worker.do("take_in")
    worker.do("publish")
    assert '"state": "open"' in people["Rosa"].page(KEY_PAGE)["text"]
    admin.save("User:Admin/Frozen", f"{{{{{INTAKE}}}}}")
    admin.call(action="protect", title="User:Admin/Frozen", protections="edit=sysop", cascade=1)
    with pytest.raises(RuntimeError, match="protected"):
        people.ask("Rosa")
    worker.do("take_in")
    worker.do("publish")
    assert '"state": "paused"' in people["Rosa"].page(KEY_PAGE)["text"]


@pytest.mark.parametrize(("model", "text"), [("json", "{}"), ("javascript", "")])
def test_no_wikitext_any_more(worker: Worker, people: People, model: str, text: str) -> None:
    """Anybody with an account can turn a page into JSON: told, shut, and turned back at once."""
    worker.do("take_in")
    header = people["Rosa"].page(INTAKE)["text"]
    for _ in range(2):  # whoever does it again does not get an hour for it
        if text:
            people["Ravi"].save(INTAKE, text)
        people["Ravi"].call(action="changecontentmodel", title=INTAKE, model=model)
        worker.do("take_in")
        worker.do("publish")
        assert '"state": "paused"' in people["Rosa"].page(KEY_PAGE)["text"]
        assert worker.do("tidy")
        worker.do("take_in")
        worker.do("publish")
        assert '"state": "open"' in people["Rosa"].page(KEY_PAGE)["text"]
    assert people["Rosa"].page(INTAKE)["text"] == header
    people.ask("Rosa")
    worker.do("take_in")
    assert worker.cases() == 1
    assert worker.told("intake-trouble") == ["not-wikitext", "over"] * 2


@pytest.mark.parametrize("what", ["content", "user"])
@pytest.mark.usefixtures("sysops_hide")
def test_hidden_before_it_was_read(worker: Worker, people: People, what: str) -> None:
    """The coordinators learn the id once; when it is shown again, it is read after all."""
    people.ask("Rosa")
    revid = people["Rosa"].page(INTAKE)["revid"]
    people["Ravi"].save(INTAKE, "")
    hidden = {"type": "revision", "ids": revid}
    people["Admin"].call(action="revisiondelete", hide=what, **hidden)
    for _ in range(2):
        worker.do("take_in")
    assert (worker.cases(), worker.told("unreadable")) == (0, [str(revid)])
    people["Admin"].call(action="revisiondelete", show=what, **hidden)
    worker.do("take_in")
    assert (worker.outcomes(), worker.told("unreadable")) == (["request"], [str(revid)])


@pytest.mark.usefixtures("sysops_hide")
def test_what_stood_below_a_hidden_revision(worker: Worker, people: People) -> None:
    """Ravi's text is hidden while it still stands on the page: who saves it next did not ask."""
    revid = people["Ravi"].append(INTAKE, PLAIN)
    people.ask("Rosa")
    people["Admin"].call(action="revisiondelete", type="revision", ids=revid, hide="content")
    worker.do("take_in")
    assert (worker.cases(), worker.outcomes()) == (1, ["request"])
    assert (len(worker.told("unreadable")), len(worker.told("prose"))) == (1, 1)
