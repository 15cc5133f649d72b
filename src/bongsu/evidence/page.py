"""report.html: one page that needs nothing else, made from the tables of the report, the lines and what they cite.

Styles stand in the page and are named by their hash in its content security policy; there is no script, no image
and no address that a browser would load from by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.evidence.page_first import first_screen, heading_of, outcome_of
from bongsu.evidence.page_ledger import ledger
from bongsu.evidence.page_people import contacts, drill, messages, summary, verification
from bongsu.evidence.page_proof import figures, how_to_check, not_proven, rollback
from bongsu.evidence.page_style import opening, style
from bongsu.evidence.page_text import Text, esc, section
from bongsu.evidence.picture import NARROW, WIDE, picture
from bongsu.evidence.picture_lanes import lanes_of

if TYPE_CHECKING:
    from bongsu.evidence.folder import Story
    from bongsu.evidence.tables import Tables

_LEGEND = ("dot", "ring", "doubt", "cross", "square", "bar", "tick")


def as_html(tables: Tables, story: Story) -> bytes:
    """Return the bytes of report.html; `tables` are those of the same story."""
    text = Text(tables, story.plan)
    head, foot = _frame(text)
    parts = [
        head,
        first_screen(text),
        _timeline(text),
        figures(text),
        verification(text),
        drill(text),
        rollback(text),
        f'<div id="messages">{messages(text)}</div>\n',
        summary(text),
        contacts(text),
        not_proven(text),
        how_to_check(text),
        *ledger(text, story.lines, story.blob),
        foot,
    ]
    # Piece by piece: one letter outside Latin makes a whole text several times as wide in memory.
    return b"".join(part.encode("utf-8", "backslashreplace") for part in parts)


def _timeline(text: Text) -> str:
    legend = "".join(f'<li><span class="key k-{name}"></span>{text.say("legend." + name)}</li>' for name in _LEGEND)
    lanes = tuple(lanes_of(text))
    return section(
        "timeline",
        text.say("picture.title"),
        f"<figure>{picture(text, lanes, WIDE)}{picture(text, lanes, NARROW)}"
        f"<figcaption><p>{text.say('picture.caption')}</p>"
        f'<ul class="legend">{legend}</ul></figcaption></figure>',
    )


def _frame(text: Text) -> tuple[str, str]:
    """Return what stands before and behind the sections."""
    tables = text.tables
    title = f"{heading_of(text)} – {text.words['outcome_title.' + outcome_of(text)]}"
    before = (
        f"{opening(text.words['lang'], title, style('page.css'))}"
        f'<a class="skip" href="#main">{text.say("skip")}</a>\n{_navigation(text)}<main id="main">\n'
    )
    behind = (
        f"</main>\n<footer><p>{text.say('footer.made', run=tables['run'], seq=tables['head']['seq'])} "
        f"<code>{esc(tables['head']['hash'])}</code></p></footer>\n</body>\n</html>\n"
    )
    return before, behind


def _navigation(text: Text) -> str:
    names = ["verdict", "timeline", "figures", "answers", "rollback", "messages", "unproven", "ledger"]
    lacking = {
        "rollback": text.tables["rollback"] is None,
        "figures": not (text.tables["checks"] or text.tables["looks"] or text.tables["failed_readings"]),
    }
    names = [name for name in names if not lacking.get(name)]
    links = "".join(f'<li><a href="#{name}">{text.say("nav." + name)}</a></li>' for name in names)
    return f'<nav aria-label="{text.say("nav.name")}"><ul>{links}</ul></nav>\n'
