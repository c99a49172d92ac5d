"""Topics, channels and backgrounds as people type them: by id or by label, among other words."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from bot.request.folding import fold_words, is_unspaced
from bot.request.vocabulary import ANYTHING, CHANNELS, NEGATIONS, TURNS

# A word that no one types marks where something was found; its number follows.
_FOUND: Final = "\ue000"
_CLAUSE_ENDS: Final = ",;.\n،؛、，。|*"


def find_labelled(
    text: str, ids: Iterable[str], labels: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """Find the ids whose own name or label stands in the text, in the text's order."""
    phrases = _phrases(ids, labels)
    found = (phrases[int(word[1:])][1] for word in _marked(text, phrases) if word[0] == _FOUND)
    return tuple(dict.fromkeys(found))


def find_channels(
    text: str, ids: tuple[str, ...], labels: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """Find the channels that a text allows: those named, or all that it does not exclude.

    Nothing said, or "any", is every channel; empty when what was said cannot be understood,
    because what somebody wants excluded must not be guessed.
    """
    if not fold_words(text):
        return ids
    wanted, excluded, any_will_do = _sort(text, ids, labels)
    left = tuple(channel for channel in wanted or ids if channel not in excluded)
    return left if wanted or excluded or any_will_do else ()


def _sort(
    text: str, ids: tuple[str, ...], labels: Mapping[str, tuple[str, ...]]
) -> tuple[tuple[str, ...], frozenset[str], bool]:
    """Sort what was said into wanted and excluded, and whether any channel will do."""
    phrases = _phrases(ids, {id_: (*labels.get(id_, ()), *CHANNELS.get(id_, ())) for id_ in ids})
    wanted: dict[str, None] = {}
    excluded: set[str] = set()
    any_will_do = False
    for word, negated in _negated(text, phrases):
        if word[0] != _FOUND:
            any_will_do |= word in ANYTHING and not negated
        elif negated:
            excluded.add(phrases[int(word[1:])][1])
        else:
            wanted[phrases[int(word[1:])][1]] = None
    return tuple(wanted), frozenset(excluded), any_will_do


def _negated(text: str, phrases: list[tuple[str, str]]) -> Iterator[tuple[str, bool]]:
    """Give each word with whether a "not" stands over it: "not by Signal but Wikimail"."""
    for clause in _clauses(text):
        negated = False
        for word in _marked(clause, phrases):
            if word in TURNS:
                negated = not negated
            elif word in NEGATIONS:
                negated = True
            yield word, negated


def _phrases(ids: Iterable[str], labels: Mapping[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    """Pair folded phrases with ids, the longest first; what two ids share is the first one's."""
    meanings: dict[str, str] = {}
    for id_ in ids:
        for phrase in (id_, *labels.get(id_, ())):
            if folded := fold_words(phrase):
                meanings.setdefault(folded, id_)
    return sorted(meanings.items(), key=lambda pair: (-len(pair[0]), pair[0]))


def _marked(text: str, phrases: list[tuple[str, str]]) -> list[str]:
    """Give the words of a text, each phrase that was found replaced by one marked word."""
    padded = f" {fold_words(text.replace(_FOUND, ''))} "
    for number, (phrase, _) in enumerate(phrases):
        mark = f" {_FOUND}{number} "
        padded = padded.replace(phrase if is_unspaced(phrase) else f" {phrase} ", mark)
        # Neighbours share the space between them.
        padded = padded if is_unspaced(phrase) else padded.replace(f" {phrase} ", mark)
    return padded.split()


def _clauses(text: str) -> Iterator[str]:
    """Split where a "not" ends: "no Signal, Wikimail please"."""
    for mark in _CLAUSE_ENDS:
        text = text.replace(mark, "\n")
    yield from text.split("\n")
