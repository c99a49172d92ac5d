"""What a revision added: nothing is lost wherever it stands, and no page takes long to read."""

import gc
import hashlib
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.request.envelope import SEALED_BYTES, encode_base64url, envelope_wikitext
from bot.request.page import Added, is_readable, read_revision

if TYPE_CHECKING:
    from tests.unit.request.conftest import Network

ONE = bytes([1]) * SEALED_BYTES
TWO = bytes([2]) * SEALED_BYTES
TEXT = encode_base64url(ONE)
PLAIN = "{{Peer support request\n|languages = German\n|message = Hello there\n}}"


def sealed(added: Added) -> list[bytes | None]:
    """Give the decoded bytes of what was added."""
    return [envelope.sealed for envelope in added.envelopes]


@pytest.mark.parametrize(
    "page",
    [
        envelope_wikitext("k1", ONE),
        f"{{{{peer_support_ENVELOPE |v = 1| key=k1 | sealed= {TEXT} }}}}",
        f"<nowiki>{{{{Peer support envelope|v=1|key=k1|sealed={TEXT}}}}}</nowiki>",
        f"<!-- {{{{Peer support envelope|v=1|key=k1|sealed={TEXT}}}}} -->",
        f"{{{{foo|{{{{Peer support envelope|key=k1|sealed={TEXT}|v=1}}}}",
        f"{{{{Template:Peer support envelope|v=1|key=k1|sealed={TEXT}}}}}",
        f"{{{{ \nPeer support envelope|v=1|key=k1|sealed={TEXT}",
        f"{{{{Peer support envelope|v=1|key=k1|sealed={TEXT}}}",
        f"words {{{{Peer support envelope|v=1|key=k1|note=x|sealed={TEXT}}}}} words",
    ],
)
def test_an_envelope_is_found_wherever_it_stands(page: str) -> None:
    """In `nowiki`, in comments, in broken templates, without its end: the bytes are the same."""
    (found,) = read_revision("Header", page).envelopes
    assert (found.version, found.key_id, found.sealed) == ("1", "k1", ONE)
    assert found.digest == hashlib.sha256(ONE).digest()


@pytest.mark.parametrize(
    "page",
    [
        "{{Peer support envelope}}",
        "{{Peer support envelope",
        "{{Peer support envelope|v=1|key=k1|sealed=}}",
        f"{{{{Peer support envelope|v=1|key=k1|sealed={TEXT[:-1]}}}}}",
        f"{{{{Peer support envelope|v=1|key=k1|sealed={TEXT}\n\nMore words.",
        f"{{{{Peer support envelope|v=1|key=k1|sealed={TEXT[:50]}{{{{x}}}}{TEXT[50:]}}}}}",
    ],
)
def test_a_broken_envelope_is_found_and_not_passed_over(page: str) -> None:
    """What cannot be decoded is still one thing found, with a digest of its own."""
    (found,) = read_revision("", page).envelopes
    assert found.sealed is None
    assert len(found.digest) == 32


@pytest.mark.parametrize("page", ["Peer support envelope", "{{Peer support envelopes|x}}", "{{x}}"])
def test_other_text_is_no_envelope(page: str) -> None:
    """Another template, or the bare words, are none of ours."""
    assert not read_revision("", page).envelopes


def test_a_key_id_that_could_be_none_is_not_passed_on() -> None:
    """Ids are recorded: one with signs that no id has, or of great length, is empty."""
    for key in ("k 1", "k\u202e", "x" * 33, "<b>"):
        page = f"{{{{Peer support envelope|v=1|key={key}|sealed={TEXT}}}}}"
        assert read_revision("", page).envelopes[0].key_id == ""


def test_only_what_was_added_counts() -> None:
    """What stood there before is not found again, however it was moved or wrapped."""
    before = envelope_wikitext("k1", ONE)
    after = f"<nowiki>{before.strip()}</nowiki>\n{envelope_wikitext('k1', TWO)}"
    assert sealed(read_revision(before, after)) == [TWO]
    assert sealed(read_revision(after, before)) == []
    assert sealed(read_revision(None, after)) == [ONE, TWO]


def test_a_second_copy_is_one_more() -> None:
    """The difference is one of counts: posting it again adds one."""
    one = envelope_wikitext("k1", ONE)
    assert sealed(read_revision(one, one + one)) == [ONE]
    assert sealed(read_revision(one + one, one)) == []


def test_an_unchanged_page_added_nothing() -> None:
    """A null edit, or a protection, adds nothing."""
    page = f"Header\n{envelope_wikitext('k1', ONE)}{PLAIN}"
    assert read_revision(page, page) == Added((), (), 0, prose=False)


def test_plain_requests_are_cut_out_whole() -> None:
    """Nested templates, `nowiki` and comments inside do not end a request."""
    texts = [
        PLAIN,
        "{{peer_support request|message={{u|X}} and <nowiki>}}</nowiki> and <!-- }} --> more}}",
        "{{Peer support request|languages=de",
    ]
    page = "Header\n" + "\nbetween\n".join(texts[:2]) + "\n" + texts[2]
    assert [found.text for found in read_revision("Header\n", page).plain] == texts


def test_a_request_without_its_end_stops_at_the_next() -> None:
    """It swallows neither another request nor an envelope nor a new section."""
    open_one = "{{Peer support request|languages=de\n"
    page = open_one + PLAIN + open_one + envelope_wikitext("k1", ONE) + open_one + "\n== New ==\nx"
    added = read_revision("", page)
    assert [found.text.strip() for found in added.plain] == [
        open_one.strip(),
        PLAIN,
        open_one.strip(),
        open_one.strip(),
    ]
    assert sealed(added) == [ONE]
    assert added.prose


def test_an_open_comment_hides_nothing() -> None:
    """One edit at the top of the page cannot make all that follows invisible."""
    added = read_revision("", f"<!-- <nowiki>\n{PLAIN}{envelope_wikitext('k1', ONE)}")
    assert len(added.plain) == len(added.envelopes) == 1


def test_the_same_form_with_other_spaces_is_not_new() -> None:
    """Tidying a request's white space or comments adds none."""
    assert not read_revision(PLAIN, PLAIN.replace("\n", " <!-- x -->\n\n")).plain
    assert len(read_revision(PLAIN, f"{PLAIN}\n{PLAIN}").plain) == 1


def test_bounds_on_plain_requests() -> None:
    """At most twenty a revision, 8 kB each, 60 openings each; the rest is counted."""
    many = "\n".join(PLAIN.replace("there", f"there {number}") for number in range(25))
    added = read_revision("", many)
    assert (len(added.plain), added.too_much) == (20, 5)
    long = "{{Peer support request|message=" + "ж" * 4100 + "}}"
    deep = "{{Peer support request|message=" + "[[a]]" * 60 + "}}"
    added = read_revision("", f"{long}\n{deep}\n{PLAIN}")
    assert ([found.text for found in added.plain], added.too_much) == ([PLAIN], 2)
    assert not is_readable(long)
    assert not is_readable(deep)


def test_bounds_on_broken_envelopes() -> None:
    """Junk that does not decode cannot fill the store; a real one among it is found."""
    junk = "".join(f"{{{{Peer support envelope|v=1|sealed={number}}}}}" for number in range(500))
    added = read_revision("", junk + envelope_wikitext("k1", ONE) + junk)
    assert sealed(added).count(ONE) == 1
    assert (len(added.envelopes), added.too_much) == (21, 980)


STAMP = "[[User:X|X]] ([[User talk:X|talk]]) 12:00, 1 January 2026 (UTC)"


@pytest.mark.parametrize(
    ("before", "after", "prose"),
    [
        ("", "Please help me", True),
        ("Header", "Header\n\nمن فضلكم ساعدوني", True),
        ("Header", "Header\n== New section ==", True),
        ("Header", "Header {{help me}}", True),
        ("Header", f"Header\nI need help --{STAMP}", True),
        ("Header", f"Header\n{PLAIN}\nand more words", True),
        ("Header", "Header\n\n  \n", False),
        ("Header", "Header<!-- a comment -->", False),
        ("Header", f"Header\n--{STAMP}", False),
        ("Header", "Header\n--[[User:X|X]]", False),
        ("Header", "Header\n[[Benutzer:X]] 12:00, 1. Jan. 2026 (CET)", False),
        ("Header", "Header\n[[Utilisateur:X]] 1 janvier 2026 à 12:00 (CET)", False),
        ("Header", "Header ~~~~", False),
        ("Header", f"Header\n{PLAIN} --{STAMP}", False),
        ("Header", "Header" + envelope_wikitext("k1", ONE), False),
        ("Header", "Header\n{{Peer support intake|something}}", False),
        ("Header and more", "Header", False),
        ("one two three", "three <b>one</b>", False),
        ("one two", "one two one", True),
        (None, "Header", True),
    ],
)
def test_prose_is_noticed(before: str | None, after: str, prose: bool) -> None:
    """Words that somebody wrote outside our templates are told; markup and signatures are not."""
    assert read_revision(before, after).prose is prose


HOSTILE = [
    *("{{", "{{ ", "{{_", "}}", "{", "[[", "<", "<!--", "-->", "<nowiki>", "<nowiki ", "~~~ "),
    *("{{Peer support envelope|", "{{Peer support envelope|sealed=A", "{{Peer support request|"),
    *("{{Peer support request|<nowiki>", "{{peer ", "{{peer support ", "{{User:", "a:", " ", "\t"),
    *("\n", "ab ", "(UTC)", "[[User:A]] ", "12:00, 1 January 2026 (UTC) ", "1 ", "2026年1月1日 "),
    *("--", "-- ~", "</b>", "<b ", "|", "=", "A" * 64 + "\n", "\u200e", "-", "()"),
]


def seconds(work: Callable[[], object]) -> float:
    """Take the best of three, and the process's own time: other work must not be counted."""
    best = float("inf")
    # Nor what the collector does for the many objects that other tests have left.
    gc.disable()
    try:
        for _ in range(3):
            start = time.process_time()
            work()
            best = min(best, time.process_time() - start)
    finally:
        gc.enable()
    return best


@pytest.mark.parametrize("start", ["", "{{", "{{Peer support request|message="])
@pytest.mark.parametrize("unit", HOSTILE)
def test_reading_is_linear(start: str, unit: str) -> None:
    """Four times the hostile text takes about four times as long: a square would take sixteen."""
    size = 50_000
    whole = start + unit * (4 * size // len(unit))
    ratios = []
    for _ in range(4):
        part = seconds(lambda: read_revision("", whole[:size]))
        full = seconds(lambda: read_revision("", whole))
        ratios.append(full / part if part else 0)
        # Below a hundredth of a second the clock says nothing, and a square would not be there.
        if full < 0.01 or ratios[-1] < 10:
            return
    pytest.fail(f"not linear: {ratios}")


@given(st.text(alphabet="{}|[]<>!-_ \nPeersuportnvlqk=1~A:", max_size=300), st.text(max_size=50))
def test_any_text_is_read(after: str, before: str) -> None:
    """No text makes reading crash, and nothing is added by taking away."""
    read_revision(before, after)
    read_revision(after, before + PLAIN + after)
    assert not read_revision(after, after).envelopes


def test_found_on_the_page_it_can_be_opened(network: "Network") -> None:
    """From the gadget's text to the page to the bytes nothing is changed."""
    data = network.seal(b"{}")
    assert network.find(data).sealed == data
