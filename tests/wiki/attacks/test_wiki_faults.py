"""What the wiki itself does under the bot: pages move, accounts are renamed or vanish, it rests."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.casework import events as on
from bot.store import cases
from stage.asking import INTAKE
from tests.faults.checking import Tally
from tests.wiki.attacks.conftest import Scene

ELSEWHERE = "Project:Elsewhere"


def moved_page(scene: Scene) -> None:
    """Move the page away and back, leaving a redirect the first time."""
    admin = scene.people["Admin"]
    admin.call(action="move", **{"from": INTAKE, "to": ELSEWHERE})
    scene.rounds(2)
    admin.call(action="move", **{"from": ELSEWHERE, "to": INTAKE, "noredirect": 1})


def deleted_page(scene: Scene) -> None:
    """Delete the page with all that is on it, and restore it."""
    admin = scene.people["Admin"]
    admin.call(action="delete", title=INTAKE)
    scene.rounds(2)
    admin.call(action="undelete", title=INTAKE)


def renamed_supporter(scene: Scene) -> None:
    """Let the supporter take another name."""
    scene.worker.sandbox.maintenance("renameUser", "--performer", "Admin", "Salma", "Selma")
    scene.worker.network.people.forget()


def renamed_requester(scene: Scene) -> None:
    """Let who asked take another name."""
    scene.worker.sandbox.maintenance("renameUser", "--performer", "Admin", "Rosa", "Rosalind")
    scene.worker.network.people.forget()


def vanished_supporter(scene: Scene) -> None:
    """Let the supporter's account be gone, as after an import or a merger."""
    with sqlite3.connect(scene.worker.sandbox.facts["database"], timeout=20) as wiki:
        wiki.execute("update user set user_id = user_id + 100000 where user_name = 'Salma'")
    wiki.close()
    scene.worker.network.people.forget()


def read_only(scene: Scene) -> None:
    """Let the wiki take no changes for a while."""
    reason = Path(scene.worker.sandbox.facts["read_only_file"])
    reason.write_text("Maintenance")
    scene.rounds(2)
    reason.unlink()


FAULTS: dict[str, Callable[[Scene], None]] = {
    "the page moved": moved_page,
    "the page deleted": deleted_page,
    "a renamed supporter": renamed_supporter,
    "a renamed requester": renamed_requester,
    "a vanished supporter": vanished_supporter,
    "a read-only wiki": read_only,
}
STAGES = ("before it was read", "when it was offered", "when it was accepted")


@pytest.mark.parametrize("name", FAULTS)
def test_a_request_goes_on(scene: Scene, name: str, tell: Callable[[str], None]) -> None:
    """At whatever stage it happens, the request is served by who can, and nothing is lost."""
    total, runs = Tally(), 0
    # Of an account there is one, so that happens to it once.
    of_an_account = name.startswith(("a renamed", "a vanished"))
    only = STAGES[:1] if of_an_account else STAGES
    for stage in only:
        ref = scene.ask(languages=["de", "ar"])
        if stage != STAGES[0]:
            scene.rounds(2)
        if stage == STAGES[2]:
            accept(scene, ref)
        FAULTS[name](scene)
        scene.rounds(3)
        scene.later(61)  # the window is read again, and word to coordinators may go
        scene.rounds(3)
        who = accept(scene, ref)
        scene.rounds(2)
        assert who, f"nobody was asked: {name}, {stage}"
        scene.withdraw(ref)
        scene.rounds(2)
        runs += 1
        total = scene.tally()
        assert total.wrong == [], f"{name}, {stage}"
        assert (total.lost, total.doubled, total.leaked) == (0, 0, 0), f"{name}, {stage}"
    assert total.cases == runs
    tell(total.line(name, runs))


def accept(scene: Scene, ref: str) -> bool:
    """Let somebody who was asked say yes, if nobody has; say whether there was anybody."""
    network = scene.worker.network
    with network.store.write() as tx:
        stored = cases.load_ref(tx, ref)
        if stored is None:
            return False
        if stored.case.supporter is not None:
            return True
        for offer in stored.case.live_offers:
            yes = on.Accepted(offer.supporter, has_room=True)
            cases.happened(tx, stored.id, yes, now=network.clock(), policy=network.config.policy)
            return True
    return False
