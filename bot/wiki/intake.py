"""The intake page: what is new on it, in one request."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.wiki.session import ApiError, Wiki, moment

AT_ONCE = 50


@dataclass(frozen=True)
class Revision:
    """One saved version of the page; `text` or `user_id` is None where it was hidden."""

    revid: int
    saved_at: datetime
    user_id: int | None
    text: str | None = field(repr=False)
    tags: tuple[str, ...] = ()
    sha1: str | None = None


@dataclass(frozen=True)
class Poll:
    """What one look at the intake page showed.

    `revisions` are oldest first and begin with the one that was asked to start from, where that
    still exists. `log` is the number of the page's newest log entry. `more` says that there are
    newer revisions still to ask for.
    """

    server_time: datetime
    exists: bool
    length: int
    redirect: bool
    revisions: tuple[Revision, ...]
    log: int
    shut_off: bool
    more: bool


class Intake:
    """Reads the intake page, and the shut-off page with it."""

    def __init__(self, wiki: Wiki, title: str, shutoff: str) -> None:
        self._wiki = wiki
        self.title = wiki.full_title(title)
        self._stop_namespace, self._stop_name = wiki.namespace_and_name(shutoff)

    def poll(self, newest: int | None, since: datetime) -> Poll:
        """Look from a revision on, or from a time on where that revision is unknown to the wiki."""
        if newest is not None:
            try:
                return self._ask({"rvstartid": newest})
            except ApiError as error:
                if error.code != "badid_rvstartid":
                    raise
        return self.window(since)

    def window(self, since: datetime) -> Poll:
        """Look at everything saved since a time: a restored page brings old revisions back."""
        start = since.strftime("%Y-%m-%dT%H:%M:%SZ")
        poll = self._ask({"rvstart": start})
        revisions = list(poll.revisions)
        while poll.more:
            # From the last one on, inclusive: times are whole seconds, ids are not in their order.
            poll = self._ask({"rvstartid": revisions[-1].revid})
            known = {revision.revid for revision in revisions}
            fresh = [revision for revision in poll.revisions if revision.revid not in known]
            if not fresh:
                break
            revisions += fresh
        return Poll(
            poll.server_time,
            poll.exists,
            poll.length,
            poll.redirect,
            tuple(revisions),
            poll.log,
            poll.shut_off,
            more=False,
        )

    def _ask(self, start: dict[str, str | int]) -> Poll:
        answer = self._wiki.call(
            {
                "action": "query",
                "curtimestamp": True,
                "titles": self.title,
                "prop": "revisions|info",
                "rvprop": "ids|timestamp|userid|content|tags|sha1",
                "rvslots": "main",
                "rvdir": "newer",
                "rvlimit": AT_ONCE,
                **start,
                "list": "logevents|allpages",
                "letitle": self.title,
                "leprop": "ids|type",
                "lelimit": 1,
                # The shut-off page counts while it holds anything at all; this finds it without
                # reading it, and within the same request.
                "apnamespace": self._stop_namespace,
                "apfrom": self._stop_name,
                "apto": self._stop_name,
                "apminsize": 1,
                "aplimit": 1,
            }
        )
        query = answer["query"]
        page = query["pages"][0]
        log = query.get("logevents", [])
        return Poll(
            server_time=moment(answer["curtimestamp"]),
            exists=not page.get("missing", False),
            length=int(page.get("length", 0)),
            redirect=bool(page.get("redirect", False)),
            revisions=tuple(_revision(entry) for entry in page.get("revisions", [])),
            log=int(log[0]["logid"]) if log else 0,
            shut_off=bool(query.get("allpages")),
            more="rvcontinue" in answer.get("continue", {}),
        )


def _revision(entry: dict[str, Any]) -> Revision:
    hidden = entry.get("userhidden", False)
    return Revision(
        revid=int(entry["revid"]),
        saved_at=moment(entry["timestamp"]),
        user_id=None if hidden else int(entry.get("userid", 0)) or None,
        text=entry.get("slots", {}).get("main", {}).get("content"),
        tags=tuple(entry.get("tags", ())),
        sha1=entry.get("sha1"),
    )


WINDOW = timedelta(hours=60)
"""How long after its saving a revision can still come to light; PROTOCOL section 2."""
