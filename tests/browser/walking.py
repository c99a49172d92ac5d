"""Somebody at the desk with a keyboard and no script; each page they come to is looked over."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from itertools import count, pairwise
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page

from tests.browser.watching import UNGUARDED, axe_finds, picture

TABS = 200
"""More than there is to reach on any page."""
SAME_LINE = 4
"""Pixels by which things that stand beside one another may differ in height."""
FINGER = 44
"""Pixels; what is smaller is missed by a hand that trembles."""
_FOCUSED = """selector => {
    const one = document.activeElement;
    if (!one.matches(selector)) return null;
    return getComputedStyle(one).outlineStyle;
}"""
_STOP = """() => {
    const one = document.activeElement;
    if (one === document.body || one === document.documentElement) return null;
    const box = one.getBoundingClientRect(), style = getComputedStyle(one);
    return {
        place: [...document.querySelectorAll('*')].indexOf(one),
        html: one.outerHTML.slice(0, 90),
        start: getComputedStyle(document.body).direction === 'rtl' ? -box.right : box.left,
        top: box.top + scrollY,
        seen: box.width > 0 && box.top < innerHeight && box.bottom > 0,
        ring: style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth),
    };
}"""
"""Where the focus is, as somebody sees it; `start` grows in the direction in which they read."""
_TO_REACH = "a[href], button, select, summary, textarea, input:not([type=hidden])"
_numbers = count(1)


@dataclass(frozen=True)
class Look:
    """How somebody sees the pages."""

    name: str
    width: int
    height: int
    dark: bool = False


WIDE = Look("wide", 1200, 900)
NARROW = Look("narrow", 320, 640, dark=True)
ARABIC = Look("arabic", 320, 640)


@dataclass
class Walker:
    """One person's browser, in which no script runs and the mouse is never touched."""

    browser: Browser
    look: Look
    language: str
    page: Page = field(init=False)
    _scripts: CDPSession = field(init=False)
    _seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Open the browser."""
        context = self.browser.new_context(
            viewport={"width": self.look.width, "height": self.look.height},
            color_scheme="dark" if self.look.dark else "light",
            locale=self.language,
        )
        self.page = context.new_page()
        self._scripts = context.new_cdp_session(self.page)
        self._run_scripts(False)

    @property
    def words(self) -> str:
        """What stands on the page."""
        return self.page.inner_text("main")

    @property
    def title(self) -> str:
        """The heading of the page."""
        return self.page.inner_text("h1")

    @property
    def buttons(self) -> list[str]:
        """What the buttons of the page do."""
        found = self.page.locator("button").all()
        return [str(button.get_attribute("value")) for button in found]

    def go(self, link: str) -> int:
        """Follow a link; give the status of the answer."""
        answer = self.page.goto(link)
        assert answer is not None
        self.look_over()
        return answer.status

    def press(self, do: str, selector: str = "") -> str:
        """Press a button, reached by Tab, and give the heading of the page that it leads to."""
        self.reach(selector or f"button[value={do}]")
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.look_over()
        return self.title

    def follow(self, selector: str) -> str:
        """Follow a link of the page, reached by Tab, and give the heading of where it leads."""
        self.reach(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.look_over()
        return self.title

    def answer(self, do: str, yes: str) -> str:
        """Answer a question."""
        return self.press(do, f"form:has(input[value={do}]) button[value={yes}]")

    def type(self, field_id: str, text: str) -> None:
        """Type into a field, in place of what is there."""
        self.reach(f"#{field_id}")
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def choose_day(self, field_id: str, day: date) -> None:
        """Type a day, as one does in this Chromium, whose own language is English."""
        self.reach(f"#{field_id}")
        self.page.keyboard.type(f"{day:%m%d%Y}")
        assert self.page.input_value(f"#{field_id}") == day.isoformat()

    def choose(self, field_id: str, name: str) -> None:
        """Choose from a list by its first letters: who has a hundred names does not go down it."""
        self.reach(f"#{field_id}")
        self.page.keyboard.type(name)
        assert name in self.page.locator(f"#{field_id} option:checked").inner_text()

    def tick(self, *field_ids: str) -> None:
        """Tick boxes, or take their ticks away."""
        for field_id in field_ids:
            self.reach(f"#{field_id}")
            self.page.keyboard.press("Space")

    def unfold(self) -> None:
        """Open all that is folded, one after the other, and look at what is there."""
        folded = "details:not([open]) > summary"
        while self.page.locator(folded).count():
            self.reach(folded)
            self.page.keyboard.press("Enter")
        self.look_over("unfolded")

    def reach(self, selector: str) -> None:
        """Go to an element by Tab alone; whoever arrives sees where they are."""
        for _ in range(TABS):
            outline = self.page.evaluate(_FOCUSED, selector)
            if outline is not None:
                assert outline != "none", f"nobody sees that they are at {selector}"
                return
            self.page.keyboard.press("Tab")
        message = f"no Tab leads to {selector}; there is {self.buttons} on “{self.title}”"
        raise AssertionError(message)

    def look_over(self, state: str = "") -> None:
        """Hold the page against what everybody needs, once for each kind of page."""
        kind = " ".join([state, self.title, *self.buttons])
        if kind in self._seen:
            return
        self._seen.add(kind)
        name = f"{next(_numbers):03}-{self.look.name}-{'-'.join(self.title.split()[:4])}"
        picture(self.page, name, whole=True)
        expected = {"lang": self.language, "dir": "rtl" if self.language == "ar" else "ltr"}
        for attribute, value in expected.items():
            assert self.page.get_attribute("html", attribute) == value, name
        assert self.page.locator("h1").count() == 1, name
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.look.width, name
        # Boxes to tick are small; what is pressed is the line that they stand in.
        pressed = "button, select, summary, textarea, .choice, input:not([type=hidden], .choice *)"
        for control in self.page.locator(pressed).all():
            if control.is_visible():
                box = control.bounding_box()
                assert box is not None
                assert box["height"] >= FINGER, (name, control.inner_text())
        assert self.page.evaluate(UNGUARDED) == [], name
        self._tab_through(name)
        self._run_scripts(True)
        found = axe_finds(self.page)
        self._run_scripts(False)
        assert found == [], (name, found)

    def _tab_through(self, name: str) -> None:
        """Hold that Tab leads to all there is, in the order of reading, and that one sees where."""
        stops: list[dict[str, Any]] = []
        for _ in range(TABS):
            self.page.keyboard.press("Tab")
            stop = self.page.evaluate(_STOP)
            if stop is None or (stops and stop["place"] == stops[-1]["place"]):
                continue  # between the page's end and its beginning; or inside one field
            if stop["place"] == (stops[0]["place"] if stops else None):
                break
            assert stop["ring"] > 1, (name, "nobody sees that they are at", stop["html"])
            assert stop["seen"], (name, "out of sight", stop["html"])
            stops.append(stop)
        # Where a page begins in its middle, at what went wrong, the round began there.
        first = min(range(len(stops)), key=lambda at: stops[at]["place"], default=0)
        stops = stops[first:] + stops[:first]
        for before, after in pairwise(stops):
            below = after["top"] - before["top"] > SAME_LINE
            beside = abs(after["top"] - before["top"]) <= SAME_LINE
            further = beside and after["start"] > before["start"]
            assert below or further, (name, after["html"], "comes after", before["html"])
        there = [one for one in self.page.locator(_TO_REACH).all() if one.is_visible()]
        assert len(stops) == len(there), (name, [stop["html"] for stop in stops])

    def _run_scripts(self, run: bool) -> None:
        self._scripts.send("Emulation.setScriptExecutionDisabled", {"value": not run})
