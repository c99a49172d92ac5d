"""The definitions of gadgets on the real wiki: what it reads in them, and what pauses us."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from bot.publishing.gadget_lines import OWN_CHOICE, OurLines
from stage.network import StagedNetwork
from tests.conftest import People
from tests.wiki.conftest import Worker

DEFINITIONS = "MediaWiki:Gadgets-definition"
SCRIPT = "MediaWiki:Gadget-peer-support.js"
OWN = {"rights", "skins", "actions", "namespaces", "contentModels", "categories", "category"} | {
    "default",
    "hidden",
}
"""The wiki's names for what it chooses itself, and for the section."""

Edit = Callable[[str], str]


def swap(old: str, new: str) -> Edit:
    """Give an edit that changes one place, which has to be there."""

    def edit(text: str) -> str:
        assert old in text, old
        return text.replace(old, new, 1)

    return edit


def more(line: str) -> Edit:
    """Give an edit that adds a line at the end."""
    return lambda text: f"{text}\n{line}"


CHOICES: dict[str, Edit] = {
    "not by default": swap("|default|", "|"),
    "for a right": swap("|default|", "|rights=editinterface|"),
    "on one skin": swap("|default|", "|default|skins=minerva|"),
    "on some pages": swap("|default|", "|namespaces=4|actions=view|categories=A|"),
    "for wikitext": swap("|default|", "|default|contentModels=wikitext|"),
    "the form shown": swap("|hidden|", "|"),
    "another section": swap("== peer-support ==", "== tools =="),
    "no section": swap("== peer-support ==", ""),
    "beside another": more("* other[ResourceLoader|dependencies=mediawiki.util]|other.js"),
    "spaces": swap("* peer-support[ResourceLoader|", "**  peer-support [ ResourceLoader | "),
    "a comment above": lambda text: f"<!--\n* peer-support|evil.js\n-->\n{text}",
}
ATTACKS: dict[str, Edit] = {
    "another file": swap("|peer-support.js|", "|evil.js|"),
    "a file more": swap("|peer-support.js|", "|peer-support.js|evil.js|"),
    "a file before": swap("|peer-support.js|", "|evil.js|peer-support.js|"),
    "styles": swap("|peer-support-dialog.css", "|evil.css"),
    "a need": swap("=mediawiki.util]", "=mediawiki.util,ext.gadget.evil]"),
    "a second need": swap("=mediawiki.util]", "=mediawiki.util|dependencies=ext.gadget.evil]"),
    "no package": swap("|package|default", "|default"),
    "no ResourceLoader": swap("[ResourceLoader|package|default", "[package|default"),
    "another type": swap("type=general", "type=styles"),
    "peers": swap("|type=general", "|type=general|peers=evil"),
    "not by its address": swap("|supportsUrlLoad|", "|supportsUrlLoad=false|"),
    "unchecked": swap("|type=general", "|type=general|requiresES6"),
    "once more below": more("* peer-support[ResourceLoader|package|default]|evil.js"),
    "once more above": lambda text: f"* peer-support[ResourceLoader|default]|evil.js\n{text}",
    "once more with spaces": more("** peer-support [ ResourceLoader ] | evil.js "),
    "in a comment": lambda text: f"<!--\n{text}\n-->\n* other|other.js",
    "a comment that ends later": swap("* peer-support[", "<!--* peer-support["),
    "out of a comment": more("<!-- -->* peer-support[ResourceLoader]|evil.js"),
    "a comment within": swap("|peer-support.js|", "|peer<!-- -->-support.js|evil.js|"),
    "nowiki": swap("* peer-support[", "<nowiki>* peer-support["),
    "another line separator": swap("-config.js\n", "-config.js\u2028|evil.js\n"),
    "one gone": swap("* peer-support-words-de[", "* words-de["),
    "a redirect": lambda _text: "#REDIRECT [[MediaWiki:Evil]]",
    "empty": lambda _text: "",
    "another gadget with ours": more(
        "* x[ResourceLoader|package|default]|evil.js|peer-support.js|peer-support-config.js"
    ),
    "another with ours by number": more("* x[ResourceLoader|package]|evil.js|peer&#45;support.js"),
    "another with ours by part": more("* x[ResourceLoader|package]|evil.js|peer-support.js#.js"),
}


def lines_of(text: str) -> list[str]:
    """Give the lines that define gadgets."""
    return [line for line in text.splitlines() if line.startswith("* ")]


def loaded(people: People, release: str) -> list[Any]:
    """Give what the wiki itself reads of our gadgets, but for what it may choose."""
    names = [line[2:].partition("[")[0] for line in lines_of(release)]
    found = people["Rosa"].get(action="query", list="gadgets", gaprop="id|metadata")
    read = []
    for one in found["query"]["gadgets"]:
        if one["id"] in names:
            settings = one["metadata"]["settings"].items()
            read.append(
                (
                    one["id"],
                    {name: of for name, of in settings if name not in OWN},
                    one["metadata"]["module"],
                )
            )
    return sorted(read, key=lambda one: str(one[0]))


def checked(network: StagedNetwork) -> str:
    """Give all that `check` says of the published pages, in one line."""
    return " ".join(network.run("check", "--all", fails=True).stdout.split())


class Watched:
    """A worker's watch, a quarter of an hour later each time."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self._minutes = 0
        self.pauses()

    def pauses(self) -> bool:
        """Look, and say whether the network is paused for it."""
        self._minutes += 16
        self.worker.later(minutes=self._minutes)
        self.worker.do("watch")
        return bool(self.worker.setting("tampered"))


def test_what_a_wiki_chooses_runs_the_same(worker: Worker, people: People) -> None:
    """No pause, the same code by the wiki's own reading, and `publish` leaves it as it is."""
    watched, iface = Watched(worker), people["Iface"]
    right = iface.page(DEFINITIONS)["text"]
    runs = loaded(people, right)
    assert len(runs) == 7
    for name, edit in CHOICES.items():
        chosen = edit(right)
        iface.save(DEFINITIONS, chosen)
        assert loaded(people, right) == runs, name
        assert not watched.pauses(), name
        assert OurLines(lines_of(right)).put_into(chosen, "x", keep_choices=True) == chosen
    assert worker.told("tampered") == []


def test_what_changes_the_code_pauses(worker: Worker, people: People) -> None:
    """Each way that we know; what the wiki reads otherwise, we never call right."""
    watched, iface = Watched(worker), people["Iface"]
    right = iface.page(DEFINITIONS)["text"]
    runs, ours = loaded(people, right), OurLines(lines_of(right))
    differs = 0
    for name, edit in ATTACKS.items():
        iface.save(DEFINITIONS, edit(right))
        differs += loaded(people, right) != runs
        assert watched.pauses(), name
        done = ours.put_into(edit(right), "peer-support", keep_choices=True)
        iface.save(DEFINITIONS, done)
        assert loaded(people, right) == runs, name
        assert "evil" not in iface.page(DEFINITIONS)["text"].replace("ext.gadget.evil", ""), name
        assert not watched.pauses(), name
        iface.save(DEFINITIONS, right)
        assert not watched.pauses(), name
    assert differs > len(ATTACKS) / 2, "most of them change what runs, by the wiki's own reading"


@pytest.mark.parametrize("title", [SCRIPT, DEFINITIONS])
def test_another_content_model_pauses(
    worker: Worker, network: StagedNetwork, people: People, title: str
) -> None:
    """As plain text a script loads no more, and who may edit it is another question."""
    watched = Watched(worker)
    people["Iface"].call(action="changecontentmodel", title=title, model="text")
    assert watched.pauses()
    assert "its content model is text" in checked(network)
    network.run("publish", "--as", "Iface")
    assert not watched.pauses()


def test_publishing_keeps_what_a_wiki_chose(network: StagedNetwork, people: People) -> None:
    """And brings the code to the release, in the section where others have put it."""
    iface = people["Iface"]
    right = iface.page(DEFINITIONS)["text"]
    chosen = right.replace("|default|", "|rights=sysop|").replace(
        "== peer-support ==", "== tools =="
    )
    iface.save(DEFINITIONS, chosen)
    said = network.run("publish", "--as", "Iface").stdout
    assert "as this wiki has chosen: peer-support: not default, rights=sysop" in said
    assert iface.page(DEFINITIONS)["text"] == chosen
    assert "peer-support: not default, rights=sysop" in checked(network)
    iface.save(DEFINITIONS, chosen.replace("|peer-support.js|", "|peer-support.js|evil.js|"))
    assert (
        f"{DEFINITIONS}: saved, over what somebody else wrote"
        in network.run("publish", "--as", "Iface").stdout
    )
    there = iface.page(DEFINITIONS)["text"]
    assert there.startswith("== tools ==\n")
    assert "rights=sysop" in there
    assert "evil" not in there
    network.run("publish", "--as", "Iface", "--overwrite", DEFINITIONS)
    assert OurLines(lines_of(right)).stand_as_they_are_in(iface.page(DEFINITIONS)["text"])


def test_a_definition_in_a_page_of_its_own_pauses(worker: Worker, people: People) -> None:
    """On a wiki that reads such pages it counts before the line; one of another name is theirs."""
    watched, iface = Watched(worker), people["Iface"]
    page = {"settings": {}, "module": {"pages": ["evil.js"], "dependencies": []}}
    for name, pauses in (("peer-support-tools", False), ("peer-support-words-de", True)):
        iface.save(f"MediaWiki:Gadgets/{name}.json", json.dumps(page))
        assert watched.pauses() is pauses, name
    iface.call(action="delete", title="MediaWiki:Gadgets/peer-support-words-de.json")
    assert not watched.pauses()


def test_protecting_the_definitions_pauses_nothing(worker: Worker, people: People) -> None:
    """Nor does moving them away and back, or saving them as they are."""
    watched, iface = Watched(worker), people["Iface"]
    right = iface.page(DEFINITIONS)["text"]
    people["Admin"].call(action="protect", title=DEFINITIONS, protections="move=sysop")
    assert not watched.pauses()
    away = {"from": DEFINITIONS, "to": "MediaWiki:Gadgets-away", "noredirect": True}
    iface.call(action="move", **away)
    iface.call(action="move", **away | {"from": away["to"], "to": away["from"]})
    assert iface.page(DEFINITIONS)["text"] == right
    assert not watched.pauses()
    iface.save(DEFINITIONS, right + "\n* other|other.js")
    iface.save(DEFINITIONS, right)
    assert not watched.pauses()


def test_an_opt_in_is_published(network: StagedNetwork, people: People) -> None:
    """By the operator's setting, and taken back by it; `check` says that many see no form."""
    iface = people["Iface"]
    right = iface.page(DEFINITIONS)["text"]
    settings = network.config_file.read_text()
    network.config_file.write_text(f"{settings}gadget: {{default: false}}\n")
    assert "of other settings" in checked(network)
    network.run("publish", "--as", "Iface")
    there = iface.page(DEFINITIONS)["text"]
    assert there == right.replace("|default|", "|")
    assert OurLines(right.splitlines()).stand_in(there)
    assert "for those alone who switch it on" in checked(network)
    network.config_file.write_text(settings)
    network.run("publish", "--as", "Iface")
    assert iface.page(DEFINITIONS)["text"] == right


def test_the_options_are_those_that_the_wiki_knows(people: People) -> None:
    """What it tells of a gadget beside its code is what it may choose: nothing is left out."""
    found = people["Rosa"].get(action="query", list="gadgets", gaprop="metadata")
    for one in found["query"]["gadgets"]:
        told = set(one["metadata"]["settings"])
        assert told - OWN <= {
            "package",
            "legacyscripts",
            "requiresES6",
            "supportsUrlLoad",
            "shared",
        }
    assert OWN - {"category"} <= OWN_CHOICE
