"""A coordinator is taken out of the configuration while a desk is at work, and they are inside."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import requests

from bot.casework.effects import Door
from bot.clock import clock
from bot.network_state import is_paused_by_hand
from bot.store import accounts
from tests.faults.desk_process import COORDINATORS, SECONDS, Ground, desk, lay_ground

FORM = re.compile(r'name="form" value="([^"]+)"')


def link(ground: Ground, name: str, account: int) -> str:
    """Make a coordinator's link, and return its path."""
    store = ground.store
    token, now = store.keyring.new_token(), clock()
    made = accounts.AccountLink(Door.DESK, account, name, "en")
    with store.write() as tx:
        accounts.put_link(tx, token, made, now=now, expires_at=now + timedelta(days=1))
    store.close()
    return f"/desk/{token}"


def enter(url: str) -> tuple[requests.Session, str]:
    """Open a coordinator's page, and return who is inside, and the form that stands there."""
    browser = requests.Session()
    door = browser.get(url, timeout=SECONDS).text
    inside = browser.post(url, data={"form": FORM.findall(door)[0], "do": "open"}, timeout=SECONDS)
    assert inside.ok
    return browser, FORM.findall(browser.get(f"{url}/network", timeout=SECONDS).text)[0]


def test_out_at_the_next_press(tmp_path: Path, tell: Callable[[str], None]) -> None:
    """Who is taken off the list is out without a restart; the others stay inside."""
    ground = lay_ground(tmp_path)
    paths = [link(ground, name, 5 + place) for place, name in enumerate(COORDINATORS)]
    with desk(ground) as ours:
        (gone, form), (stays, _) = (enter(ours.url + path) for path in paths)
        ground.coordinated_by(*COORDINATORS[1:])
        asked = gone.post(
            f"{ours.url}{paths[0]}/network", data={"form": form, "do": "pause"}, timeout=SECONDS
        )
        assert asked.status_code == 404
        assert gone.get(ours.url + paths[0], timeout=SECONDS).status_code == 404
        assert stays.get(ours.url + paths[1], timeout=SECONDS).status_code == 200
        ground.config_file.write_text("coordinators: [", encoding="utf-8")
        assert gone.get(ours.url + paths[0], timeout=SECONDS).status_code == 404
        assert stays.get(ours.url + paths[1], timeout=SECONDS).status_code == 200
    store = ground.store
    with store.read() as tx:
        assert not is_paused_by_hand(tx)
    store.close()
    tell("safety row 18: a coordinator taken off the list was out at the next press")
