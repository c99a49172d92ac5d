"""The operator's webhook: one POST for an alarm, with nothing in it but the alarm."""

from __future__ import annotations

import logging
from datetime import datetime

import requests

from bot.logs import OURS

log = logging.getLogger(OURS)

TIMEOUT = 10
"""Seconds."""


def post(url: str, wiki: str, agent: str, code: str, now: datetime) -> bool:
    """Tell of an alarm (its code ends in "-over" when it is); False when that did not get through.

    `agent` is the request's user agent. The address can hold a secret of the operator's, so it is
    in no log.
    """
    alarm = code.removesuffix("-over")
    state = "begun" if alarm == code else "over"
    text = f"Peer support network on {wiki}: {alarm.replace('-', ' ')}, {state}"
    told = {"wiki": wiki, "alarm": alarm, "state": state, "at": now.isoformat(), "text": text}
    try:
        answer = requests.post(
            url,
            json=told,
            timeout=TIMEOUT,
            allow_redirects=False,
            headers={"User-Agent": agent},
        )
    except requests.RequestException as error:
        log.error("alarm: the webhook was not reached: %s", type(error).__name__)
        return False
    if not answer.ok or answer.is_redirect:
        log.error("alarm: the webhook answered %s", answer.status_code)
        return False
    return True
