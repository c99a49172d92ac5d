"""The intake page: what is new on it, in one request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.wiki.errors import ApiError
from bot.wiki.session import Wiki, moment

AT_ONCE = 50
WIKITEXT = "wikitext"
"""The content model of a page that anything can be appended to."""
LOG_ENTRIES = 10
WINDOW = timedelta(hours=60)
"""How long after its saving a revision can still come to light; PROTOCOL section 2."""

_FACTS = "ids|timestamp|userid|tags|sha1"
_DELETED, _RESTORED = "delete/delete", "delete/restore"
_MOVES = frozenset({"move/move", "move/move_redir"})
# After these, old revisions may have come to light; a patrolled edit has an entry, too.
_BRING_BACK = frozenset({"delete", "move", "protect", "merge", "import"})


@dataclass(frozen=True)
class Revision:
    """One saved version of the page; `text` or `user_id` is None where it was hidden.

    `parent` is the revision that it was made from, 0 for the first. Who was logged out has the
    user id 0.
    """

    revid: int
    parent: int
    saved_at: datetime
    user_id: int | None
    text: str | None = field(repr=False)
    tags: tuple[str, ...] = ()
    sha1: str | None = None
    hidden: bool = False

    @property
    def readable(self) -> bool:
        """Say whether both its text and its author are known."""
        return self.text is not None and self.user_id is not None


@dataclass(frozen=True)
class LogEntry:
    """An entry of the page's log, such as "delete/restore"."""

    id: int
    action: str
    to: str = ""
    """Of a move, the title that the page has since."""

    @property
    def kind(self) -> str:
        """The log that it stands in, such as "delete"."""
        return self.action.partition("/")[0]


@dataclass(frozen=True)
class Poll:
    """What one look at the intake page showed.

    `revisions` are oldest first and begin with the one that was asked to start from, where that
    still exists; `rest` is where `go_on` finds more of them. `protected` are the levels needed to
    edit: the page's own, and those that a protected page which shows it hands on. `log` holds the
    newest entries first, as far back as the last look at least. `shut_off` is None, and `log`
    empty, where full pages left no room in the answer.
    """

    server_time: datetime
    exists: bool
    length: int
    redirect: bool
    model: str
    protected: frozenset[str]
    revisions: tuple[Revision, ...]
    rest: str | None
    log: tuple[LogEntry, ...]
    shut_off: bool | None

    def brings_back_after(self, entry: int) -> bool:
        """Say whether something happened after this log entry that can bring old revisions back."""
        return any(one.id > entry and one.kind in _BRING_BACK for one in self.log)

    @property
    def moved_to(self) -> str:
        """Say where the page is now, by its log; empty where it is in its place, or gone."""
        return where_moved(self.log) if self.redirect or not self.exists else ""

    def was_deleted_after(self, entry: int) -> bool:
        """Say whether the page was deleted after this log entry, and not restored since."""
        ends = [one for one in self.log if one.action in {_DELETED, _RESTORED}]
        return bool(ends) and ends[0].action == _DELETED and ends[0].id > entry


class Intake:
    """Reads the intake page, and the shut-off page with it."""

    def __init__(self, wiki: Wiki, title: str, shutoff: str) -> None:
        self._wiki = wiki
        self.title = wiki.full_title(title)
        self._stop_namespace, self._stop_name = wiki.namespace_and_name(shutoff)

    def poll(self, newest: int | None, since: datetime, log_entry: int | None) -> Poll:
        """Look from a revision on, or from a time on where that revision is unknown to the wiki.

        `log_entry` is the newest that the last look knew, 0 for none; None: there was no last look.
        """
        if newest is not None:
            try:
                return self._look({"rvstartid": newest}, log_entry)
            except ApiError as error:
                if error.code != "badid_rvstartid":
                    raise
        return self._look({"rvstart": _written(since)}, log_entry)

    def go_on(self, rest: str) -> tuple[list[Revision], str | None]:
        """Give the next revisions after a look, and where still more are."""
        return self._list({**self._with_text(), "rvcontinue": rest})

    def listing(self, since: datetime) -> list[Revision]:
        """List everything saved since a time, without its text; oldest first."""
        asked: dict[str, str | int] = {
            "titles": self.title,
            "rvprop": _FACTS,
            "rvdir": "newer",
            "rvlimit": "max",
            "rvstart": _written(since),
        }
        found, rest = self._list(asked)
        while rest is not None:
            some, rest = self._list({**asked, "rvcontinue": rest})
            found += some
        return found

    def by_id(self, revids: Sequence[int]) -> list[Revision]:
        """Give revisions with their text, oldest first; what was deleted is absent."""
        found = []
        for start in range(0, len(revids), AT_ONCE):
            asked: dict[str, str | int] = {
                "revids": "|".join(str(revid) for revid in revids[start : start + AT_ONCE]),
                "rvprop": f"{_FACTS}|content",
                "rvslots": "main",
            }
            some, rest = self._list(asked)
            found += some
            while rest is not None:
                some, rest = self._list({**asked, "rvcontinue": rest})
                found += some
        return sorted(found, key=lambda revision: (revision.saved_at, revision.revid))

    def _with_text(self) -> dict[str, str | int]:
        return {
            "titles": self.title,
            "rvprop": f"{_FACTS}|content",
            "rvslots": "main",
            "rvdir": "newer",
            "rvlimit": AT_ONCE,
        }

    def _list(self, asked: dict[str, str | int]) -> tuple[list[Revision], str | None]:
        answer = self._wiki.call({"action": "query", "prop": "revisions", **asked})
        pages = answer.get("query", {}).get("pages", [])
        revisions = [_revision(entry) for page in pages for entry in page.get("revisions", [])]
        return revisions, answer.get("continue", {}).get("rvcontinue")

    def _look(self, start: dict[str, str | int], log_entry: int | None) -> Poll:
        answer = self._wiki.call(
            {
                "action": "query",
                "curtimestamp": True,
                # In this order: full pages leave no room in the answer for what comes after them.
                "prop": "info|revisions",
                "inprop": "protection",
                **self._with_text(),
                **start,
                "list": "logevents|allpages",
                **self._log(LOG_ENTRIES),
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
        rest = answer.get("continue", {})
        page = query["pages"][0]
        stop = query.get("allpages") or (None if "apcontinue" in rest else [])
        log = [_entry(one) for one in query.get("logevents", [])]
        if log and log_entry is not None:
            log += self._log_before(log[-1], log_entry, rest.get("lecontinue"))
        levels = [one["level"] for one in page.get("protection", []) if one["type"] == "edit"]
        return Poll(
            server_time=moment(answer["curtimestamp"]),
            exists=not page.get("missing", False),
            length=int(page.get("length", 0)),
            redirect=bool(page.get("redirect", False)),
            model=str(page.get("contentmodel", WIKITEXT)),
            protected=frozenset(levels),
            revisions=tuple(_revision(entry) for entry in page.get("revisions", [])),
            rest=rest.get("rvcontinue"),
            log=tuple(log),
            shut_off=None if stop is None else bool(stop),
        )

    def _log(self, limit: int | str) -> dict[str, str | int]:
        return _log_of(self.title, limit)

    def _log_before(self, last: LogEntry, seen: int, rest: str | None) -> list[LogEntry]:
        """Read on, back to the entry that was seen: what was deleted must not hide behind others.

        Only where more happened than one answer shows is that a request.
        """
        found: list[LogEntry] = []
        while rest is not None and last.id > seen:
            asked = {"action": "query", "list": "logevents", **self._log("max")}
            answer = self._wiki.call({**asked, "lecontinue": rest})
            found += [_entry(one) for one in answer.get("query", {}).get("logevents", [])]
            last = found[-1] if found else last
            rest = answer.get("continue", {}).get("lecontinue")
        return found


def ask_where_moved(wiki: Wiki, title: str) -> str:
    """Ask where the page went that is not in its place; empty where its log does not say."""
    answer = wiki.call({"action": "query", "list": "logevents", **_log_of(title, LOG_ENTRIES)})
    return where_moved([_entry(one) for one in answer["query"].get("logevents", [])])


def _log_of(title: str, limit: int | str) -> dict[str, str | int]:
    return {"letitle": title, "leprop": "ids|type|details", "lelimit": limit}


def where_moved(log: Sequence[LogEntry]) -> str:
    """Say where a page is by its log, newest first; empty: not moved, or deleted since."""
    ends = [one for one in log if one.action in _MOVES or one.action in {_DELETED, _RESTORED}]
    return ends[0].to if ends else ""


def _written(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def _entry(entry: dict[str, Any]) -> LogEntry:
    action = f"{entry.get('type', '')}/{entry.get('action', '')}"
    # What an administrator has hidden of it is not there.
    to = entry.get("params", {}).get("target_title", "")
    return LogEntry(int(entry["logid"]), action, str(to) if action in _MOVES else "")


def _revision(entry: dict[str, Any]) -> Revision:
    main = entry.get("slots", {}).get("main", {})
    nobody = bool(entry.get("userhidden", False))
    return Revision(
        revid=int(entry["revid"]),
        parent=int(entry.get("parentid", 0)),
        saved_at=moment(entry["timestamp"]),
        user_id=None if nobody else int(entry.get("userid", 0)),
        text=main.get("content"),
        tags=tuple(entry.get("tags", ())),
        sha1=entry.get("sha1"),
        hidden=nobody or bool(main.get("texthidden") or entry.get("sha1hidden")),
    )
