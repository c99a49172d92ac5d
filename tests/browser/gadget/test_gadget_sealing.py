"""What the deployed gadget seals in a real Chromium opens in Python; hostile pages stay text."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

from bot.request import envelope
from stage import browser as browsers
from stage.asking import KEY_PAGE, payload
from stage.network import ROOT, StagedNetwork
from tests.conftest import People

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

HOW_MANY = 500
SCRIPTS = [
    (0x20, 0x7E),
    (0x400, 0x4FF),
    (0x620, 0x64A),
    (0x905, 0x939),
    (0x4E00, 0x9FFF),
    (0x1F300, 0x1F5FF),
]
SEAL = """async ({made, point}) => {
    const { seal } = mw.loader.require('ext.gadget.peer-support-dialog');
    const sealed = [];
    for (const one of made) {
        const key = { id: one.key, public: point, expires: '' };
        const bytes = await seal(one.payload, { key, wiki: 'peerwiki', userId: one.author });
        sealed.push(btoa(String.fromCharCode(...bytes)));
    }
    return sealed;
}"""
NAMES = """typed => {
    const { nameOf } = mw.loader.require('ext.gadget.peer-support-dialog');
    return typed.map(one => ({ typed: one, found: nameOf(one) }));
}"""
OLD_LIBRARY = """
Array.prototype.toJSON = function () {
    return '[' + this.map( ( one ) => JSON.stringify( one ) ).join( ', ' ) + ']';
};
Array.prototype.remove = function () {};
$.ajaxSetup( { cache: false, traditional: true } );
mw.config.set( 'wgOldLibrary', true );
"""
HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>{{subst:evil}}\u202e"


def test_five_hundred_random_payloads(network: StagedNetwork, visit: Visit) -> None:
    """Each is sealed by the file that is deployed, has the one size, and opens to the same."""
    chance = random.Random()

    def words(most: int) -> str:
        first, last = chance.choice(SCRIPTS)
        return "".join(chr(chance.randint(first, last)) for _ in range(chance.randint(0, most)))

    made: list[dict[str, Any]] = [
        {
            "key": f"k{chance.randrange(16**5):x}",
            "author": chance.randrange(1, 2**31),
            "payload": payload(
                message=words(700),
                contact={"signal": words(40)},
                avoid=[words(30) for _ in range(chance.randint(0, 5))],
                notify=chance.random() < 0.5,
            ),
        }
        for _ in range(HOW_MANY)
    ]
    page = visit("Rosa")
    browsers.Gadget(page).open(f"{network.sandbox.url}/index.php?title=Main_Page")
    private = envelope.new_private_key()
    point = envelope.encode_base64url(envelope.public_bytes(private))
    sealed = page.evaluate(SEAL, {"made": made, "point": point})
    assert len(set(sealed)) == HOW_MANY
    for one, text in zip(made, sealed, strict=True):
        data = envelope.decode_sealed(text.translate(str.maketrans("+/", "-_", "=")))
        assert data is not None
        info = envelope.info("peerwiki", one["author"], one["key"])
        opened = envelope.open_sealed(data, private, info)
        assert opened is not None
        content = envelope.unpad(opened)
        assert content is not None
        assert json.loads(content) == one["payload"]


def test_beside_an_old_library(network: StagedNetwork, people: People, visit: Visit) -> None:
    """A user's own script changes how lists are written as JSON: the bot reads the request."""
    network.run("once")
    people["Rosa"].save("User:Rosa/common.js", OLD_LIBRARY)
    try:
        page = visit("Rosa")
        gadget = browsers.Gadget(page)
        gadget.open(f"{network.sandbox.url}/index.php?title=Main_Page")
        assert page.evaluate("JSON.stringify([mw.config.get('wgOldLibrary')])") == '"[true]"'
        gadget.ask(languages=("de", "ar"), avoid=("Mallory",), message="A few words")
        gadget.send()
    finally:
        people["Rosa"].save("User:Rosa/common.js", "")
    said = network.run("once").stderr
    assert "request=1" in said, said


def test_nothing_typed_is_sent_away_by_the_browser(network: StagedNetwork, visit: Visit) -> None:
    """Neither to check its spelling, nor to translate it: some browsers do both at their maker."""
    page = visit("Rosa")
    gadget = browsers.Gadget(page)
    gadget.open(f"{network.sandbox.url}/index.php?title=Main_Page")
    gadget.press("next")
    gadget.press("say-more")
    boxes = "#peer-support-dialog :is(textarea, input[type=text])"
    seen = set()
    while page.get_attribute("[data-step]", "data-step") != "review":
        for box in page.locator(boxes).all():
            seen.add(box.get_attribute("id"))
            assert box.evaluate("box => [box.spellcheck, box.autocomplete]") == [False, "off"]
            if box.get_attribute("id") == "ps-avoid":
                box.fill("Mallory")
            if box.get_attribute("id") == "ps-message":
                box.fill("A few words")
        gadget.press("next")
    assert {"ps-avoid", "ps-message"} <= seen
    for row in ("avoid", "message"):
        shown = page.locator(f"[data-row={row}] dd:not(.ps-change)")
        assert shown.evaluate("shown => [shown.innerText, shown.translate]")[1] is False
    assert page.locator("[data-row=topics] dd:not(.ps-change)").first.evaluate("e => e.translate")


def test_names_by_the_rules_of_the_wiki(network: StagedNetwork, visit: Visit) -> None:
    """What the form makes of a name on a real wiki is what the bot's own tests read."""
    shared = json.loads((ROOT / "tests" / "vectors" / "user-names.json").read_text("utf-8"))
    page = visit("Rosa")
    browsers.Gadget(page).open(f"{network.sandbox.url}/index.php?title=Main_Page")
    expected = [
        *({"typed": one["typed"], "found": {"name": one["name"]}} for one in shared["names"]),
        *(
            {"typed": one["typed"], "found": {"problem": one["problem"]}}
            for one in shared["refused"]
        ),
    ]
    found = page.evaluate(NAMES, [one["typed"] for one in expected])
    assert found == expected


def test_a_hostile_value_in_every_published_field(
    network: StagedNetwork, people: People, visit: Visit
) -> None:
    """Whatever the bot's page says is shown as text: no script runs, nothing is loaded for it."""
    bot = people["PeerSupportBot"]
    page_now = json.loads(bot.page(KEY_PAGE)["text"])
    named = {HOSTILE: {"en": HOSTILE}}
    turn = {"kind": HOSTILE, "label": {"en": HOSTILE}}
    hostile = page_now | {
        "help_page": HOSTILE,
        "languages": {"en": "few", HOSTILE: "few", "xx": HOSTILE},
        "reach": {HOSTILE: {HOSTILE: HOSTILE}, "en": {HOSTILE: "few", "desk": "few"}},
        "channels": ["desk", HOSTILE],
        "channel_labels": named,
        "channel_reveals": named,
        "channel_address": [HOSTILE],
        "topics": named,
        "backgrounds": named,
        "message_characters": HOSTILE,
        "where_to_turn": [
            turn | {"url": "javascript:alert(4)"},
            turn | {"kind": "emergency", "mail": HOSTILE},
            turn | {"kind": "health", "url": f"https://example.org/{HOSTILE}"},
        ],
        "resources": [turn | {"url": f"data:text/html,{HOSTILE}"}, HOSTILE, None],
        "usual_wait": HOSTILE,
        HOSTILE: HOSTILE,
    }
    bot.save(KEY_PAGE, json.dumps(hostile))
    page = visit("Rosa")
    alerts: list[str] = []
    page.on("dialog", lambda dialog: alerts.append(dialog.message))
    gadget = browsers.Gadget(page)
    gadget.open(f"{network.sandbox.url}/index.php?title=Main_Page")
    page.wait_for_selector("[data-action=next]:enabled")
    gadget.press("next")
    gadget.press("say-more")
    seen = set()
    while (step := page.get_attribute("[data-step]", "data-step")) != "review":
        assert step not in seen, step
        seen.add(step)
        inside = page.locator("#peer-support-dialog")
        assert inside.locator("img, script, iframe").count() == 0
        assert inside.locator('a[href^="javascript"], a[href^="data"]').count() == 0
        gadget.press("next")
    assert {"languages", "topics", "channels", "avoid", "prefer", "message"} <= seen
    gadget.press("send")
    gadget.step("sent")
    assert page.input_value("#ps-status-link").startswith(f"{page_now['desk']}/status/")
    for lie in ({"desk": "javascript:alert(3)"}, {"intake": HOSTILE}):
        bot.save(KEY_PAGE, json.dumps(hostile | lie))
        gadget.look(f"{network.sandbox.url}/index.php?title=Main_Page")
        gadget.step("unavailable")
        assert page.get_attribute("[data-step]", "data-reason") == "disagrees"
        assert HOSTILE not in page.inner_text("#peer-support-dialog")
    assert alerts == []


def test_a_key_page_of_somebody_else(network: StagedNetwork, people: People, visit: Visit) -> None:
    """Another account that may write the bot's page puts no key of its own in place."""
    text = json.loads(people["Iface"].page(KEY_PAGE)["text"])
    assert people["Iface"].save(KEY_PAGE, json.dumps(text | {"of": "somebody else"})) > 0
    page = visit("Rosa")
    gadget = browsers.Gadget(page)
    gadget.look(f"{network.sandbox.url}/index.php?title=Main_Page")
    gadget.step("unavailable")
    assert page.get_attribute("[data-step]", "data-reason") == "author"
