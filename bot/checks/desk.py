"""The desk as people reach it: whether it answers, and with the headers that keep it private."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

import requests

from bot.checks.check import Check, Verdict, judged, listed
from bot.desk.headers import HEADERS, OVER_HTTPS
from bot.health import Health
from bot.user_agent import user_agent

SECONDS = 10
NAME, HEADERS_NAME = "desk", "desk headers"
NOTHING, NO_WORKER = "nothing answers", "answers, but has not heard of the worker for a while"
NO_LOG_IN = "answers, but the worker cannot log in to the wiki"
NO_STORE = "answers, but does not reach its store"
WORKING = "answers, and the worker is alive"
HALF_A_YEAR = 15_768_000
"""Seconds for which browsers must at least remember that the desk is https."""
_SHOWN = 60
_OF_A_PROXY = (
    requests.codes.bad_gateway,
    requests.codes.service_unavailable,
    requests.codes.gateway_timeout,
)

_Holds = Callable[[str], bool]


def look(address: str, contact: str = "") -> Iterator[Check]:
    """Ask the desk from outside, at the address that stands in the mails; no redirect is followed.

    The certificate is verified as browsers do. `contact` is the operator's, for the user agent.
    """
    mend = f"Start it with `peer-support desk`, and see that {address} leads to it."
    try:
        served = _ask(f"{address}/livez", contact)
        works = _ask(f"{address}/healthz", contact)
    except requests.exceptions.SSLError:
        found = f"{address} has no certificate that browsers would trust"
        mend = "Get one for this name that is valid today, and give the proxy the whole chain."
        yield Check(NAME, Verdict.FAILED, found, mend)
        return
    except requests.exceptions.RequestException as error:
        found = f"{NOTHING} at {address}"
        if "NameResolutionError" in str(error):
            found = f"the name in {address} is not known"
            mend = "Look how it is spelt, and whether DNS has an address for it."
        yield Check(NAME, Verdict.FAILED, found, mend)
        return
    # What stands before a desk that is away says 503 as well, so its own word comes first.
    if served.status_code != requests.codes.ok:
        found = f"{address} answers with {served.status_code}"
        if served.status_code in _OF_A_PROXY:
            found = f"{NOTHING} behind {address} ({served.status_code})"
        yield Check(NAME, Verdict.FAILED, found, mend)
        return
    yield _of_network(works, address)
    yield headers(served.headers, sealed=address.startswith("https://"))


def _ask(url: str, contact: str) -> requests.Response:
    agent = {"User-Agent": user_agent((contact,))}
    return requests.get(url, timeout=SECONDS, allow_redirects=False, headers=agent)


def _of_network(answer: requests.Response, address: str) -> Check:
    """Return what the desk says of store and worker."""
    if answer.status_code == requests.codes.ok:
        ended = answer.text.strip() == Health.ENDED.value
        found = "answers, and says that the network has ended" if ended else WORKING
        return Check(NAME, Verdict.PASSED, found)
    if answer.status_code != requests.codes.service_unavailable:
        found = f"{address}/healthz answers with {answer.status_code}"
        return Check(NAME, Verdict.FAILED, found, f"See that {address}/healthz leads to the desk.")
    if answer.text.strip() == Health.NO_STORE.value:
        mend = "Look at the database, and at what the desk's log says of it."
        return Check(NAME, Verdict.FAILED, NO_STORE, mend)
    if answer.text.strip() == Health.SHUT_OUT.value:
        mend = "The check of the log-in, below, says why; the worker goes on by itself then."
        return Check(NAME, Verdict.FAILED, NO_LOG_IN, mend)
    return Check(NAME, Verdict.FAILED, NO_WORKER, "Start the worker with `peer-support run`.")


def headers(given: Mapping[str, str], *, sealed: bool) -> Check:
    """Say what a proxy has dropped, changed or added of the headers that the desk sends.

    `sealed`: the desk is reached over https. Names are compared whatever their case.
    """
    got = {name.casefold(): value for name, value in given.items()}
    wanted = {**HEADERS, **(OVER_HTTPS if sealed else {})}
    lacking = [name for name in wanted if name.casefold() not in got]
    different = [
        name for name in wanted if name.casefold() in got and not _HOLDS[name](got[name.casefold()])
    ]
    added = [name for name in _UNWANTED if name.casefold() in got]
    found = [f"{name} is missing" for name in lacking]
    found += [f"{name} is “{_short(got[name.casefold()])}”" for name in different]
    found += [f"{name} was added, {why}" for name, why in _UNWANTED.items() if name in added]
    lines = [f'add_header {name} "{wanted[name]}" always;' for name in lacking + different]
    lines += [f"proxy_hide_header {name};" for name in different + added]
    return judged(
        HEADERS_NAME,
        not found,
        "as the desk sends them" if not found else listed(found),
        "Let the proxy in front of the desk pass its headers on as they are. Where it cannot, in "
        f"nginx's words: {' '.join(lines)}",
    )


def _tokens(value: str) -> list[str]:
    return [one.strip().casefold() for one in value.split(",")]


def _policy(value: str) -> bool:
    # Several policies hold at once, and browsers follow the strictest: ours has to be among them.
    ours = HEADERS["Content-Security-Policy"].split()
    return any(one.rstrip("; ").split() == ours for one in value.split(","))


def _remembered(value: str) -> bool:
    age = re.search(r"max-age\s*=\s*\"?(\d{1,12})", value, re.IGNORECASE)
    return age is not None and int(age[1]) >= HALF_A_YEAR


def _short(value: str) -> str:
    plain = re.sub(r"[^\x20-\x7e]", "?", value)
    return plain if len(plain) <= _SHOWN else f"{plain[:_SHOWN]}…"


_HOLDS: Mapping[str, _Holds] = MappingProxyType(
    {
        "Cache-Control": lambda value: "no-store" in _tokens(value),
        # Of several, browsers take the last one that they know.
        "Referrer-Policy": lambda value: _tokens(value)[-1] == "no-referrer",
        "X-Robots-Tag": lambda value: not {"noindex", "none"}.isdisjoint(_tokens(value)),
        "X-Content-Type-Options": lambda value: _tokens(value)[0] == "nosniff",
        "X-Frame-Options": lambda value: set(_tokens(value)) == {"deny"},
        "Content-Security-Policy": _policy,
        "Strict-Transport-Security": _remembered,
    }
)
# What the desk itself never sends there, and would let something out of it.
_UNWANTED: Mapping[str, str] = MappingProxyType(
    {
        "Access-Control-Allow-Origin": "by which other sites could read pages",
        "NEL": "by which browsers report addresses, and so links, to somebody",
        "Set-Cookie": "by which somebody follows visitors from page to page",
    }
)
