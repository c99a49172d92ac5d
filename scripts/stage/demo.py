"""The demo: one request from the gadget to its end at the desk, told as it happens."""

from __future__ import annotations

import contextlib
import fcntl
import logging
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page
from playwright.sync_api import Error as BrowserError

from stage import browser as browsers
from stage import network as networks
from stage import sandbox as sandboxes
from stage.browser import Sent
from stage.mailbox import Mail, Mailbox
from stage.network import ROOT, StagedNetwork

FOLDER = ROOT / "var" / "demo"
WIDTH = 80
BESIDE = "    │ "
ROSTER = """\
- user: Salma
  languages: [en, de]
  word: lighthouse
- user: Sven
  languages: [en]
- user: Sofie
  languages: [fr, en]
- user: Samir
  languages: [ar, fr]
"""
MESSAGE = "Somebody keeps writing nasty things on my talk page. I would like to talk to somebody."
ANSWER = (
    "Hello Rosa, I have read it, and I am sorry that this happens to you. Shall we look together?"
)
REPLY = "Thank you. It helps already that somebody has read it. Yes, please."


def main(port: int) -> int:
    """Set everything up from nothing, walk a request through, and tell what happens."""
    for sign in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, lambda number, _: sys.exit(128 + number))
    folder = FOLDER / str(port)
    folder.mkdir(parents=True, exist_ok=True)
    with (FOLDER / f"{port}.lock").open("a") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"A demo is running on port {port}. Another goes beside it with --port N.")
            return 1
        shutil.rmtree(folder)
        try:
            _demo(port, folder)
        except KeyboardInterrupt:
            return 128 + signal.SIGINT
        except subprocess.CalledProcessError:
            return 1  # scripts/sandbox has said why.
    return 0


def _demo(port: int, folder: Path) -> None:
    running: list[subprocess.Popen[bytes]] = []
    try:
        say("Raising a wiki of its own on this machine: a real MediaWiki, with a mailbox.")
        sandbox = sandboxes.up(port, fresh=True, quiet=False)
        say("Setting up a network on it: store, keys, pages, gadget, four supporters.")
        network = networks.make(folder, sandbox, ROSTER)
        running.append(network.start_desk())
        running.append(network.start("run"))
        with browsers.chromium() as browser:
            _walk(browser, network)
        _stay_or_end(network)
    finally:
        # However often it is told to end: nothing of it is left running.
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, signal.SIG_IGN)
        # Nor do the ends of a browser that Ctrl-C has cut off matter to anybody.
        logging.getLogger("asyncio").disabled = True
        with contextlib.suppress(OSError):  # The terminal may be gone.
            say("Ending everything.")
        for process in reversed(running):
            _end(process)
        sandboxes.command(("down", "--port", str(port)))


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _walk(browser: Browser, network: StagedNetwork) -> None:
    mailbox = Mailbox(network.sandbox.mailbox_url)
    with _person(browser) as context:
        page = context.new_page()
        browsers.log_in(page, network.sandbox, "Rosa")
        say("Rosa is logged in on the wiki. She opens “Peer support” and says what she needs.")
        gadget = browsers.Gadget(page)
        gadget.open(f"{network.sandbox.url}/index.php?title=Main_Page")
        gadget.ask(languages=("de",), topics=("I feel alone with this",), message=MESSAGE)
        picture(page, network.folder / "1-review.png")
        sent = gadget.send()
        picture(page, network.folder / "2-sent.png")
        say(f"It is sent. Rosa's reference is {sent.ref}, her three words are “{sent.words}”.")
        history = network.sandbox.as_account("Rosa").get(
            action="query",
            titles="Project:Peer support/Intake",
            prop="revisions",
            rvprop="user|comment|size",
            rvlimit=1,
        )["query"]["pages"][0]["revisions"][0]
        say(
            "All that the wiki shows of it, for good: "
            f"{history['user']} · {history['comment']} · {history['size']} bytes. The rest is "
            "sealed in the browser, to a key that the bot destroys after two days."
        )
    offer = mailbox.wait_for("Salma", sent.ref)
    say("The bot has read and opened it, and asked who speaks German. Salma's mailbox:")
    show(offer)
    with _person(browser) as context:
        page = context.new_page()
        page.goto(offer.link)
        picture(page, network.folder / "3-offer.png")
        browsers.press(page, "accept")
        say("Salma follows the link and says yes. Only now a second mail brings her own link:")
        link = mailbox.wait_for("Salma", sent.ref, number=2)
        show(link)
        page.goto(link.link)
        browsers.press(page, "open")
        picture(page, network.folder / "4-name.png")
        say("It shows the name alone at first. Salma does not know Rosa, and reads on.")
        browsers.press(page, "take")
        picture(page, network.folder / "5-request.png")
        read = page.inner_text(".message")
        if read != MESSAGE:
            raise AssertionError("the supporter did not read what the requester wrote")
        say(f"This is what Rosa wrote, and nobody else can read it: “{read}”")
        say("Salma answers right there, with Rosa's three words, so that Rosa knows it is her.")
        page.fill("#write", f"{sent.words}. {ANSWER}")
        browsers.press(page, "write")
        _reply(browser, network, mailbox, sent)
        ring = mailbox.wait_for("Salma", sent.ref, number=3)
        say(f"Salma is rung, too: “{ring.subject}”. She looks, and there it is:")
        browsers.press(page, "look")
        say(f"“{_last_said(page)}”")
        picture(page, network.folder / "7-conversation.png")
        say("They talk as long as they need. Then Salma closes the case.")
        browsers.press(page, "close")
    _end_of_it(browser, network, mailbox, sent)


def _reply(browser: Browser, network: StagedNetwork, mailbox: Mailbox, sent: Sent) -> None:
    """Let the requester be rung, read what was written to her, and answer."""
    ring = mailbox.wait_for("Rosa", "there is a message for you")
    say("Rosa is rung by Wikimail, without a word of it:")
    show(ring)
    with _person(browser) as context:
        page = context.new_page()
        page.goto(sent.status_link)
        browsers.press(page, "open")
        say(f"On her private page she reads: “{_last_said(page)}”")
        page.fill("#write", REPLY)
        browsers.press(page, "write")
        picture(page, network.folder / "6-private-page.png")
        say("Rosa answers. Neither of the two has shown the other an e-mail address.")
    if any(REPLY in mail.text for mail in mailbox.everything()):
        raise AssertionError("a mail holds what was written")


def _last_said(page: Page) -> str:
    return page.locator(".said").last.inner_text()


def _end_of_it(browser: Browser, network: StagedNetwork, mailbox: Mailbox, sent: Sent) -> None:
    """Let the requester see that it has ended, and say whether it helped."""
    mailbox.wait_for("Rosa", "this has ended")
    with _person(browser) as context:
        page = context.new_page()
        page.goto(sent.status_link)
        browsers.press(page, "open")
        if page.locator(".said").count():
            raise AssertionError("the conversation has outlived the case")
        picture(page, network.folder / "8-ended.png")
        browsers.press(page, "yes")
    say(
        "What both wrote is erased, and Salma's link opens nothing. For some weeks Rosa's still "
        "opens one page: there she has said that it helped, or could tell that something is wrong."
    )
    print("\n" + network.run("cases", "list", "--all").stdout)


def _person(browser: Browser) -> BrowserContext:
    return browser.new_context(viewport={"width": 1200, "height": 900}, locale="en")


def say(text: str) -> None:
    """Tell what happens."""
    print("\n" + textwrap.fill(text, WIDTH), flush=True)


def show(mail: Mail) -> None:
    """Show a mail as it came."""
    text = f"\nSubject: {mail.subject}\n\n{mail.text.strip()}\n"
    print("\n".join(_beside_a_line(text)), flush=True)


def _beside_a_line(text: str) -> Iterator[str]:
    """Put a line beside a text; what is longer than a terminal goes on below, links whole."""
    for line in text.splitlines():
        parts = textwrap.wrap(
            line, WIDTH - len(BESIDE), break_long_words=False, break_on_hyphens=False
        )
        yield from (BESIDE + part for part in parts or [""])


def picture(page: Page, path: Path) -> None:
    """Keep a picture of what is seen; a busy machine's Chromium cannot always give one at once."""
    for last in (False, False, True):
        try:
            page.screenshot(path=path)
        except BrowserError:
            if last:
                raise
        else:
            return


def _stay_or_end(network: StagedNetwork) -> None:
    say(f"Pictures of each step are in {network.folder.relative_to(ROOT)}/.")
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        say("No terminal is watching, so this ends here.")
        return
    say("Everything keeps running. Look around:")
    print(f"    the wiki      {network.sandbox.url}")
    print(f"                  (Ravi, password {password(network, 'Ravi')})")
    print(f"    the mailbox   {network.sandbox.mailbox_url}")
    print(f"    the desk      http://127.0.0.1:{network.desk_port}  (by the links in the mails)")
    print("    Ctrl-C ends it.")
    ended = threading.Event()
    signal.signal(signal.SIGINT, lambda *_: ended.set())
    ended.wait()


def password(network: StagedNetwork, name: str) -> str:
    """Give the password of a sandbox account."""
    return network.sandbox.password(name)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
