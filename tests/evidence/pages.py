"""A page as a parser sees it: its elements, their attributes, its text; and stories to make pages of."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING

from tests.evidence.synthetic import RUN, Player

from bongsu.core.fold import folded
from bongsu.evidence.collect import collect
from bongsu.evidence.folder import Story
from bongsu.evidence.page import as_html
from bongsu.ledger.blobs import content_of
from bongsu.ledger.codec import decode

if TYPE_CHECKING:
    from bongsu.core.plan import Plan

VOID = {"meta", "br", "link", "img", "input", "hr"}


class Page(HTMLParser):
    """Every element with its attributes, in order; every text with the element that it stands in."""

    def __init__(self, data: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.source = data.decode("utf-8")
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.feed(self.source)
        self.close()
        assert self.open == [], "every element is closed"

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute twice in <{tag}>"
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> closes <{self.open[-1:]}>"
        self.open.pop()

    def handle_data(self, data):
        self.texts.append((self.open[-1] if self.open else "", data))

    def of(self, tag: str) -> list[dict[str, str]]:
        return [attrs for name, attrs in self.elements if name == tag]

    @property
    def text(self) -> str:
        return "".join(data for tag, data in self.texts if tag != "style")

    @property
    def ids(self) -> list[str]:
        return [attrs["id"] for _, attrs in self.elements if "id" in attrs]

    @property
    def links(self) -> list[str]:
        return [attrs["href"] for attrs in self.of("a")]


def story_of(player: Player, plan: Plan | None = None) -> Story:
    """The story that a played ledger tells, under its own plan or one that only names things otherwise."""
    lines = tuple(decode(row.line) for row in player.ledger.rows(RUN))
    plan = plan or player.plan
    return Story(
        run_id=RUN,
        plan=plan,
        lines=lines,
        state=folded(plan, lines),
        blob=lambda digest: content_of(player.ledger.blob(digest)),
    )


def page_of(story: Story) -> Page:
    return Page(as_html(collect(story), story))
