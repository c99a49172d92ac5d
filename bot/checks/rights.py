"""What the bot's log-in has to be able to do, what it may, and what it had better not.

The names of rights and which grant carries them: MediaWiki 1.43, `$wgGrantPermissions`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

GRANTS: Mapping[str, str] = MappingProxyType(
    {
        "highvolume": "High-volume (bot) access",
        "editpage": "Edit existing pages",
        "createeditmovepage": "Create, edit, and move pages",
        "editmyoptions": "Edit your user preferences and JSON configuration",
        "sendemail": "Send email to other users",
    }
)
"""What to tick for the bot password, as Special:BotPasswords calls it; “Basic rights” always is."""


def _shown(grant: str) -> str:
    return f"“{GRANTS[grant]}” ({grant})"


NEEDED: Mapping[str, str] = MappingProxyType(
    {
        "edit": _shown("editpage"),
        "sendemail": _shown("sendemail"),
        "editmyuserjson": _shown("editmyoptions"),
    }
)
TO_CREATE = ("createpage", _shown("createeditmovepage"))

EXPECTED = frozenset(
    {
        # basic, and what well-known extensions add to it
        *("autocreateaccount", "autoconfirmed", "autopatrol", "editsemiprotected"),
        *("ipblock-exempt", "nominornewtalk", "patrolmarks", "read", "unwatchedpages"),
        *("abusefilter-log", "abusefilter-log-detail", "abusefilter-view", "skipcaptcha"),
        *("autoreview", "autoreviewrestore", "extendedconfirmed", "tboverride", "torunblocked"),
        # editpage, createeditmovepage
        *("edit", "minoredit", "applychangetags", "changetags", "editcontentmodel", "pagelang"),
        *("createpage", "createtalk", "delete-redirect", "move", "move-rootuserpages"),
        *("move-subpages", "move-categorypages", "suppressredirect"),
        # sendemail, editmyoptions, highvolume
        *("sendemail", "editmyoptions", "editmyuserjson"),
        *("bot", "apihighlimits", "noratelimit", "markbotedits", "writeapi"),
    }
)

_NEEDLESS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "delete pages": (
            *("delete", "bigdelete", "deletelogentry", "deleterevision", "undelete", "nuke"),
            "mergehistory",
        ),
        "read deleted pages": ("browsearchive", "deletedhistory", "deletedtext"),
        "hide revisions from everybody": ("suppressrevision", "viewsuppressed", "hideuser"),
        "block accounts": ("block", "blockemail", "globalblock"),
        "protect pages": ("protect",),
        "edit protected pages": ("editprotected", "templateeditor", "sboverride"),
        "edit everybody's pages of settings": ("edituserjson",),
        "change the wiki's interface and everybody's scripts": (
            *("editinterface", "editsitejson", "editsitecss", "editsitejs"),
            *("editusercss", "edituserjs"),
        ),
        "change scripts and styles of its own": ("editmyusercss", "editmyuserjs"),
        "change what others may do": (
            "userrights",
            "userrights-interwiki",
            "globalgroupmembership",
        ),
        "create accounts": ("createaccount",),
        "upload files": (
            *("upload", "reupload", "reupload-own", "reupload-shared", "upload_by_url", "movefile"),
        ),
        "import pages": ("import", "importupload"),
        "patrol and roll back the edits of others": ("patrol", "rollback"),
        "read restricted logs": (
            *("suppressionlog", "abusefilter-hidden-log", "abusefilter-log-private"),
            *("abusefilter-view-private", "spamblacklistlog", "titleblacklistlog"),
        ),
        "change the wiki's filters": ("abusefilter-modify", "abusefilter-modify-restricted"),
        "see where accounts come from": (
            *("checkuser", "checkuser-log", "checkuser-temporary-account"),
            "checkuser-temporary-account-no-preference",
        ),
        "read its own e-mail address": ("viewmyprivateinfo",),
        "change its own e-mail address and password": ("editmyprivateinfo",),
        "read and change its own watchlist": ("viewmywatchlist", "editmywatchlist"),
        "write to many pages at once": ("massmessage",),
    }
)


def missing(rights: Collection[str], *, must_create: bool) -> list[str]:
    """Name the grants that carry what the log-in cannot do and has to."""
    needed = dict([*NEEDED.items(), TO_CREATE]) if must_create else NEEDED
    return [grant for right, grant in needed.items() if right not in rights]


def needless(rights: Collection[str]) -> list[str]:
    """Say in words what the log-in can do and a peer support network has no use for."""
    return [what for what, carried in _NEEDLESS.items() if not set(carried).isdisjoint(rights)]


def unknown(rights: Collection[str]) -> list[str]:
    """List rights that come from extensions which this release does not know."""
    known = EXPECTED.union(*_NEEDLESS.values())
    return sorted(set(rights) - known)
