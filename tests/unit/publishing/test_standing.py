"""What publishing saves, what it leaves alone and what it says, on the fake wiki."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.checks.check import Check, OnWiki, Verdict
from bot.checks.released import released
from bot.cli.publishing import be_possible, needed_right, publish_pages
from bot.config.model import Gadget
from bot.problems import InputError
from bot.publishing.gadget_lines import OurLines
from bot.publishing.release import KeptBy, Part, ReleasePage, is_interface
from bot.publishing.standing import (
    Record,
    Standing,
    digest,
    may_save,
    read_records,
    standing,
    write_records,
)
from bot.troubles import OutOfReachError
from bot.wiki.errors import ApiError
from tests.fakes.network import CORAL, FakeNetwork, make
from tests.fakes.wiki import BOT_ID, INTAKE

LANDING = "Project:Peer support"
HEADER = "Template:Peer support intake"
TEMPLATE = "Template:Peer support envelope"
SCRIPT = "MediaWiki:Gadget-peer-support.js"
DEFINITIONS = "MediaWiki:Gadgets-definition"
BOT_PAGE = "User:PeerSupportBot"
KEPT = {LANDING: KeptBy.COMMUNITY, TEMPLATE: KeptBy.RELEASE, BOT_PAGE: KeptBy.OPERATOR}


def page(kept_by: KeptBy, part: Part = Part.WHOLE, text: str = "words") -> ReleasePage:
    """Give a page of a release."""
    lines = (LINE,) if part is Part.LINES else ()
    return ReleasePage("page", "Some:Page", "wikitext", kept_by, part, text, lines, "ours")


OURS = Record(digest("old words"), 7, 5)
LINE = "* ours[ResourceLoader|package|default]|ours.js"
OLD_LINE = "* ours[ResourceLoader|default]|ours.js"
OPT_IN = LINE.replace("|default", "")
BY_US, BY_US_BEFORE, BY_US_OPT_IN = (
    Record(digest(OurLines([line]).code_in(line)), 7, 5, digest(line))
    for line in (LINE, OLD_LINE, OPT_IN)
)


@pytest.mark.parametrize(
    ("part", "there", "before", "how"),
    [
        (Part.WHOLE, None, None, Standing.MISSING),
        (Part.WHOLE, None, OURS, Standing.MISSING),
        (Part.WHOLE, "words\n", None, Standing.AS_RELEASED),
        (Part.WHOLE, "<!--T:1-->\nwords", None, Standing.AS_RELEASED),
        (Part.WHOLE, "old words", OURS, Standing.EARLIER),
        (Part.WHOLE, "old words", None, Standing.CHANGED),
        (Part.WHOLE, "other words", OURS, Standing.CHANGED),
        (Part.WHOLE, "", OURS, Standing.CHANGED),
        (Part.BEGINNING, "words\n{{Peer support envelope}}", None, Standing.AS_RELEASED),
        (Part.BEGINNING, "a request and words", None, Standing.CHANGED),
        (Part.BEGINNING, "", None, Standing.EARLIER),
        (Part.LINES, "", None, Standing.EARLIER),
        (Part.LINES, f"* other|other.js\n{LINE}", None, Standing.AS_RELEASED),
        (Part.LINES, LINE.replace("|default", "|rights=sysop"), None, Standing.AS_RELEASED),
        (Part.LINES, OPT_IN, BY_US, Standing.AS_RELEASED),
        (Part.LINES, OPT_IN, BY_US_OPT_IN, Standing.EARLIER),
        (Part.LINES, LINE.replace("ours.js", "evil.js"), None, Standing.CHANGED),
        (Part.LINES, LINE.replace("ours.js", "evil.js"), BY_US, Standing.CHANGED),
        (Part.LINES, "* other|other.js", BY_US, Standing.CHANGED),
        (Part.LINES, f"<!-- {LINE} -->", BY_US, Standing.CHANGED),
        (Part.LINES, f"{LINE}\n* ours|evil.js", BY_US, Standing.CHANGED),
        (Part.LINES, OLD_LINE, BY_US_BEFORE, Standing.EARLIER),
        (Part.LINES, f"* x|x.js\n{OLD_LINE}", BY_US_BEFORE, Standing.EARLIER),
        (Part.LINES, OLD_LINE.replace("default", "rights=a"), BY_US_BEFORE, Standing.EARLIER),
    ],
)
def test_standing(part: Part, there: str | None, before: Record | None, how: Standing) -> None:
    """A page of an earlier release is told from one that others changed."""
    assert standing(page(KeptBy.COMMUNITY, part), there, before) is how


@pytest.mark.parametrize(
    ("kept_by", "saves"),
    [
        (KeptBy.RELEASE, {Standing.MISSING, Standing.EARLIER, Standing.CHANGED}),
        (KeptBy.COMMUNITY, {Standing.MISSING, Standing.EARLIER}),
        (KeptBy.OPERATOR, {Standing.MISSING}),
    ],
)
def test_may_save(kept_by: KeptBy, saves: set[Standing]) -> None:
    """Decision 12 as a table."""
    assert {how for how in Standing if may_save(page(kept_by), how)} == saves


def test_records_come_back_as_they_were() -> None:
    """And none at all are none."""
    records = {"B": OURS, "A": Record("x", 1, 2)}
    assert read_records(write_records(records)) == records
    assert read_records(None) == {}


@pytest.fixture
def network(tmp_path: Path) -> FakeNetwork:
    """Give a network whose pages are all published."""
    made = make(tmp_path)
    publish_pages(made.network, None)
    return made


def checked(made: FakeNetwork) -> dict[str, Check]:
    """Give the lines of the check by name."""
    on = OnWiki(
        made.network.config,
        made.wiki,
        made.network.people,
        made.network.intake,
        made.network.clock,
    )
    return {line.name: line for line in released(on, made.store)}


def revids(made: FakeNetwork) -> dict[str, list[int]]:
    """Give the revisions of every page."""
    everything = json.loads(made.wiki._pages.read_text())
    return {title: [one["revid"] for one in kept] for title, kept in everything.items()}


def test_again_is_one_request_and_no_edit(network: FakeNetwork) -> None:
    """All pages are looked at together, and nothing is saved that is right."""
    before, asked = revids(network), network.wiki.requests
    network.wiki.calls.clear()
    publish_pages(network.network, None)
    assert network.wiki.requests - asked == 1
    assert revids(network) == before
    assert list(checked(network)) == ["published pages"]


def test_the_bot_can_do_without_an_interface_administrator_in_part(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What it may not edit is never tried; it is told with the right, and written to files."""
    made = make(tmp_path)
    made.wiki.does.forbidden = is_interface
    made.wiki.calls.clear()
    publish_pages(made.network, None, paste=tmp_path / "paste")
    said = capsys.readouterr().out
    assert f"{SCRIPT}: left to paste" in said
    assert f"{LANDING}: saved" in said
    assert "rights editinterface, editsitejs" in said
    files = {file.name: file.read_text() for file in (tmp_path / "paste").iterdir()}
    assert len(files) == 18
    assert f'"botId": {BOT_ID}' in files["MediaWiki_Gadget-peer-support-config.js"]
    assert "peer-support[ResourceLoader" in files["MediaWiki_Gadgets-definition"]
    assert not [title for title in revids(made) if is_interface(title)]


def test_settings_that_differ_are_named(
    network: FakeNetwork, capsys: pytest.CaptureFixture[str]
) -> None:
    """`check` and `publish` say in which of the gadget's settings the wiki differs from ours."""
    title = "MediaWiki:Gadget-peer-support-config.js"
    right = network.wiki.revisions(title)[-1]["text"]
    other = right.replace(network.network.config.desk.url, "https://evil.example")
    assert other != right
    for text, words in (
        (other, "desk https://evil.example there, "),
        (right.replace('"intake"', '"another"'), "intake page none there, "),
    ):
        network.wiki.save(CORAL, text, title)
        found = checked(network)["gadget settings"].found
        assert words in found
        assert "the form takes no request while they differ" in found
        network.wiki.does.forbidden = is_interface
        publish_pages(network.network, None)
        assert words in capsys.readouterr().out
    network.wiki.save(CORAL, "module.exports = evil();", title)
    assert "form takes no request" not in checked(network)["gadget settings"].found


def test_pasted_by_hand_is_as_good(tmp_path: Path) -> None:
    """What somebody pastes from the files is found to be as in the release."""
    made = make(tmp_path)
    made.wiki.does.forbidden = is_interface
    publish_pages(made.network, None, paste=tmp_path / "paste")
    for file in (tmp_path / "paste").iterdir():
        title = file.name.replace("MediaWiki_", "MediaWiki:")
        made.wiki.save(CORAL, file.read_text(), title)
    assert checked(made)["published pages"].found.endswith("saved last by Coral")


@pytest.mark.parametrize("title", [LANDING, HEADER, "Template:Peer support request/notice"])
def test_the_communitys_own_words_stay(
    network: FakeNetwork, title: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Told with the place to look at; gone only when that title is named."""
    network.wiki.save(CORAL, "Our own words", title)
    ours, theirs = (one["revid"] for one in network.wiki.revisions(title)[-2:])
    publish_pages(network.network, None)
    said = capsys.readouterr().out
    assert network.wiki.revisions(title)[-1]["text"] == "Our own words"
    assert f"Special:Diff/{ours}/{theirs}" in said
    assert f'--overwrite "{title}"' in said
    lines = checked(network)
    assert {line.verdict for line in lines.values()} == {Verdict.PASSED}
    assert "25 of 26" in lines["published pages"].found
    publish_pages(network.network, None, overwrite=[title])
    assert network.wiki.revisions(title)[-1]["text"] != "Our own words"
    assert list(checked(network)) == ["published pages"]


def test_a_page_that_was_there_before_us_stays(tmp_path: Path) -> None:
    """Without a record nothing is known to be ours, so nothing is overwritten."""
    made = make(tmp_path)
    made.wiki.save(CORAL, "A page of the wiki", LANDING)
    made.wiki.save(CORAL, "Village pump", INTAKE)
    publish_pages(made.network, None)
    assert made.wiki.revisions(LANDING)[-1]["text"] == "A page of the wiki"
    assert made.wiki.revisions(INTAKE)[-1]["text"] == "Village pump"
    assert checked(made)["intake page, header"].verdict is Verdict.FAILED


def test_other_settings_reach_pages_that_nobody_changed(tmp_path: Path) -> None:
    """An operator who changes hours or takes no plain requests any more publishes again."""
    publish_pages(make(tmp_path).network, None)
    file = tmp_path / "config" / "peer-support.yaml"
    file.write_text(file.read_text() + "plain_requests: false\n")
    made = make(tmp_path)
    assert checked(made)["landing page"].verdict is Verdict.FAILED
    publish_pages(made.network, None)
    assert "by hand" not in made.wiki.revisions(LANDING)[-1]["text"]
    assert list(checked(made)) == ["published pages"]


def test_templates_and_gadget_are_brought_to_the_release(
    network: FakeNetwork, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever was done to them; what was there is told."""
    network.wiki.save(CORAL, "changed", TEMPLATE)
    network.wiki.save(CORAL, "alert( 1 );", SCRIPT)
    lines = checked(network)
    assert set(lines) == {"envelope template", "gadget script"}
    assert "saved last by Coral" in lines["gadget script"].found
    assert "Coral" not in lines["envelope template"].found
    assert "Special:Diff/" in lines["gadget script"].mend
    publish_pages(network.network, None)
    assert capsys.readouterr().out.count("saved, over what somebody else wrote: ") == 2
    assert list(checked(network)) == ["published pages"]


def test_who_saved_the_gadget_after_us_is_told(network: FakeNetwork) -> None:
    """Even if the text is right again: a line, and no failure."""
    right = network.wiki.revisions(SCRIPT)[-1]["text"]
    network.wiki.save(CORAL, "alert( 1 );", SCRIPT)
    network.wiki.save(CORAL, right, SCRIPT)
    lines = checked(network)
    assert lines["gadget script"].verdict is Verdict.PASSED
    assert "saved by Coral after it was published" in lines["gadget script"].found
    publish_pages(network.network, None)  # which is to have seen it
    assert list(checked(network)) == ["published pages"]


def test_other_gadgets_stay_in_the_definitions(network: FakeNetwork) -> None:
    """Our lines are put back among them."""
    network.wiki.save(CORAL, "== tools ==\n* other|other.js", DEFINITIONS)
    assert checked(network)["gadget definition"].verdict is Verdict.FAILED
    publish_pages(network.network, None)
    text = network.wiki.revisions(DEFINITIONS)[-1]["text"]
    assert text.startswith("== tools ==\n* other|other.js\n== peer-support ==\n* peer-support[")


def test_waiting_messages_are_no_change_of_the_intake_page(network: FakeNetwork) -> None:
    """Envelopes come after the header, and publishing touches none of them."""
    network.ask()
    text = network.wiki.revisions()[-1]["text"]
    publish_pages(network.network, None)
    assert network.wiki.revisions()[-1]["text"] == text
    assert list(checked(network)) == ["published pages"]


def test_the_bots_own_page_is_the_operators(network: FakeNetwork) -> None:
    """Made once; whatever stands there later is neither told nor touched."""
    network.wiki.save(CORAL, "We run this", BOT_PAGE)
    publish_pages(network.network, None)
    assert network.wiki.revisions(BOT_PAGE)[-1]["text"] == "We run this"
    assert list(checked(network)) == ["published pages"]


def test_a_page_made_meanwhile_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look and the save somebody made it: the wiki refuses, and so do we."""
    made = make(tmp_path)
    saving = made.wiki._edit

    def meanwhile(params: dict[str, object]) -> dict[str, object]:
        if params["title"] == LANDING and not made.wiki.revisions(LANDING):
            made.wiki.save(CORAL, "I was faster", LANDING)
        return saving(params)  # type: ignore[arg-type]

    monkeypatch.setattr(made.wiki, "_edit", meanwhile)
    with pytest.raises(OutOfReachError, match=LANDING):
        publish_pages(made.network, None)
    assert made.wiki.revisions(LANDING)[-1]["text"] == "I was faster"
    assert made.wiki.revisions(HEADER)


def test_an_unknown_title_is_refused_before_anything_is_saved(network: FakeNetwork) -> None:
    """With the titles that there are."""
    network.wiki.save(CORAL, "changed", TEMPLATE)
    with pytest.raises(InputError, match=LANDING):
        be_possible(network.network, None, ["Project:Peer suport"], None)
    be_possible(network.network, None, ["Project:Peer support", LANDING], None)
    assert network.wiki.revisions(TEMPLATE)[-1]["text"] == "changed"


def test_a_wiki_without_gadgets(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is said by both commands."""
    made = make(tmp_path)
    made.wiki.does.extensions = ()
    publish_pages(made.network, None)
    assert "no extension Gadgets" in capsys.readouterr().out
    assert checked(made)["gadgets"].verdict is Verdict.FAILED


def test_a_wiki_with_translate_is_told_how_to_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody has to mark the page for translation; the marks then are no change."""
    made = make(tmp_path)
    made.wiki.does.extensions = ("Gadgets", "Translate")
    publish_pages(made.network, None)
    assert "Special:PageTranslation" in capsys.readouterr().out
    assert "<translate>" in made.wiki.revisions(LANDING)[-1]["text"]
    assert list(checked(made)) == ["published pages"]


def test_a_refused_purge_ends_nothing(tmp_path: Path) -> None:
    """Links stay red a little longer, and that is all."""
    made = make(tmp_path)
    made.wiki.does.before["purge"] = ApiError("ratelimited")
    publish_pages(made.network, None)
    assert made.wiki.calls.count("purge") == 1
    assert list(checked(made)) == ["published pages"]


def test_needed_rights() -> None:
    """Scripts, styles and the rest of the interface, and ordinary pages."""
    assert "editsitejs" in needed_right(SCRIPT)
    assert "editsitecss" in needed_right("MediaWiki:Gadget-peer-support-dialog.css")
    assert "editsite" not in needed_right(DEFINITIONS)
    assert "protected" in needed_right(TEMPLATE)


def opt_in(made: FakeNetwork) -> FakeNetwork:
    """Let the operator give the form to those alone who switch it on."""
    config = made.network.config.model_copy(update={"gadget": Gadget(default=False)})
    return replace(made, network=replace(made.network, config=config))


def entry_of(made: FakeNetwork) -> str:
    """Give the line that defines the gadget that people see."""
    lines = made.wiki.revisions(DEFINITIONS)[-1]["text"].splitlines()
    [line] = [one for one in lines if one.startswith("* peer-support[")]
    return str(line)


def test_an_opt_in_is_published_and_taken_back(network: FakeNetwork) -> None:
    """As the operator has it, while the wiki has chosen nothing itself; `check` says so."""
    assert "|default|" in entry_of(network)
    chosen = opt_in(network)
    assert checked(chosen)["gadget definition"].verdict is Verdict.FAILED
    publish_pages(chosen.network, None)
    assert "default" not in entry_of(network)
    found = checked(chosen)["gadget definition"]
    assert found.verdict is Verdict.PASSED
    assert "for those alone who switch it on" in found.found
    publish_pages(network.network, None)
    assert "|default|" in entry_of(network)
    assert list(checked(network)) == ["published pages"]


def test_a_wikis_own_choice_stays(network: FakeNetwork, capsys: pytest.CaptureFixture[str]) -> None:
    """Told with the choice; gone only when that title is named."""
    there = network.wiki.revisions(DEFINITIONS)[-1]["text"].replace("|default|", "|rights=sysop|")
    network.wiki.save(CORAL, there, DEFINITIONS)
    for made in (network, opt_in(network), network):
        capsys.readouterr()
        publish_pages(made.network, None)
        assert "|rights=sysop" in entry_of(network)
        assert "rights=sysop" in capsys.readouterr().out
        found = checked(made)["gadget definition"]
        assert (found.verdict, "rights=sysop" in found.found) == (Verdict.PASSED, True)
    # Code of another's is put right, and the choice stays.
    network.wiki.save(CORAL, there.replace("|peer-support.js", "|evil.js"), DEFINITIONS)
    assert checked(network)["gadget definition"].verdict is Verdict.FAILED
    publish_pages(network.network, None)
    assert "|rights=sysop" in entry_of(network)
    assert "evil" not in entry_of(network)
    publish_pages(network.network, None, overwrite=[DEFINITIONS])
    assert "|default|" in entry_of(network)
    assert "rights" not in entry_of(network)


def test_a_page_of_another_kind_is_told(network: FakeNetwork) -> None:
    """The same words as plain text are no script: told with what to do, and saved as one again."""
    network.wiki.save(CORAL, network.wiki.revisions(SCRIPT)[-1]["text"], SCRIPT, model="text")
    found = checked(network)["gadget script"]
    assert found.verdict is Verdict.FAILED
    assert "its content model is text" in found.found
    publish_pages(network.network, None)
    assert network.wiki.revisions(SCRIPT)[-1]["model"] == "javascript"
    assert list(checked(network)) == ["published pages"]


def test_a_second_definition_is_told(
    network: FakeNetwork, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is no page that publishing may delete: `check` and `publish` say what to do."""
    network.wiki.save(CORAL, "{}", "MediaWiki:Gadgets/peer-support.json")
    found = checked(network)["gadget definition"]
    assert found.verdict is Verdict.FAILED
    assert found.found.startswith("MediaWiki:Gadgets/peer-support.json defines")
    publish_pages(network.network, None)
    said = " ".join(capsys.readouterr().out.split())
    assert "MediaWiki:Gadgets/peer-support.json defines a gadget of ours a second time" in said


def test_an_intake_page_that_was_moved_is_not_made_anew(
    network: FakeNetwork, capsys: pytest.CaptureFixture[str]
) -> None:
    """A second one would hide the first, with what was saved on it; named, it is made all the same.

    One that was deleted is made again.
    """
    network.wiki.delete(INTAKE)
    network.wiki.does.log = ["move/move Project:Elsewhere"]
    publish_pages(network.network, None)
    assert not network.wiki.revisions(INTAKE)
    said = capsys.readouterr().out
    assert f"{INTAKE}: not made anew, for it was moved to Project:Elsewhere" in said
    assert "move it back" in said
    publish_pages(network.network, None, overwrite=[INTAKE])
    assert network.wiki.revisions(INTAKE)
    network.wiki.delete(INTAKE)
    network.wiki.does.log += ["delete/delete"]
    publish_pages(network.network, None)
    assert network.wiki.revisions(INTAKE)
