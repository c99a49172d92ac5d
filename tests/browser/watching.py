"""What a page sends and loads, and whether everybody can use what it shows."""

from __future__ import annotations

import gzip
import os
import urllib.parse
from pathlib import Path

from playwright.sync_api import Page, Request

from stage.network import ROOT

AXE = ROOT / "gadget" / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = Path(os.environ.get("PEER_SUPPORT_PICTURES") or ROOT / "var" / "pictures")
"""Pictures of the pages are kept in this folder, for somebody to look at."""
THUMB = 44
"""Height in pixels that a thumb hits."""
CONTROLS = (
    "button, a.cdx-button, input[type=text], textarea, summary, .cdx-checkbox .cdx-label__label"
)


FITS = """() => {
    const frame = document.getElementById('peer-support-dialog').getBoundingClientRect();
    const body = document.querySelector('.ps-body');
    return frame.width <= document.documentElement.clientWidth
        && body.scrollWidth <= body.clientWidth;
}"""


UNGUARDED = """() => [...document.querySelectorAll('textarea, input')].filter(one =>
    ['text', 'textarea', 'search', 'email', 'url', 'tel'].includes(one.type)
    && one.closest('main, #peer-support-dialog') && (one.spellcheck || one.translate
    || one.autocomplete !== 'off' || one.getAttribute('writingsuggestions') !== 'false')
).map(one => one.id)"""
"""Fields of ours for people's own words that a browser would hand to its helpers, or keep."""


class Watcher:
    """Notes every request of a page."""

    def __init__(self, page: Page) -> None:
        self.requests: list[Request] = []
        page.on("request", self._note)

    def _note(self, request: Request) -> None:
        self.requests.append(request)

    def text(self) -> str:
        """Give everything that was sent, as it was and decoded."""
        sent = "\n".join(one.url + "\n" + (one.post_data or "") for one in self.requests)
        return sent + urllib.parse.unquote_plus(sent)

    def envelopes(self) -> list[str]:
        """Give the text of every envelope that was posted."""
        posts = [urllib.parse.parse_qs(one.post_data or "") for one in self.requests]
        return [post["appendtext"][0] for post in posts if "appendtext" in post]

    def loaded(self) -> list[tuple[str, int]]:
        """Give what was loaded, with its bytes, gzipped as a wiki's servers send it."""
        answers = [one.response() for one in self.requests]
        return [(one.url, len(gzip.compress(one.body()))) for one in answers if one is not None]


def picture(page: Page, name: str, *, whole: bool = False) -> None:
    """Keep a picture of what is seen, or of the whole page."""
    page.screenshot(path=PICTURES / f"{name.replace('/', '')}.png", full_page=whole)


def everybody_can_use(page: Page, name: str) -> None:
    """Hold the dialog against axe, the width of the screen and the size of a thumb."""
    picture(page, name)
    assert page.evaluate(FITS), name
    for control in page.locator("#peer-support-dialog").locator(CONTROLS).all():
        box = control.bounding_box()
        if box is not None and control.is_visible():
            assert box["height"] >= THUMB - 0.5, (name, control.evaluate("at => at.outerHTML"), box)
    page.mouse.move(0, 0)  # what is pointed at has a colour of its own
    page.wait_for_timeout(200)
    found = axe_finds(page, "#peer-support-dialog")
    assert found == [], (name, found)


def axe_finds(page: Page, within: str = "html") -> list[object]:
    """Run axe, and give the rules that are broken, each with the elements that break it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[object] = page.evaluate(
        "within => axe.run(within, {resultTypes: ['violations']}).then(result =>"
        " result.violations.map(one => [one.id, one.nodes.map(node => node.html)]))",
        within,
    )
    return found
