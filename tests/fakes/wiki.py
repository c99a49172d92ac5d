"""A wiki in a folder: pages, accounts and mail survive the process that used them."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.wiki.errors import ApiError, WikiError
from bot.wiki.session import LookingOnly, Params, Wiki

BOT_ID = 5
INTAKE = "Project:Peer support/Intake"


@dataclass(frozen=True)
class FakeAccount:
    """An account; `mail` is how a mail to it ends: `Success`, or the API's code."""

    user_id: int
    name: str
    mail: str = "Success"
    emailable: bool = True
    blocked: bool = False
    locked: bool = False
    globally_blocked: bool = False
    central: bool = True
    """Whether the farm knows the account, where the wiki is one of a farm."""


@dataclass
class Behaviour:
    """What the wiki does out of turn: an error raised before or after an action was done."""

    before: dict[str, WikiError] = field(default_factory=dict)
    after: dict[str, WikiError] = field(default_factory=dict)
    ratelimits: Mapping[str, Any] = field(default_factory=dict)
    mailer: str = ""
    """The code with which the wiki's own mailer fails, whomever a mail is for; empty: it works."""
    mail_takes: float = 0
    """Seconds before a mail is delivered, and as many before the wiki answers."""
    shut_off: bool = False
    log: list[str] = field(default_factory=list)
    """What its log says of the intake page, oldest first: "delete/delete", "move/move Title"."""
    extensions: tuple[str, ...] = ("Gadgets", "InputBox", "TemplateData")
    language: str = "en"
    forbidden: Callable[[str], bool] = lambda _title: False


class FakeWiki(Wiki):
    """Answers what the bot asks, as formatversion 2 does; anything else fails the test."""

    def __init__(
        self, folder: Path, accounts: list[FakeAccount], clock: Callable[[], datetime]
    ) -> None:
        super().__init__(None, clock)
        self.folder = folder
        self._clock = clock
        self.accounts = {account.name: account for account in accounts}
        self.does = Behaviour()
        self.calls: list[str] = []
        self._known: tuple[Any, dict[str, list[dict[str, Any]]]] = (None, {})

    def looking_only(self) -> Wiki:
        """Give the same wiki, of which one can only ask."""
        looking = _LookingFake(self.folder, [], self._clock)
        looking.__dict__.update(self.__dict__)
        return looking

    def go_on_as(self, other: FakeWiki) -> None:
        """Have asked and been told what another session was."""
        self.calls = [*other.calls]
        self.requests = other.requests
        self._token, self._ratelimits = other._token, other._ratelimits
        self._extensions = other._extensions

    @property
    def user(self) -> str:
        """Our account."""
        return "PeerSupportBot"

    @property
    def account_page(self) -> str:
        """Our account's page."""
        return "https://wiki.example/User:PeerSupportBot"

    @property
    def wiki_id(self) -> str:
        """Its `wgWikiID`."""
        return "fakewiki"

    def full_title(self, title: str) -> str:
        """Give a title as it is."""
        return title

    def address_of(self, title: str) -> str:
        """Give an address that leads nowhere."""
        return f"https://wiki.example/{title}"

    def namespace_and_name(self, title: str) -> tuple[int, str]:
        """Split the title of a user page."""
        return 2, title.partition(":")[2]

    # What the world outside does and sees.

    def save(self, user_id: int, text: str, title: str = INTAKE, model: str = "") -> int:
        """Let somebody save a page; with another content model where one is given."""
        with self._alone():
            return self._save(user_id, text, title, model)

    def append(self, user_id: int, text: str, title: str = INTAKE) -> int:
        """Let somebody add to a page, however many others save it at that moment."""
        with self._alone():
            before = self.revisions(title)
            return self._save(user_id, (before[-1]["text"] if before else "") + text, title)

    def delete(self, title: str) -> None:
        """Let an administrator delete a page."""
        with self._alone():
            everything = {**self._read()}
            del everything[title]  # it has to be there
            self._keep(everything)

    def _save(self, user_id: int, text: str, title: str, model: str = "") -> int:
        everything = {**self._read()}
        ids = [one["revid"] for kept in everything.values() for one in kept]
        revid = max(ids, default=99) + 1
        before = everything.get(title, [])
        model = model or (before[-1]["model"] if before else _model_of(title))
        saved = {"revid": revid, "user": user_id, "text": text, "at": self._now(), "model": model}
        everything[title] = [*before, saved]
        self._keep(everything)
        return revid

    def _keep(self, everything: dict[str, Any]) -> None:
        fresh = self._pages.with_name(f"pages-{os.getpid()}.json")
        fresh.write_text(json.dumps(everything))
        fresh.replace(self._pages)  # whoever dies here has saved nothing

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.folder / "saving.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def revisions(self, title: str = INTAKE) -> list[dict[str, Any]]:
        """Return the revisions of a page, oldest first."""
        # A page that an earlier release left (tests/data) does not say its content model.
        return [{"model": _model_of(title)} | one for one in self._read().get(title, [])]

    def _read(self) -> dict[str, list[dict[str, Any]]]:
        """Read all pages, anew only where another file was put in place of the last one read."""
        try:
            found = self._pages.stat()
        except FileNotFoundError:
            return {}
        key = (found.st_ino, found.st_mtime_ns, found.st_size)
        if key != self._known[0]:
            self._known = (key, json.loads(self._pages.read_text()))
        return self._known[1]

    def mails(self, to: str | None = None) -> list[dict[str, str]]:
        """Give the mails that were delivered."""
        if not self._mails.exists():
            return []
        whole, _, _cut = self._mails.read_text().rpartition("\n")  # another may be writing
        lines = whole.splitlines()
        return [mail for mail in map(json.loads, lines) if to in {None, mail["target"]}]

    # What the bot asks.

    def _once(self, params: Params, *, post: bool) -> dict[str, Any]:
        self.requests += 1
        action = str(params["action"])
        self.calls.append(action)
        if action in self.does.before:
            raise self.does.before[action]
        assert post == (action in {"edit", "emailuser", "purge"})
        answer = {
            "query": self._query,
            "edit": self._edit,
            "emailuser": self._emailuser,
            "purge": _purge,
        }[action](params)
        if action in self.does.after:
            raise self.does.after[action]
        return answer

    def _query(self, params: Params) -> dict[str, Any]:
        answer: dict[str, Any] = {}
        meta = str(params.get("meta", "")).split("|")
        if "tokens" in meta:
            answer["tokens"] = {"csrftoken": "t+\\"}
        if "userinfo" in meta:
            answer["userinfo"] = {"name": self.user, "ratelimits": self.does.ratelimits}
        if "siteinfo" in meta:
            answer["extensions"] = [{"name": name} for name in self.does.extensions]
            answer["general"] = {"lang": self.does.language}
        lists = str(params.get("list", "")).split("|")
        if "users" in lists:
            answer["users"] = self._users(params)
        answer |= self._farm(params, meta, lists)
        rest: dict[str, str] = {}
        if "logevents" in lists:
            answer["logevents"], rest = self._log(params)
        if "allpages" in lists:
            answer["allpages"] = self._all_pages(params)
        if "intestactions" in params:
            titles = str(params["titles"]).split("|")
            answer["pages"] = [self._standing(title) for title in titles]
        elif "titles" in params or "revids" in params:
            titles = str(params.get("titles", INTAKE)).split("|")
            answer["pages"] = [self._page({**params, "titles": title}) for title in titles]
        assert answer, f"nobody expected {sorted(params)}"
        return {"query": answer, "curtimestamp": self._now(), "continue": rest}

    def _all_pages(self, params: Params) -> list[dict[str, Any]]:
        if "apprefix" not in params:
            return [{"title": "stop"}] if self.does.shut_off else []
        assert params["apnamespace"] == 8
        titles = self._read()
        begins = f"MediaWiki:{params['apprefix']}"
        return [{"ns": 8, "title": title} for title in titles if title.startswith(begins)]

    def _log(self, params: Params) -> tuple[list[dict[str, Any]], dict[str, str]]:
        start = int(str(params.get("lecontinue", "0")))
        limit = 500 if params["lelimit"] == "max" else int(params["lelimit"])
        assert params["leprop"] == "ids|type|details"
        entries = [_entry(number, what) for number, what in enumerate(self.does.log, 1)][::-1]
        rest = {"lecontinue": str(start + limit)} if len(entries) > start + limit else {}
        return entries[start : start + limit], rest

    def _page(self, params: Params) -> dict[str, Any]:
        title = str(params.get("titles", INTAKE))
        revisions = self.revisions(title)
        if not revisions:
            return {"title": title, "missing": True}
        parents = [0, *(one["revid"] for one in revisions)]
        parent_of = {one["revid"]: parents[place] for place, one in enumerate(revisions)}
        if "revids" in params:
            wanted = str(params["revids"]).split("|")
            shown = [one for one in revisions if str(one["revid"]) in wanted]
        elif "rvstartid" in params:
            start = int(params["rvstartid"])
            if start not in [one["revid"] for one in revisions]:
                raise ApiError("badid_rvstartid")
            shown = [one for one in revisions if one["revid"] >= start]
        elif "rvdir" in params or "rvlimit" in params:
            shown = [one for one in revisions if one["at"] >= str(params.get("rvstart", ""))]
        else:
            shown = revisions[-1:]
        return {
            "title": title,
            "length": len(revisions[-1]["text"]),
            "revisions": [
                {
                    "revid": one["revid"],
                    "parentid": parent_of[one["revid"]],
                    "timestamp": one["at"],
                    "userid": one["user"],
                    "slots": {"main": {"content": one["text"]}},
                    "tags": [],
                    "sha1": str(hash(one["text"])),
                }
                for one in shown
            ],
        }

    def _standing(self, title: str) -> dict[str, Any]:
        may = not self.does.forbidden(title)
        page = {"title": title, "actions": {"edit": may, "create": may}}
        revisions = self.revisions(title)
        if not revisions:
            return page | {"missing": True}
        newest = revisions[-1]
        names = {account.user_id: account.name for account in self.accounts.values()}
        shown = {"revid": newest["revid"], "userid": newest["user"], "user": names[newest["user"]]}
        main = {"content": newest["text"], "contentmodel": newest["model"]}
        return page | {"revisions": [shown | {"slots": {"main": main}}]}

    def _farm(self, params: Params, meta: list[str], lists: list[str]) -> dict[str, Any]:
        answer: dict[str, Any] = {}
        if "globaluserinfo" in meta:
            assert "CentralAuth" in self.does.extensions
            answer["globaluserinfo"] = self._global(str(params["guiuser"]))
        if "globalblocks" in lists:
            assert "GlobalBlocking" in self.does.extensions
            answer["globalblocks"] = self._global_blocks(str(params["bgtargets"]).split("|"))
        return answer

    def _global(self, name: str) -> dict[str, Any]:
        account = self.accounts.get(name)
        if account is None or not account.central:
            return {"missing": True}
        found = {"home": "fakewiki", "id": account.user_id + 1000, "name": name}
        return found | ({"locked": True} if account.locked else {})

    def _global_blocks(self, names: list[str]) -> list[dict[str, Any]]:
        assert len(names) <= 50
        if not all(name in self.accounts and self.accounts[name].central for name in names):
            raise ApiError("nosuchuser")
        found = [self.accounts[name] for name in names]
        return [{"target": one.name} for one in found if one.globally_blocked]

    def _users(self, params: Params) -> list[dict[str, Any]]:
        if "ususerids" in params:
            by_id = {one.user_id: one for one in self.accounts.values()}
            wanted = [int(one) for one in str(params["ususerids"]).split("|")]
            found = [by_id[one] for one in wanted if one in by_id]
            absent: list[dict[str, Any]] = [{"userid": i} for i in wanted if i not in by_id]
        else:
            names = str(params["ususers"]).split("|")
            found = [self.accounts[name] for name in names if name in self.accounts]
            absent = [{"name": name} for name in names if name not in self.accounts]
        assert len(found) + len(absent) <= 50
        return [one | {"missing": True} for one in absent] + [
            {"userid": one.user_id, "name": one.name}
            | ({"emailable": True} if one.emailable and not one.locked else {})
            | ({"blockid": 1} if one.blocked else {})
            for one in found
        ]

    def _edit(self, params: Params) -> dict[str, Any]:
        with self._alone():
            return self._edit_alone(params)

    def _edit_alone(self, params: Params) -> dict[str, Any]:
        title, text = str(params["title"]), str(params["text"])
        revisions = self.revisions(title)
        if "createonly" in params and revisions:
            raise ApiError("articleexists")
        if "baserevid" in params and revisions[-1]["revid"] != params["baserevid"]:
            raise ApiError("editconflict")
        model = str(params["contentmodel"])
        if revisions and (revisions[-1]["text"], revisions[-1]["model"]) == (text, model):
            return {"edit": {"result": "Success", "nochange": True}}
        self._save(BOT_ID, text, title, model)
        return {"edit": {"result": "Success"}}

    def _emailuser(self, params: Params) -> dict[str, Any]:
        account = self.accounts[str(params["target"])]
        if account.mail != "Success":
            raise ApiError(account.mail)
        if self.does.mailer:
            error = {
                "code": self.does.mailer,
                "text": "MARKER of the mailer",
                "module": "emailuser",
            }
            return {"emailuser": {"result": "Failure", "errors": [error]}}
        time.sleep(self.does.mail_takes)
        with self._mails.open("a") as mails:
            mails.write(json.dumps({name: params[name] for name in _MAIL}) + "\n")
        time.sleep(self.does.mail_takes)
        return {"emailuser": {"result": "Success"}}

    def _now(self) -> str:
        return self._clock().strftime("%Y-%m-%dT%H:%M:%SZ")

    @property
    def _pages(self) -> Path:
        return self.folder / "pages.json"

    @property
    def _mails(self) -> Path:
        return self.folder / "mails.jsonl"


class _LookingFake(LookingOnly, FakeWiki):
    """What a dry run has."""


def _model_of(title: str) -> str:
    kinds = {".js": "javascript", ".css": "css", ".json": "json"}
    return next((kind for end, kind in kinds.items() if title.endswith(end)), "wikitext")


def _entry(number: int, what: str) -> dict[str, Any]:
    action, _, to = what.partition(" ")
    kind, _, name = action.partition("/")
    params = {"params": {"target_ns": 4, "target_title": to}} if to else {}
    return {"logid": number, "type": kind, "action": name} | params


def _purge(params: Params) -> dict[str, Any]:
    return {"purge": [{"title": title} for title in str(params["titles"]).split("|")]}


_MAIL = ("target", "subject", "text")
