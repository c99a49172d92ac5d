"""Somebody has the bot's account, and writes a key page of their own with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from stage import browser as browsers
from stage.asking import INTAKE, KEY_PAGE
from stage.network import StagedNetwork
from tests.conftest import People

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

BOT = "PeerSupportBot"
EVIL = "evil.example"
ELSEWHERE = "User:Mallory/Intake"


def in_hours(hours: float) -> str:
    """Give a time of the key page."""
    return (datetime.now(UTC) + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


def lies(right: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Give what the attacker writes in place of the bot's page, by what it tries."""
    [key, *_] = right["keys"]
    help_there = [{"kind": "emergency", "label": {"en": "Help"}, "url": f"https://{EVIL}/help"}]
    made: dict[str, dict[str, Any]] = {
        "another desk": {"desk": f"https://{EVIL}"},
        "a desk that looks like it": {"desk": f"{right['desk']}.{EVIL}"},
        "a desk over http": {"desk": f"http://{EVIL}"},
        "another intake page": {"intake": ELSEWHERE},
        "both, and a pause": {
            "desk": f"https://{EVIL}",
            "intake": ELSEWHERE,
            "state": "paused",
            "where_to_turn": help_there,
            "help_page": ELSEWHERE,
        },
        "a key for a century": {"keys": [key | {"expires": in_hours(24 * 36500)}]},
        "a key for three days and an hour": {"keys": [key | {"expires": in_hours(73)}]},
        "a key without an end": {"keys": [{"id": key["id"], "public": key["public"]}]},
    }
    return {tried: right | lie for tried, lie in made.items()}


def test_nobody_is_led_elsewhere(
    network: StagedNetwork, people: People, visit: Visit, tell: Callable[[str], None]
) -> None:
    """Whatever the taken account writes: no link there, nothing posted, and plain words."""
    right = json.loads(people[BOT].page(KEY_PAGE)["text"])
    people["Iface"].save(ELSEWHERE, "Here, please.")
    page = visit("Rosa")
    gadget = browsers.Gadget(page)
    main_page = f"{network.sandbox.url}/index.php?title=Main_Page"
    refused = lies(right)
    for tried, lie in refused.items():
        people[BOT].save(KEY_PAGE, json.dumps(lie))
        gadget.look(main_page)
        gadget.step("unavailable")
        shown = page.inner_html("#peer-support-dialog")
        assert EVIL not in shown, tried
        assert ELSEWHERE not in shown, tried
        assert page.inner_text("#ps-why"), tried
        assert page.locator('[data-action="send"]').count() == 0, tried
    people[BOT].save(KEY_PAGE, json.dumps(right))
    gadget.open(main_page)
    gadget.just_ask()
    before = people["Iface"].page(INTAKE)["text"]
    people[BOT].save(KEY_PAGE, json.dumps(refused["both, and a pause"] | {"state": "open"}))
    gadget.press("send")
    gadget.step("unavailable")
    assert people["Iface"].page(INTAKE)["text"] == before
    assert people["Iface"].page(ELSEWHERE)["text"] == "Here, please."
    people[BOT].save(KEY_PAGE, json.dumps(right))
    gadget.open(main_page)
    gadget.just_ask()
    assert gadget.send().status_link.startswith(f"{right['desk']}/status/")
    tell(f"safety row 25: {len(refused)} key pages of a taken bot's account led nobody anywhere")


@pytest.mark.parametrize("setting", ["desk", "intake"])
def test_settings_and_configuration_differ(
    network: StagedNetwork, people: People, visit: Visit, setting: str
) -> None:
    """The form stops, `check` and `publish` say which setting it is, and pasting mends it."""
    other = {"desk": "https://desk.example.org", "intake": "Project:Other intake"}[setting]
    text = network.config_file.read_text(encoding="utf-8")
    changed = {
        "desk": text.replace(f"http://127.0.0.1:{network.desk_port}", other),
        "intake": text.replace(INTAKE, other),
    }[setting]
    assert changed != text
    people["Iface"].save("Project:Other intake", people["Iface"].page(INTAKE)["text"])
    network.config_file.write_text(changed, encoding="utf-8")
    said = network.run("check", fails=True).stdout
    assert "the form takes no request while they differ" in " ".join(said.split()), said
    said = network.run("publish").stdout
    assert "until it is pasted, the form takes no request" in said
    assert other.removeprefix("Project:") in said
    page = visit("Rosa")
    gadget = browsers.Gadget(page)
    gadget.look(f"{network.sandbox.url}/index.php?title=Main_Page")
    gadget.step("unavailable")
    network.run("publish", "--as", "Iface")
    settings = people["Iface"].page("MediaWiki:Gadget-peer-support-config.js")["text"]
    assert other.removeprefix("Project:") in settings
