"""pydantic's errors → problems a person can mend, without repeating any value."""

import difflib
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.problems import Problem
from bot.yaml_places import Path

Placer = Callable[[Path], str]
EXAMPLE = "config/peer-support.example.yaml"


def problems(
    error: ValidationError, shape: Any, place: Placer, also: tuple[str, ...] = ()
) -> Iterator[Problem]:
    """Explain each error against the shape that was expected; `also` are more top-level names."""
    for detail in error.errors(include_url=False, include_input=False):
        path = tuple(part for part in detail["loc"] if part != "[key]")
        if detail["type"] == "missing":
            what = f'"{path[-1]}" is missing here.'
            mend = f'Add a line "{path[-1]}:" with its value; {EXAMPLE} shows how.'
            yield Problem(place(path[:-1]), what, mend)
        elif detail["type"] == "extra_forbidden":
            names = names_in(shape, path[:-1]) + (also if len(path) == 1 else ())
            yield unknown(str(path[-1]), names, place(path))
        else:
            what, mend = _said(detail)
            # A line can hold several settings, so the place alone is not enough.
            name = ".".join(part for part in path if isinstance(part, str))
            yield Problem(place(path), f"{name}: {what}" if name else what, mend)


def unknown(name: str, names: tuple[str, ...], place: str) -> Problem:
    """Say that a name means nothing here, and which one may have been meant."""
    near = difflib.get_close_matches(name.casefold(), names, n=1)
    mend = f'Did you mean "{near[0]}"?' if near else f"Remove it, or use one of: {_all(names)}."
    shown = name if len(name) <= 60 else f"{name[:60]}…"
    return Problem(place, f'There is no setting called "{shown}" here.', mend)


def names_in(shape: Any, path: Path) -> tuple[str, ...]:
    """List the settings known at a path below a model, or a tuple of models."""
    for part in path:
        shape = _below(_bare(shape), part)
    shape = _bare(shape)
    if not _is_model(shape):
        return ()
    return tuple(field.alias or name for name, field in shape.model_fields.items())


def _below(shape: Any, part: str | int) -> Any:
    if _is_model(shape):
        for name, field in shape.model_fields.items():
            if part == (field.alias or name):
                return field.annotation
    elif get_origin(shape) is tuple:
        return get_args(shape)[0]
    return None


def _bare(shape: Any) -> Any:
    if get_origin(shape) is Annotated:
        return _bare(get_args(shape)[0])
    if get_origin(shape) in {Union, UnionType}:
        return _bare(next(part for part in get_args(shape) if part is not type(None)))
    return shape


def _is_model(shape: Any) -> bool:
    return isinstance(shape, type) and issubclass(shape, BaseModel)


def _said(detail: ErrorDetails) -> tuple[str, str]:
    if detail["type"] == "told":
        return detail["ctx"]["what"], detail["ctx"]["mend"]
    if detail["type"] == "literal_error":
        expected = detail["ctx"]["expected"].replace("'", "")
        return "This is not one of the words that are understood here.", f"Write {expected}."
    return _KNOWN.get(detail["type"], _OTHER)


def _all(names: tuple[str, ...]) -> str:
    return ", ".join(sorted(names))


_GROUP = (
    "A group of settings is expected here.",
    "Write each setting on a line of its own below this one, further to the right: name: value.",
)
_WHOLE = ("A whole number is expected here.", "Write it with digits alone, without quotes.")
_DATE = ("A date is expected here.", "Write it as 2026-11-01, without quotes.")
_KNOWN: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "model_type": _GROUP,
        "model_attributes_type": _GROUP,
        "dict_type": _GROUP,
        "mapping_type": _GROUP,
        "int_type": _WHOLE,
        "int_from_float": _WHOLE,
        "date_type": _DATE,
        "date_from_datetime_inexact": _DATE,
        "tuple_type": (
            "A list is expected here.",
            'Write it as [one, two], or each entry on a line of its own that begins with "- ".',
        ),
        "bool_type": ("Either true or false is expected here.", "Write true or false, unquoted."),
        "string_type": (
            "Text is expected here.",
            "Write some text; put it in quotes if it looks like a number, a date or true.",
        ),
    }
)
_OTHER = ("This value cannot be used here.", f"Compare it with {EXAMPLE}.")
