"""Telling of an unexpected error without its values: they can be what somebody wrote."""

from __future__ import annotations


def kind_and_place(error: BaseException | None) -> str:
    """Give the kind of an error and the line of ours or a library's that raised it."""
    trace = None if error is None else error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    module = trace.tb_frame.f_globals.get("__name__", "?")
    return f"{type(error).__name__} at {module}:{trace.tb_lineno}"
