"""What the pages of a case share: the door's button, telling the case, and words not taken."""

from __future__ import annotations

from typing import Any

from flask import abort, request

from bot.casework import events as on
from bot.casework.case import Answer
from bot.casework.mails import shown
from bot.desk.context import page, the_desk, visitor_language
from bot.desk.doors import Visit, form_token, has_our_form
from bot.desk.typed import (
    MOST_CHARACTERS,
    MOST_IN_BOX,
    Draft,
    NotSent,
    is_blank,
    typed,
    typed_addresses,
)
from bot.network_state import is_ending
from bot.store import cases
from bot.store.store import Tx

WITH_TEXT = frozenset({"write", "tell-again"})
"""What is pressed below a box: the words in it come back where they cannot be taken."""


def tell(tx: Tx, here: Visit, event: on.Event) -> Answer:
    """Tell the case what happened, and give its answer."""
    desk = the_desk()
    step = cases.happened(tx, here.stored.id, event, now=desk.clock(), policy=desk.config.policy)
    return Answer.TOO_LATE if step is None else step.answer


def door_page(here: Visit, draft: Draft | None = None) -> tuple[str, int]:
    """Show the reference and the one button that opens; late words go along with that button."""
    return page("door.html", here.reader, **common(here), draft=draft)


def draft_of(do: str, why: NotSent, most: int = MOST_CHARACTERS) -> Draft | None:
    """Give what was typed, for the box that it came from; None where nothing was."""
    text, contact = typed(), typed_addresses()
    if do not in WITH_TEXT or (is_blank(text) and not contact):
        return None
    return Draft(do, text, why, most, contact)


def nothing_here(tx: Tx) -> tuple[str, int]:
    """Answer a press on a link that has died; words from its own page are shown once more."""
    draft = draft_of(request.form.get("do", ""), NotSent.GONE)
    if draft is None or not has_our_form():
        abort(404)
    why = "desk-network-ended" if is_ending(tx) else "desk-not-here"
    return page("ended.html", visitor_language(), 404, draft=draft, why=why)


def common(here: Visit) -> dict[str, Any]:
    """Give what every page of a case shows."""
    return {
        "ref": shown(here.stored.case.ref),
        "form": form_token(here),
        "most_to_write": MOST_CHARACTERS,
        "longest": MOST_IN_BOX,
    }
