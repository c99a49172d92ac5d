"""A link has leaked: a new one ends every older one, and leaving clears the browser."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.casework.effects import Door
from bot.store.store import MAIL_PAGE, put_setting
from tests.unit.desk.accounts import Guest, link

if TYPE_CHECKING:
    from tests.unit.desk.conftest import Answer, Scene

SALMA = 1


def shown(answer: Answer) -> str:
    """Give the path of the new link that a page shows."""
    [new] = [one for one in answer.page.links if one.startswith("http")]
    return "/" + new.split("/", 3)[3]


def test_a_requester_gets_a_new_one_and_all_others_are_dead(scene: Scene) -> None:
    """Shown this once, mailed to nobody; whoever was inside with the old one is outside."""
    case_id, case = scene.supported(SALMA)
    mine, leaked = scene.link(case_id, Door.STATUS), scene.link(case_id, Door.STATUS)
    thief, browser = scene.browser(), scene.browser()
    thief.open(leaked)
    browser.open(mine)
    mails = scene.dump()["outbox"]
    answer = browser.press(mine, "new-link")
    new = shown(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    assert scene.dump()["outbox"] == mails
    for old in (mine, leaked):
        for somebody in (thief, browser, scene.browser()):
            assert somebody.get(old).status == 404
    assert thief.post(leaked, "withdraw").status == 404
    assert "withdraw" in scene.browser().open(new).forms
    assert scene.stored(case_id).case.open
    assert scene.browser().get(case).status == 200, "that of the supporter is another page's"


def test_a_supporters_comes_by_wikimail_alone(scene: Scene) -> None:
    """Whoever pressed with a stolen link has none afterwards; the page shows none."""
    case_id, mine = scene.supported(SALMA)
    leaked, status = scene.link(case_id, Door.CASE, SALMA), scene.link(case_id, Door.STATUS)
    thief = scene.browser()
    thief.open(leaked)
    before = sum("case-link" in row for row in scene.dump()["outbox"])
    answer = thief.press(leaked, "new-link")
    assert "/case/" not in answer.text
    assert sum("case-link" in row for row in scene.dump()["outbox"]) == before + 1
    for old in (mine, leaked):
        assert thief.get(old).status == 404
    assert thief.post(leaked, "new-link").status == 404, "one press, one mail"
    assert scene.browser().get(status).status == 200


def test_an_own_page_gets_one_that_lives_no_longer(scene: Scene) -> None:
    """All older ones to the account's page are dead; the new one ends when the last would have."""
    scene.supporter(SALMA, name="Salma")
    mine = link(scene, Door.ME, SALMA, "Salma")
    leaked = link(scene, Door.ME, SALMA, "Salma", days=1)
    guest = Guest(scene.browser(), mine).open()
    new = shown(guest.press("new-link"))
    for old in (mine, leaked):
        assert scene.browser().get(old).status == 404
    assert Guest(scene.browser(), new).open().answer.status == 200
    scene.clock.pass_(days=2)
    scene.clock.pass_(seconds=timedelta(seconds=1).total_seconds())
    assert scene.browser().get(new).status == 404


def test_leaving_clears_what_the_browser_holds(scene: Scene) -> None:
    """Every private page leads there; the cookie goes, every door is shut, the store untouched."""
    with scene.store.write() as tx:
        put_setting(tx, MAIL_PAGE, "https://wiki.example.org/wiki/Special:EmailUser/NAME")
    case_id, case = scene.supported(SALMA)
    status = scene.link(case_id, Door.STATUS)
    browser = scene.browser()
    for path in (case, status):
        assert "/leave" in browser.open(path).links
    before = scene.dump()
    answer = browser.get("/leave")
    assert (answer.status, answer.headers["Location"]) == (303, "https://wiki.example.org/")
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert "desk=;" in answer.headers["Set-Cookie"]
    assert scene.dump() == before
    for path in (case, status):
        assert "withdraw" not in browser.get(path).page.forms
        assert set(browser.get(path).page.forms) == {"open"}
