"""The form of a supporter's profile: on their own page, and when they sign up."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable
from functools import cache
from typing import Any

from flask import request

from bot.casework import profile_form
from bot.casework.profile_form import ProfileForm, Said
from bot.casework.roster import Supporter
from bot.desk import choices
from bot.desk.context import the_desk
from bot.languages import language_name
from bot.network import published
from bot.request.typed import Trouble


def filled_in(one: Supporter, reader: str) -> ProfileForm:
    """Fill the form in for somebody, in the language of the page."""
    return profile_form.form_of(one, lambda code: language_name(code, reader))


def typed() -> ProfileForm:
    """Take the form as it was sent."""
    return profile_form.typed(request.form)


def read(form: ProfileForm, one: Supporter, reader: str) -> Said | tuple[Trouble, ...]:
    """Read the form of somebody whose profile it was filled in from."""
    shown = {language_name(code, reader): code for code in one.languages}
    return profile_form.read(form, published(the_desk().config), shown, one.avoid_names)


def on_the_page(form: ProfileForm, troubles: Iterable[Trouble], reader: str) -> dict[str, Any]:
    """Give what the template of the form needs."""
    config = the_desk().config
    return {
        "given": form,
        "troubles": choices.in_words(troubles, reader),
        "topics": choices.topics(config, reader),
        "channels": [choices.Choice(one.id, one.label) for one in choices.channels(config, reader)],
        "backgrounds": choices.backgrounds(config, reader),
        "zones": _zones(),
    }


@cache
def _zones() -> tuple[str, ...]:
    """Give the time zones that are places."""
    places = (name for name in zoneinfo.available_timezones() if "/" in name)
    return ("UTC", *sorted(name for name in places if not name.startswith(("Etc/", "SystemV/"))))
