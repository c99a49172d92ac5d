"""A real browser that refuses every cookie: each press on "Open" says what stands in the way."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bot import app, i18n
from bot.casework.effects import Door
from bot.store import accounts
from stage.browser import FLAGS, WITH_SETTINGS, press
from stage.network import StagedNetwork

BLOCK = {"profile": {"default_content_setting_values": {"cookies": 2}}}
"""A profile of Chromium's in which somebody has turned cookies off."""


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "ar"])
def test_whoever_refuses_cookies_is_told(
    network: StagedNetwork, desk: None, chromium: Browser, tmp_path: Path, language: str
) -> None:
    """In their language, with what to do; who keeps cookies goes in by the same press."""
    _ = desk
    address = network.desk_url + _link(network, language)
    texts = i18n.load()
    told = texts.text("desk-no-cookies", language)
    profile = tmp_path / "profile"
    (profile / "Default").mkdir(parents=True)
    (profile / "Default" / "Preferences").write_text(json.dumps(BLOCK))
    refusing = chromium.browser_type.launch_persistent_context(
        str(profile), executable_path=WITH_SETTINGS, args=FLAGS
    )
    try:
        page = refusing.new_page()
        page.goto(address)
        assert told not in page.inner_text("main")
        for _press in range(2):
            press(page, "open")
            assert told in page.inner_text("main")
        assert page.get_by_role("alert").count() == 1
        assert refusing.cookies() == []
    finally:
        refusing.close()
    usual = chromium.new_context()
    try:
        page = usual.new_page()
        page.goto(address)
        press(page, "open")
        assert told not in page.inner_text("main")
        assert page.get_by_role("button", name=texts.text("desk-open", language)).count() == 0
    finally:
        usual.close()


def _link(network: StagedNetwork, language: str) -> str:
    _, store = app.open_config_and_store(str(network.config_file), {})
    try:
        token, now = store.keyring.new_token(), app.clock()
        link = accounts.AccountLink(Door.ASK, 12345, "Rosa", language)
        with store.write() as tx:
            accounts.put_link(tx, token, link, now=now, expires_at=now + timedelta(days=1))
    finally:
        store.close()
    return f"/ask/{token}"
