"""The demo: one request from the gadget to its end at the desk, told as it happens."""

from __future__ import annotations

import argparse
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page

from stage import browser as browsers
from stage import network as networks
from stage import sandbox as sandboxes
from stage.mailbox import Mail, Mailbox
from stage.network import ROOT, StagedNetwork

FOLDER = ROOT / "var" / "demo"
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


def main() -> int:
    """Set everything up from nothing, walk a request through, and tell what happens."""
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__)
    parser.add_argument("--port", type=int, default=8080, help="of the wiki (default: 8080)")
    port = parser.parse_args().port
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    shutil.rmtree(FOLDER, ignore_errors=True)
    say("Raising a wiki of its own on this machine: a real MediaWiki, with a mailbox.")
    sandbox = sandboxes.up(port, fresh=True, quiet=False)
    say("Setting up a network on it: store, keys, pages, gadget, four supporters.")
    network = networks.make(FOLDER, sandbox, ROSTER)
    running: list[subprocess.Popen[bytes]] = []
    try:
        running += [network.start_desk(), network.start("run")]
        with browsers.chromium() as browser:
            _walk(browser, network)
        _stay_or_end(network)
    finally:
        for process in reversed(running):
            process.terminate()
        for process in running:
            process.wait()
        sandboxes.command(("down", "--port", str(port)))
    return 0


def _walk(browser: Browser, network: StagedNetwork) -> None:
    mailbox = Mailbox(network.sandbox.mailbox_url)
    with _person(browser) as context:
        page = context.new_page()
        browsers.log_in(page, network.sandbox, "Rosa")
        say("Rosa is logged in on the wiki. She opens “Peer support” and says what she needs.")
        gadget = browsers.Gadget(page)
        gadget.open(f"{network.sandbox.url}/index.php?title=Main_Page")
        gadget.ask(languages=("de",), topics=("I feel alone with this",), message=MESSAGE)
        picture(page, "1-review")
        sent = gadget.send()
        picture(page, "2-sent")
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
        picture(page, "3-offer")
        page.click("button[value=accept]")
        say("Salma follows the link and says yes. Only now a second mail brings her own link:")
        link = mailbox.wait_for("Salma", sent.ref, number=2)
        show(link)
        page.goto(link.link)
        page.click("button[value=open]")
        picture(page, "4-name")
        say("It shows the name alone at first. Salma does not know Rosa, and reads on.")
        page.click("button[value=take]")
        picture(page, "5-request")
        read = page.inner_text(".message")
        if read != MESSAGE:
            raise AssertionError("the supporter did not read what the requester wrote")
        say(f"This is what Rosa wrote, and nobody else can read it: “{read}”")
        page.click("button[value=close]")
    mailbox.wait_for("Rosa", sent.ref, number=3)
    say("They are done. Salma has closed the case: what was written is erased, the links are dead.")
    print(textwrap.indent(network.run("cases", "list", "--all").stdout, "    "))


def _person(browser: Browser) -> BrowserContext:
    return browser.new_context(viewport={"width": 1200, "height": 900}, locale="en")


def say(text: str) -> None:
    """Tell what happens."""
    print("\n" + textwrap.fill(text, 88), flush=True)


def show(mail: Mail) -> None:
    """Show a mail as it came."""
    print(textwrap.indent(f"\nSubject: {mail.subject}\n\n{mail.text.strip()}\n", "    │ "))


def picture(page: Page, name: str) -> Path:
    """Keep a picture of what is seen."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{name}.png"
    page.screenshot(path=path)
    return path


def _stay_or_end(network: StagedNetwork) -> None:
    say(f"Pictures of each step are in {FOLDER.relative_to(ROOT)}/.")
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        say("No terminal is watching, so this ends here.")
        return
    say("Everything keeps running. Look around:")
    print(f"    the wiki      {network.sandbox.url}  (Ravi, password {password(network, 'Ravi')})")
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
    sys.exit(main())
