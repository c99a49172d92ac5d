"""Whatever stands in the way on a real wiki: said plainly, text kept, one press to try again."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Dialog, Page, Route

from stage import browser as browsers
from stage.asking import INTAKE
from stage.network import StagedNetwork
from stage.sandbox import Account, Sandbox
from tests.browser.watching import everybody_can_use, picture
from tests.conftest import People

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

WORDS = "Kept through every error."
MINERVA = "&useskin=minerva"
CAPTCHA = """<?php
wfLoadExtension( 'ConfirmEdit' );
$wgCaptchaTriggers['edit'] = true;
$wgGroupPermissions['*']['skipcaptcha'] = $wgGroupPermissions['user']['skipcaptcha'] = false;
"""
RATE = "<?php $wgRateLimits['edit']['newbie'] = $wgRateLimits['edit']['user'] = [ 0, 60 ];"
SLOW = "<?php $wgHooks['EditPage::attemptSave'][] = static fn () => sleep( 1 ) === 0;"
FULL = "<?php $wgMaxArticleSize = 3;"
UNKNOWN = """<?php
$wgHooks['EditFilterMergedContent'][] = static function ( $context, $content, $status ) {
	if ( !str_contains( $context->getTitle()->getText(), 'Intake' ) ) {
		return true;
	}
	$code = 'an-extension-nobody-knows';
	$status->fatal( MediaWiki\\Api\\ApiMessage::create( 'badaccess', $code ) );
	return false;
};
"""
TITLES = """<?php
wfLoadExtension( 'TitleBlacklist' );
$wgTitleBlacklistSources = [ [ 'type' => 'message' ] ];
"""
SAME_MOMENT = """<?php
$wgHooks['EditPage::attemptSave'][] = static function ( $editor ) {
	$page = $editor->getArticle()->getPage();
	$text = $page->getContent()->getText() . "\\nSomebody else.";
	$page->doUserEditContent(
		new MediaWiki\\Content\\WikitextContent( $text ),
		MediaWiki\\User\\User::newSystemUser( 'Sandbox hand', [ 'steal' => true ] ),
		'at the same moment'
	);
	return true;
};
"""


def envelopes(network: StagedNetwork) -> int:
    """Count the envelopes on the intake page."""
    text = network.sandbox.as_account("Iface").page(INTAKE)["text"]
    return int(text.count("{{Peer support envelope|"))


class Form:
    """Somebody's dialog, walked to the review with a few words."""

    def __init__(self, page: Page, network: StagedNetwork) -> None:
        self.page, self.network = page, network
        self.before = envelopes(network)
        self.gadget = browsers.Gadget(page)
        self.gadget.open(f"{network.sandbox.url}/index.php?title=Main_Page")
        self.gadget.just_ask()
        page.click('[data-action="change"][data-to="message"]')
        page.fill("#ps-message", WORDS)
        self.gadget.press("next")
        self.gadget.step("review")

    def send(self, outcome: str) -> None:
        """Press Send, which fails in this way; the words are still there, and so is Send."""
        self.gadget.press("send")
        self.page.wait_for_selector(f'[data-outcome="{outcome}"]')
        picture(self.page, f"refused-{outcome}")
        assert WORDS in self.page.inner_text("[data-row=message]")
        assert self.page.locator('[data-action="send"]').is_enabled()

    def saved(self) -> int:
        """Say how many envelopes were saved since the form was opened."""
        return envelopes(self.network) - self.before

    def sent(self) -> None:
        """Press Send, which works."""
        self.gadget.send()


@pytest.fixture
def form(visit: Visit, network: StagedNetwork) -> Form:
    """Give Rosa's form."""
    return Form(visit("Rosa"), network)


@contextmanager
def read_only(sandbox: Sandbox) -> Iterator[None]:
    """Let the wiki be read-only."""
    file = Path(sandbox.facts["read_only_file"])
    file.write_text("We are moving house.", encoding="utf-8")
    try:
        yield
    finally:
        file.unlink()


def filtering(sandbox: Sandbox, admin: Account, which: str, **changes: str) -> None:
    """Make or change a filter against envelopes; AbuseFilter has no API for that, only its form."""
    address = f"{sandbox.url}/index.php?title=Special:AbuseFilter/{which}"
    token = re.search(r'value="([^"]+)" name="wpEditToken"', admin.show(address))
    assert token is not None
    usual = {
        "wpEditToken": html.unescape(token[1]),
        "wpFilterDescription": "No messages to networks",
        "wpFilterRules": 'added_lines contains "Peer support envelope"',
        "wpFilterNotes": "",
        "wpFilterEnabled": "1",
    }
    admin.send(address, {name: value for name, value in (usual | changes).items() if value})


def test_the_tab_is_closed_while_saving(form: Form, different: Callable[[str], None]) -> None:
    """The browser asks first; what was on its way is saved once at most, and told next time."""
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    form.page.on("dialog", answer)
    different(SLOW)
    with form.page.expect_request(lambda one: "appendtext" in (one.post_data or "")):
        form.gadget.press("send")
    context, address = form.page.context, form.page.url
    form.page.close(run_before_unload=True)
    page = context.new_page()
    page.wait_for_timeout(2500)
    different("")
    assert asked == ["beforeunload"]
    saved = form.saved()
    assert saved <= 1
    gadget = browsers.Gadget(page)
    gadget.open(address)
    gadget.press("next")
    gadget.step("fork")
    assert page.locator("#ps-earlier").count() == saved


def test_the_wiki_says_no(
    form: Form,
    people: People,
    sandbox: Sandbox,
    different: Callable[[str], None],
) -> None:
    """Read-only, too fast, at the same moment, blocked, logged out: one form lives on."""
    with read_only(sandbox):
        form.send("read-only")
    different(RATE)
    form.send("rate-limited")
    different(SAME_MOMENT)
    form.send("conflict")
    different("")

    admin = people["Admin"]
    admin.call(action="block", user="Rosa")
    form.send("blocked")
    admin.call(action="unblock", user="Rosa")

    cookies = form.page.context.cookies()
    form.page.context.clear_cookies()
    form.send("logged-out")
    form.page.context.add_cookies(
        [{"name": one["name"], "value": one["value"], "url": sandbox.url} for one in cookies]
    )
    assert form.saved() == 0
    form.sent()
    assert form.saved() == 1


def test_a_refusal_that_nobody_knows(
    form: Form, people: People, different: Callable[[str], None]
) -> None:
    """The form stays as usable as it was: nothing was saved, and every word can be changed."""
    different(UNKNOWN)
    form.send("declined")
    assert "an-extension-nobody-knows" in form.page.inner_text("[data-outcome]")
    everybody_can_use(form.page, "refused-declined")
    assert form.page.locator('[data-action="change"]').count() > 0
    people["Admin"].save("MediaWiki:Titleblacklist", ".*Intake.* <noedit>")
    different(TITLES)
    form.send("protected")
    different("")
    people["Admin"].save("MediaWiki:Titleblacklist", "#")
    assert form.saved() == 0
    form.sent()
    assert form.saved() == 1


def test_the_connection_is_blocked(
    form: Form, people: People, network: StagedNetwork, visit: Visit
) -> None:
    """A block of the address, of its range, or by itself, is told as the connection's."""
    admin, ravi = people["Admin"], people["Ravi"]
    look = Looks(visit, network)
    for user in ("127.0.0.1", "127.0.0.0/24"):
        admin.call(action="block", allowusertalk=True, user=user)
        form.send("blocked-address")
        assert look.reason("Rosa") == "blocked-address"
        admin.call(action="unblock", user=user)
    everybody_can_use(form.page, "refused-blocked-address")
    ravi.save("Sand", "Ravi was here, from this connection.")
    admin.call(action="block", allowusertalk=True, user="Ravi", autoblock=True)
    form.send("blocked-address")
    assert look.reason("Rosa") == "blocked-address"
    admin.call(action="unblock", user="Ravi")

    # The account's own block from the page, and the connection's from all of the wiki.
    admin.call(
        action="block", user="Rosa", allowusertalk=True, partial=True, pagerestrictions=INTAKE
    )
    form.send("blocked-here")
    admin.call(action="block", allowusertalk=True, user="127.0.0.1")
    form.send("blocked-address")
    admin.call(action="unblock", user="127.0.0.1")
    admin.call(action="unblock", user="Rosa")
    assert form.saved() == 0
    form.sent()
    assert form.saved() == 1


def test_a_filter_stops_it(form: Form, people: People, sandbox: Sandbox) -> None:
    """One that disallows is said; one that warns lets the next press through."""
    admin = people["Admin"]
    no = {"wpFilterActionDisallow": "1", "wpFilterDisallowMessage": "abusefilter-disallowed"}
    filtering(sandbox, admin, "new", **no)
    form.send("filter")
    everybody_can_use(form.page, "refused-filter")
    warning = {"wpFilterActionWarn": "1", "wpFilterWarnMessage": "abusefilter-warning"}
    filtering(sandbox, admin, "1", **warning)
    form.send("filter-warning")
    assert form.saved() == 0
    form.sent()
    filtering(sandbox, admin, "1", wpFilterEnabled="")
    assert form.saved() == 1


def test_the_wiki_asks_a_question(form: Form, different: Callable[[str], None]) -> None:
    """A captcha is answered in the form; another can be asked for, a wrong answer is no end."""
    different(CAPTCHA)
    form.send("captcha")
    everybody_can_use(form.page, "refused-captcha")
    first = form.page.inner_text("#ps-captcha-question")
    while form.page.inner_text("#ps-captcha-question") == first:  # chance may ask the same
        form.gadget.press("captcha-another")
        form.page.wait_for_selector("[data-action=send]:enabled")
    form.page.fill("#ps-captcha-word", "wrong")
    form.send("captcha")
    question = form.page.inner_text("#ps-captcha-question").replace("\u2212", "-").replace("−", "-")
    one, sign, other = re.findall(r"\d+|[+-]", question)
    form.page.fill("#ps-captcha-word", str(int(one) + int(other) * (1 if sign == "+" else -1)))
    form.sent()
    assert form.saved() == 1


def test_the_page_is_full(form: Form, different: Callable[[str], None]) -> None:
    """It waits half a minute, says so, and tries once more by itself; then it can be pressed."""
    form.page.clock.install()
    different(FULL)
    form.gadget.press("send")
    form.page.wait_for_function(
        "document.getElementById('ps-progress').textContent.includes('half a minute')"
    )
    picture(form.page, "waiting")
    form.page.clock.fast_forward(30_000)
    form.page.wait_for_selector('[data-outcome="page-full"]')
    form.gadget.press("send")
    form.page.wait_for_function(
        "document.getElementById('ps-progress').textContent.includes('half a minute')"
    )
    different("")
    form.page.clock.fast_forward(30_000)
    form.gadget.step("sent")
    assert form.saved() == 1


def test_the_connection_is_bad(form: Form) -> None:
    """Offline is said; an answer that was lost is looked for, and never makes two envelopes."""
    form.page.context.set_offline(True)
    form.send("offline")
    form.page.context.set_offline(False)

    def lose(route: Route) -> None:
        if "appendtext" in (route.request.post_data or ""):
            route.fetch()
            route.abort()
        else:
            route.continue_()

    form.page.route("**/api.php*", lose)
    form.sent()  # it was found on the page
    assert form.saved() == 1


def test_pressed_twice_and_in_two_tabs(form: Form, network: StagedNetwork) -> None:
    """Two presses are one envelope; the other tab waits, and then says that it is done."""
    other = Form(form.page.context.new_page(), network)
    held: list[Route] = []

    def hold(route: Route) -> None:
        if "appendtext" in (route.request.post_data or ""):
            held.append(route)
        else:
            route.continue_()

    form.page.route("**/api.php*", hold)
    form.page.evaluate("""() => {
        const button = document.querySelector('[data-action=send]');
        button.click();
        button.click();
    }""")
    form.page.wait_for_selector("[data-action=send]:disabled")
    while not held:
        form.page.wait_for_timeout(50)
    other.send("other-tab")
    held.pop().continue_()
    form.gadget.step("sent")
    other.gadget.step("unavailable")
    assert other.page.get_attribute("[data-step]", "data-reason") == "sent-elsewhere"
    assert not held
    assert form.saved() == 1


def test_back_and_forward(form: Form) -> None:
    """Back leaves the form; forward does not give it back, and nothing was sent."""
    form.page.goto(f"{form.network.sandbox.url}/index.php?title=Special:Version")
    form.page.go_back()
    form.page.go_forward()
    form.page.go_back()
    assert WORDS not in form.page.content()
    assert form.page.locator("#peer-support-dialog[open]").count() == 0
    assert form.saved() == 0


def test_a_wrong_clock(visit: Visit, network: StagedNetwork) -> None:
    """Keys are judged by the server's time: a visitor ten years ahead can send."""
    page = visit("Rim")
    page.clock.set_fixed_time("2041-01-01T00:00:00Z")
    gadget = browsers.Gadget(page)
    gadget.open(f"{network.sandbox.url}/index.php?title=Main_Page")
    gadget.just_ask()
    sent = gadget.send()
    network.run("once")
    assert sent.ref in network.run("cases", "list").stdout


def test_nothing_is_stored_but_what_was_ticked(form: Form, people: People) -> None:
    """Nothing is in the browser's storage; the link is kept if ticked, as a preference."""
    sent = form.gadget.send()
    token = sent.status_link.rpartition("/")[2]
    stored = form.page.evaluate("""async () => JSON.stringify([
        Object.entries(localStorage), Object.entries(sessionStorage),
        await indexedDB.databases(), await caches.keys(), document.cookie ])""")
    for secret in (
        WORDS,
        sent.ref,
        sent.ref.replace("-", ""),
        token,
        sent.words,
        sent.words.replace(" ", '","'),
    ):
        assert secret not in stored
    ask = {"action": "query", "meta": "userinfo", "uiprop": "options"}
    name = "userjs-peer-support-status"
    rosa = people["Rosa"]
    assert name not in rosa.get(**ask)["query"]["userinfo"]["options"]
    form.page.check("#ps-keep")
    form.page.wait_for_function("document.getElementById('ps-keep-said').textContent !== ''")
    assert token in rosa.get(**ask)["query"]["userinfo"]["options"][name]
    form.page.reload()
    form.gadget.open(f"{form.network.sandbox.url}/index.php?title=Main_Page")
    link = form.page.locator('[data-action="open-kept"]')
    assert link.get_attribute("href") == sent.status_link
    form.gadget.press("forget-kept")
    form.page.wait_for_function("document.getElementById('ps-kept-said').textContent !== ''")
    assert name not in rosa.get(**ask)["query"]["userinfo"]["options"]


def test_a_temporary_account(visit: Visit, network: StagedNetwork) -> None:
    """It learns that mail does not reach it and that it ends, and is served all the same."""
    page = visit(None)
    page.goto(f"{network.sandbox.url}/index.php?title=Main_Page")
    page.wait_for_function("window.mw && mw.loader.getState('mediawiki.api') !== null")
    page.evaluate("""() => mw.loader.using('mediawiki.api').then(() => new mw.Api().postWithToken(
        'csrf', { action: 'edit', title: 'Sand', text: 'One edit makes the account.' }))""")
    gadget = browsers.Gadget(page)
    gadget.open(f"{network.sandbox.url}/index.php?title=Main_Page")
    gadget.press("next")
    gadget.step("fork")
    assert page.get_attribute("#ps-mail", "data-mail") == "temporary"
    gadget.press("just-ask")
    gadget.step("review")
    assert page.locator("#ps-notify").count() == 0
    sent = gadget.send()
    assert "/status/" in sent.status_link
    assert page.locator("#ps-keep").count() == 0  # its preferences end with it
    network.run("once")
    assert sent.ref in network.run("cases", "list").stdout


class Looks:
    """What somebody meets who opens the form."""

    def __init__(self, visit: Visit, network: StagedNetwork) -> None:
        self.visit, self.network = visit, network

    def __call__(self, name: str | None) -> Page:
        """Open the form, and wait until the wiki has answered."""
        page = self.visit(name)
        browsers.Gadget(page).look(f"{self.network.sandbox.url}/index.php?title=Main_Page")
        page.wait_for_selector("[data-step=unavailable], [data-action=next]:enabled")
        return page

    def reason(self, name: str | None) -> str:
        """Give the reason why nothing can be sent; nothing could be typed before."""
        page = self(name)
        reason = page.get_attribute("[data-step]", "data-reason") or ""
        if reason:
            everybody_can_use(page, f"unavailable-{reason}")
            assert page.locator("#peer-support-dialog").locator("input, textarea").count() == 0
        return reason


def test_who_cannot_be_served_learns_it_first(
    visit: Visit, network: StagedNetwork, people: People
) -> None:
    """Logged out, blocked, protected, without an address, paused: said first, with the mend."""
    look = Looks(visit, network)
    admin = people["Admin"]
    assert look.reason(None) == "logged-out"
    assert look.reason("Ravi") == ""

    page = look("Newcomer")
    page.click("[data-action=next]")
    assert page.get_attribute("#ps-mail", "data-mail") == "unconfirmed"
    assert "Special:Preferences" in (page.get_attribute("#ps-mail a", "href") or "")

    block: dict[str, Any] = {"action": "block", "user": "Ravi", "allowusertalk": True}
    admin.call(**block, partial=True, pagerestrictions=INTAKE)
    assert look.reason("Ravi") == "blocked-here"
    admin.call(**block, reblock=True)
    assert look.reason("Ravi") == "blocked"
    admin.call(action="protect", title=INTAKE, protections="edit=sysop")
    assert look.reason("Rosa") == "protected"
    network.run("pause")
    network.run("once")
    assert look.reason("Rosa") == "paused"
