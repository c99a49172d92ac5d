"""Landing page, intake page and the notice on a wiki in another language, in a real Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bot.publishing.page_words import page_words
from stage.network import StagedNetwork
from tests.browser.test_landing_page import INTAKE, LANDING, keep, shown
from tests.conftest import People

WIDTHS = {"minerva": 320, "vector-2022": 1280}
SIDES = """() => {
    const sides = new Set();
    for ( const one of document.querySelectorAll(
        '.mw-parser-output .peer-support-landing *, .mw-parser-output .peer-support-intake *,' +
        '.peer-support-notice *'
    ) ) {
        if ( one.matches( 'p, li, h2' ) ) {
            sides.add( getComputedStyle( one ).direction );
        }
    }
    return Array.from( sides );
}"""

WIDER = """() => {
    const wider = ( one ) => {
        const box = one.getBoundingClientRect();
        return box.width && ( box.right > innerWidth || box.left < 0 );
    };
    const ours = document.querySelectorAll( '.mw-parser-output *, .peer-support-notice *' );
    return Array.from( ours ).filter( wider ).map( ( one ) => one.outerHTML.slice( 0, 200 ) );
}"""


@pytest.fixture(params=["ar", "de", "fr", "fi"])
def language(request: pytest.FixtureRequest, network: StagedNetwork) -> Iterator[str]:
    """Let the wiki be written in a language, and publish there."""
    override = Path(network.sandbox.facts["override"])
    override.write_text(f"<?php $wgLanguageCode = '{request.param}';")
    network.run("publish", "--as", "Iface")
    network.sandbox.maintenance("runJobs")
    yield str(request.param)
    override.unlink()


@pytest.mark.parametrize("skin", WIDTHS)
def test_pages_in_the_wikis_language(
    network: StagedNetwork, people: People, chromium: Browser, skin: str, language: str
) -> None:
    """Every line runs as its language does, and nothing of ours is wider than a small telephone."""
    people.ask("Rosa")
    ours = language if language != "fi" else "en"
    say, side = page_words(ours), "rtl" if ours == "ar" else "ltr"
    notice = f"{INTAKE}&action=edit&section=new&editintro=Template:Peer_support_request/notice"
    seen = {LANDING: "landing-can-not", INTAKE: "header-leave", notice: "notice-go-on"}
    page = chromium.new_context(viewport={"width": WIDTHS[skin], "height": 700}).new_page()
    for title, key in seen.items():
        shown(page, network, title, skin)
        assert page.get_by_text(say[key]).first.is_visible(), title
        assert page.evaluate(SIDES) == [side], title
        assert page.evaluate(WIDER) == [], title
        said = page.locator(".mw-parser-output, .peer-support-notice").first.inner_text()
        assert not re.search(r"&#?\w+;|\[\[|\{\{|\x27\x27", said), title
        name = {LANDING: "landing", INTAKE: "intake"}.get(title, "by-hand")
        keep(page, f"{name}-{language}-{skin}")
