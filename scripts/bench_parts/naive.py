"""What one would write in an evening: read the page, mail a supporter for each request, tidy.

It keeps nothing, so a crash loses or repeats mails, and everybody can read who asked for what.
"""

import itertools
import json
import sys
from pathlib import Path

import mwparserfromhell
import pywikibot


def main(title: str, roster_file: str, text_file: str) -> None:
    """Mail somebody who speaks the language for every request on the page, then empty it."""
    site = pywikibot.Site()
    site.login()
    page = pywikibot.Page(site, title)
    text = Path(text_file).read_text(encoding="utf-8")
    roster = json.loads(Path(roster_file).read_text(encoding="utf-8"))
    speaking = {language: itertools.cycle(names) for language, names in roster.items()}
    code = mwparserfromhell.parse(page.text)
    for template in code.filter_templates(matches="Peer support request"):
        languages = [one.strip() for one in str(template.get("languages").value).split(",")]
        names = next((speaking[one] for one in languages if one in speaking), None)
        if names is None:
            continue
        subject = f"Peer support network: somebody would like support in {languages[0]}"
        user = pywikibot.User(site, next(names))
        if user.isEmailable():
            user.send_email(subject, text)
        code.remove(template)
    page.text = str(code)
    page.save(summary="Bot: tidying requests that have been read", quiet=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
