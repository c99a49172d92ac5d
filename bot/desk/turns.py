"""Where else to turn, as links."""

from __future__ import annotations

from dataclasses import dataclass

from bot.desk.context import the_desk
from bot.languages import pick_label


@dataclass(frozen=True)
class Place:
    """A place to turn to: its name, where its link leads, and what the link says."""

    label: str
    address: str
    shown: str
    emergency: bool


def turns(reader: str, *, danger_alone: bool = False) -> tuple[Place, ...]:
    """Give every place to turn to, emergencies first, in the reader's language.

    With `danger_alone`, only those for when somebody is in danger.
    """
    listed = sorted(the_desk().config.where_to_turn, key=lambda turn: turn.kind != "emergency")
    return tuple(
        Place(
            pick_label(turn.label, turn.kind, reader),
            f"mailto:{turn.mail}" if turn.mail else str(turn.url),
            turn.mail or str(turn.url),
            turn.kind == "emergency",
        )
        for turn in listed
        if turn.kind == "emergency" or not danger_alone
    )
