"""Asking for support without a browser: what the gadget would send, sealed the same way."""

from __future__ import annotations

import base64
import json
import secrets
from typing import Any

from bot.request.envelope import envelope_wikitext, info, seal
from stage.sandbox import Account

INTAKE = "Project:Peer support/Intake"
KEY_PAGE = "User:PeerSupportBot/peer-support.json"
SUMMARY = "Message to the peer support network"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def payload(**fields: Any) -> dict[str, Any]:
    """Make the payload of a request, with these fields in place of the usual ones."""
    usual = {
        "type": "request",
        "ref": "".join(secrets.choice(ALPHABET) for _ in range(8)),
        "locale": "de",
        "languages": ["de"],
        "topics": ["alone"],
        "channels": ["desk", "wikimail"],
        "contact": {},
        "message": "",
        "avoid": [],
        "prefer": [],
        "words": ["amber", "tiger", "window"],
        "status_token": base64.urlsafe_b64encode(secrets.token_bytes(16)).rstrip(b"=").decode(),
        "notify": True,
    }
    return usual | fields


def envelope(account: Account, user_id: int, **fields: Any) -> str:
    """Seal a request to the first key of the key page, as this account."""
    return envelope_of(account, user_id, payload(**fields))


def envelope_of(account: Account, user_id: int, what: dict[str, Any]) -> str:
    """Seal a payload to the first key of the key page, as this account."""
    page = json.loads(account.page(KEY_PAGE)["text"])
    key = page["keys"][0]
    public = base64.urlsafe_b64decode(key["public"] + "=" * (-len(key["public"]) % 4))
    context = info(page["wiki"], user_id, key["id"])
    return envelope_wikitext(key["id"], seal(json.dumps(what).encode(), public, context))


def ask(account: Account, user_id: int, **fields: Any) -> dict[str, Any]:
    """Ask for support, and give what was sealed."""
    what = payload(**fields)
    account.append(INTAKE, envelope_of(account, user_id, what), SUMMARY)
    return what
