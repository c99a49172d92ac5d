"""What was looked at, by cause: one line for all that one thing lets fail, in order of mending."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from bot.checks import desk
from bot.checks.check import Cause, Check, Verdict

_ORDER = (Verdict.OUT_OF_REACH, Verdict.FAILED, Verdict.WARNED, Verdict.NOT_TRIED)
_TO_MEND = frozenset({Verdict.OUT_OF_REACH, Verdict.FAILED})
_LAST = frozenset({desk.NAME, desk.HEADERS_NAME})
"""Looked at early, and mended when all else is there: the desk answers for a network that works."""
_NAMED = 2
_NOT_THERE = "not on the wiki as in this release"
_MENDS: Mapping[Cause, tuple[str, str]] = MappingProxyType(
    {
        Cause.PUBLISH: (
            _NOT_THERE,
            "Run `peer-support publish`.",
        ),
        Cause.PUBLISH_AS: (
            _NOT_THERE,
            "Let an interface administrator run `peer-support publish --as NAME`.",
        ),
        Cause.CHANGED: (
            "not as they were published",
            "Ask why: `peer-support check --all` says what was changed, and by whom. Then publish.",
        ),
        Cause.COORDINATORS: (
            "cannot be written to",
            "Look at the names in `coordinators`; `peer-support check --all` says what is wrong.",
        ),
        Cause.SUPPORTERS: (
            "cannot be asked",
            "Speak with them; `peer-support check --all` says what is wrong with each.",
        ),
    }
)
_BOTH_MEND = (
    "Run `peer-support publish`. It says what an interface administrator has to do after it, and "
    "how."
)


def by_cause(checks: Iterable[Check]) -> list[Check]:
    """Put what is not well into one check for each cause, in the order in which to mend them."""
    wrong = [one for one in checks if one.verdict is not Verdict.PASSED]
    groups: dict[object, list[Check]] = {}
    for place, one in enumerate(wrong):
        groups.setdefault(_group(one, place), []).append(one)
    failing = {one.cause for one in wrong if one.verdict in _TO_MEND and one.cause}
    both = {Cause.PUBLISH, Cause.PUBLISH_AS} <= failing
    if both:
        as_other = groups.pop((Verdict.FAILED, Cause.PUBLISH_AS))
        groups[Verdict.FAILED, Cause.PUBLISH] += as_other
    told = [
        _as_one(group, both=both)
        for group in groups.values()
        # What could not be looked at for a cause that is told anyway comes by itself.
        if group[0].verdict is not Verdict.NOT_TRIED or group[0].cause not in failing
    ]
    return sorted(told, key=lambda one: (_ORDER.index(one.verdict), one.name in _LAST))


def totals(checks: Sequence[Check], causes: Sequence[Check]) -> str:
    """Count, in one line: places to mend and their causes; of all else the lines that are shown.

    `causes` are the lines that are shown of what is not well.
    """
    counts = dict.fromkeys(Verdict, 0)
    for one in checks:
        counts[one.verdict] += 1
    for verdict in (Verdict.WARNED, Verdict.NOT_TRIED):
        counts[verdict] = sum(one.verdict is verdict for one in causes)
    wrong = sum(counts[verdict] for verdict in _TO_MEND)
    reasons = sum(one.verdict in _TO_MEND for one in causes)
    parts = [f"{counts[Verdict.PASSED]} ok"]
    if wrong:
        for_causes = f" for {reasons} causes" if 1 < reasons < wrong else ""
        parts.append(
            f"{wrong} to mend{for_causes or (' for one cause' if reasons < wrong else '')}"
        )
    if counts[Verdict.WARNED]:
        parts.append(f"{counts[Verdict.WARNED]} to think of")
    if counts[Verdict.NOT_TRIED]:
        parts.append(f"{counts[Verdict.NOT_TRIED]} not tried")
    return f"{', '.join(parts)}."


def first(causes: Sequence[Check]) -> str:
    """Say what to do first; nothing where nothing has to be done."""
    wrong = [one for one in causes if one.verdict in _TO_MEND]
    return wrong[0].mend if wrong else ""


def _group(one: Check, place: int) -> object:
    if one.cause is not None:
        return one.verdict, one.cause
    if one.verdict is Verdict.NOT_TRIED:
        return one.verdict, one.found, one.mend
    return place


def _as_one(group: Sequence[Check], *, both: bool) -> Check:
    one, *others = group
    if not others:
        return one
    if one.cause is Cause.STORE and one.verdict is not Verdict.NOT_TRIED:
        return replace(group[-1], name=one.name)  # what was found last knows the most of it
    names = [each.name for each in group]
    if one.cause is None or one.verdict is Verdict.NOT_TRIED:
        return replace(one, name=", ".join(names))
    what, mend = _MENDS[one.cause]
    more = len(names) - _NAMED
    named = ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
    found = f"{len(group)} {what}: {named}"
    if both and one.cause is Cause.PUBLISH:
        mend = _BOTH_MEND
    return Check(one.cause.value, one.verdict, found, mend, one.cause)
