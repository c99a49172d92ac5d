"""Small pieces of wikitext read as people see them; only for slices that `page` has bounded."""

import re
from collections.abc import Callable, Iterable
from typing import Final

import mwparserfromhell
from mwparserfromhell.nodes import (
    Argument,
    Comment,
    ExternalLink,
    Heading,
    HTMLEntity,
    Node,
    Tag,
    Template,
    Wikilink,
)
from mwparserfromhell.parser import ParserError
from mwparserfromhell.wikicode import Wikicode

from bot.request.folding import fold

_QUOTES: Final = re.compile("'{2,5}")
_MANY_LINES: Final = re.compile(r"\n{3,}")
_BREAKS: Final = frozenset({"br", "p", "div", "li", "hr", "tr", "dt"})
_UNSEEN: Final = frozenset({"style", "script", "templatestyles"})


def template_fields(text: str) -> list[tuple[str | None, str]] | None:
    """Read the fields of the template that a slice begins with; the name None is for one without.

    None when there is no template, however one reads it.
    """
    # Without its closing braces it is no template to the parser, but still one to us.
    for candidate in (text, text + "}}", text + "]]}}", text + "</nowiki>}}"):
        code = _parse(candidate)
        first = next(iter(code.nodes), None) if code is not None else None
        if isinstance(first, Template) and fold(str(first.name)).endswith("peer support request"):
            return [
                (str(field.name).strip() if field.showkey else None, str(field.value))
                for field in first.params
            ]
    return None


def readable(wikitext: str) -> str:
    """Write wikitext as plain text: nothing that was said is left out, markup and comments are."""
    code = _parse(wikitext)
    text = wikitext if code is None else _text(code, _as_written)
    lines = (line.strip() for line in _QUOTES.sub("", text).splitlines())
    return _MANY_LINES.sub("\n\n", "\n".join(lines)).strip()


def listed(wikitext: str) -> str:
    """Write wikitext as a list of what it holds: a template counts for its fields."""
    code = _parse(wikitext)
    return _QUOTES.sub("", wikitext if code is None else _text(code, _as_list))


def linked(wikitext: str) -> str:
    """As `listed`, but a link counts for where it leads, on a line of its own."""
    code = _parse(wikitext)
    return _QUOTES.sub("", wikitext if code is None else _text(code, _as_targets))


def _parse(wikitext: str) -> Wikicode | None:
    try:
        return mwparserfromhell.parse(wikitext, skip_style_tags=True)
    except (ParserError, RecursionError):
        return None


_Special = Callable[[Template | Wikilink], str]


def _text(code: Wikicode | None, special: _Special) -> str:
    if code is None:
        return ""
    nodes: Iterable[Node] = code.nodes
    return "".join(_node(node, special) for node in nodes)


def _node(node: Node, special: _Special) -> str:
    match node:
        case Template() | Wikilink():
            return special(node)
        case Comment():
            return ""
        case Tag():
            return _tag(node, special)
        case ExternalLink():
            return _external(node, special)
        case Heading():
            return f"\n{_text(node.title, special)}\n"
        case HTMLEntity():
            return _entity(node)
        case Argument():
            return _text(node.default, special)
        case _:
            return str(node)


def _tag(tag: Tag, special: _Special) -> str:
    name = str(tag.tag).strip().lower()
    if name in _UNSEEN:
        return ""
    if tag.wiki_markup in {"*", "#"}:
        return str(tag.wiki_markup)
    inside = _text(tag.contents, special)
    return f"\n{inside}" if name in _BREAKS and tag.wiki_markup is None else inside


def _external(link: ExternalLink, special: _Special) -> str:
    title = _text(link.title, special)
    return f"{title} ({link.url})" if title else str(link.url)


def _entity(entity: HTMLEntity) -> str:
    try:
        return str(entity.normalize())
    except (ValueError, OverflowError, KeyError):
        return str(entity)


def _as_written(node: Template | Wikilink) -> str:
    if isinstance(node, Template):
        return str(node)
    return _text(node.text, _as_written) or str(node.title).lstrip(":")


def _as_list(node: Template | Wikilink) -> str:
    if isinstance(node, Template):
        return _fields(node, _as_list)
    return _text(node.text, _as_list) or str(node.title).lstrip(":")


def _as_targets(node: Template | Wikilink) -> str:
    if isinstance(node, Template):
        return _fields(node, _as_targets)
    return f"\n{str(node.title).lstrip(':')}\n"


def _fields(template: Template, special: _Special) -> str:
    values = [_text(field.value, special) for field in template.params]
    return "\n" + "\n".join(values or [str(template.name)]) + "\n"
