"""The page of a case for its supporter: first the name alone, then what there is to work with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from urllib.parse import quote

from flask import Blueprint
from flask.typing import ResponseReturnValue

from bot.casework import events as on
from bot.casework.effects import Door
from bot.casework.events import Side
from bot.casework.states import Case
from bot.dates import moment_text
from bot.desk import new_links
from bot.desk.context import page, the_desk
from bot.desk.doors import Visit, is_open, look_up, visit
from bot.desk.guidance import worth_reading
from bot.desk.pressing import Act, End, ends, looks, press, tells, writes
from bot.desk.shown import common, door_page, nothing_here, tell
from bot.desk.talking import CHANNEL, conversation, read
from bot.desk.turns import turns
from bot.desk.typed import Draft
from bot.languages import language_name, pick_label
from bot.network import topic_labels
from bot.store import called, cases
from bot.store.store import MAIL_PAGE, Tx, get_setting

case_pages = Blueprint("case", __name__)

NAME_LASTS = timedelta(minutes=15)
"""So long nobody is sent to a name that was not looked up again, as while the wiki is down."""


@case_pages.get("/case/<token>")
def case(token: str) -> ResponseReturnValue:
    """Show the reference; in an open session, the name, and once taken the request."""
    with the_desk().store.read() as tx:
        here = visit(tx, token, Door.CASE)
        return _page(tx, here) if is_open(here) else door_page(here)


@case_pages.post("/case/<token>")
def act_on_case(token: str) -> ResponseReturnValue:
    """Do what the supporter pressed."""
    with the_desk().store.write() as tx:
        here = look_up(tx, token, Door.CASE)
        if here is None or here.supporter is None:
            return nothing_here(tx)
        acts = _acts(here.supporter.user_id, taken=here.stored.case.taken)
        return press(tx, here, Side.SUPPORTER, acts, _page)


def _acts(supporter: int, *, taken: bool) -> Mapping[str, Act]:
    acts: dict[str, Act] = {
        "take": _take(supporter),
        "new-link": _new_link(supporter),
        "hand-back": ends("desk-handed-back", on.HandedBack(supporter)),
    }
    if taken:
        acts |= {
            "write": writes(Side.SUPPORTER),
            "look": looks(Side.SUPPORTER),
            "written": tells(on.Contacted()),
            "more-time": tells(on.MoreTime(supporter)),
            "report": tells(on.Complained(Side.SUPPORTER)),
            "close": ends("desk-closed", on.Closed(Side.SUPPORTER)),
        }
    return acts


def _new_link(supporter: int) -> Act:
    def act(tx: Tx, here: Visit) -> End:
        new_links.for_supporter(tx, here, supporter)
        return End("desk-new-link-mailed")

    return act


def _take(supporter: int) -> Act:
    def act(tx: Tx, here: Visit) -> None:
        tell(tx, here, on.Taken(supporter))
        stored = cases.load(tx, here.stored.id)
        if stored is not None:
            # What the requester has written by now is on the page that comes.
            read(tx, replace(here, stored=stored), Side.SUPPORTER)

    return act


@dataclass(frozen=True)
class Way:
    """A way to talk that the requester chose, and what they were told that it shows of them."""

    id: str
    name: str
    told: str
    address: str = field(repr=False)


def _page(tx: Tx, here: Visit, draft: Draft | None = None) -> ResponseReturnValue:
    case = here.stored.case
    who = cases.identity_of(tx, here.stored.id)
    name = "" if who is None else who.name
    if not case.taken:
        return page("know.html", here.reader, **common(here), name=name)
    config, asked = the_desk().config, here.stored.asked
    story = cases.story_of(tx, here.stored.id)
    sure = _is_of_now(tx, case)
    ways = asked.channels if who is None else who.reached_by(asked.channels)
    talk = conversation(tx, here, Side.SUPPORTER) if CHANNEL in ways else None
    mail_page = get_setting(tx, MAIL_PAGE) or ""
    zone = "UTC" if here.supporter is None else here.supporter.timezone
    write_by = "" if case.contact_by is None else moment_text(case.contact_by, zone, here.reader)
    return page(
        "case.html",
        here.reader,
        200 if draft is None else draft.status,
        **common(here),
        name=name,
        story=story,
        ways=_ways(here, ways, story),
        no_mail=who is not None and bool(who.no_way),
        mail_address=mail_page.replace("NAME", _in_address(name)) if name and sure else "",
        name_unsure=not sure,
        case=case,
        write_by=write_by,
        writes_elsewhere=set(ways) != {CHANNEL},
        topics=topic_labels(config, asked.topics, here.reader),
        languages=[language_name(code, here.reader) for code in asked.languages],
        talk=talk,
        draft=draft,
        kept=draft is not None and (talk is None or talk.full),
        emergencies=turns(here.reader, danger_alone=True),
        resources=worth_reading(config, here.supporter, here.reader),
    )


def _ways(here: Visit, channels: tuple[str, ...], story: cases.Story | None) -> list[Way]:
    """Give what is to be known of these ways, in their order, with the addresses there are."""
    known = {channel.id: channel for channel in the_desk().config.channels}
    addresses = {} if story is None else dict(story.contact)
    ways = []
    for channel in channels:
        labels = known[channel].labels if channel in known else {}
        told = known[channel].reveals if channel in known else {}
        name = pick_label(labels, channel, here.reader)
        ways.append(
            Way(channel, name, pick_label(told, "", here.reader), addresses.get(channel, ""))
        )
    return ways


def _is_of_now(tx: Tx, case: Case) -> bool:
    """Say whether the name was looked up lately: an old one can be a stranger's by now.

    The worker looks every few minutes, and when it sends the link to the case.
    """
    looked = called.looked_at(tx)
    known = max(filter(None, (looked, case.accepted_at)), default=None)
    return known is not None and the_desk().clock() - known <= NAME_LASTS


def _in_address(name: str) -> str:
    # A name may hold `?` and `&`: unquoted, the mail would go to somebody else.
    return quote(name.replace(" ", "_"), errors="replace")
