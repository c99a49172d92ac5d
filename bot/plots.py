"""Curves as a small SVG that stands by itself: no script, nothing loaded, the same each time."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree as ET

Points = Sequence[tuple[float, float]]

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"


def curves(title: str, across: str, up: str, lines: Mapping[str, Points], top: float) -> str:
    """Draw one line for each name; `across` and `up` say what the axes are, up to `top`."""
    pygal = _library()
    style = pygal.style.CleanStyle(
        font_family="sans-serif", background="white", plot_background="white"
    )
    chart = pygal.XY(
        title=title,
        x_title=across,
        y_title=up,
        range=(0, top),
        show_dots=False,
        style=style,
        width=900,
        height=480,
        legend_at_bottom=True,
        legend_at_bottom_columns=2,
        truncate_legend=-1,
        no_prefix=True,
        js=(),
    )
    for name, points in lines.items():
        chart.add(name, list(points), stroke_style={"width": 2})
    return _without_scripts(chart.render())


def bars(title: str, across: str, steps: Sequence[str], places: Mapping[str, int]) -> str:
    """Draw a bar for each name as far as its step, 0 for the first; `across` says what is shown."""
    pygal = _library()
    style = pygal.style.CleanStyle(
        font_family="sans-serif", background="white", plot_background="white"
    )
    chart = pygal.HorizontalBar(
        title=title,
        x_title=across,
        range=(0, len(steps)),
        style=style,
        width=900,
        height=120 + 40 * len(places),
        show_legend=False,
        js=(),
    )
    chart.uuid = "bars"  # otherwise drawn, and the same numbers would be another file
    chart.x_labels = list(places)
    chart.y_labels = [{"value": place, "label": step} for place, step in enumerate(steps, 1)]
    chart.add("", [{"value": p + 1, "formatter": lambda _: ""} for p in places.values()])
    return _without_scripts(chart.render())


def _library() -> Any:
    import pygal  # noqa: PLC0415 - only who plots waits for it
    import pygal.style  # noqa: PLC0415

    # For maps that we do not draw, it leaves a finder of which Python warns at each later import.
    sys.meta_path[:] = [one for one in sys.meta_path if type(one).__module__ != pygal.__name__]
    return pygal


def _without_scripts(drawn: bytes) -> str:
    ET.register_namespace("", _SVG)
    ET.register_namespace("xlink", _XLINK)
    # Drawn by the library a moment ago, and by nobody else.
    root = ET.fromstring(drawn)  # noqa: S314
    for parent in root.iter():
        for script in parent.findall(f"{{{_SVG}}}script"):
            parent.remove(script)
    return ET.tostring(root, encoding="unicode") + "\n"
