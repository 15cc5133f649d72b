"""A message before any channel has a say in it: what is said, in which order, with which buttons."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A labelled fact."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A titled group of labelled facts, or of plain lines, or of both; the facts stand first."""

    title: str
    rows: tuple[Row, ...] = ()
    lines: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing under the title."""
        return not (self.rows or self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button that is pressed as an answer; `name` is what the press is recorded as."""

    name: str
    text: str
    style: str = ""
    """`primary`, `danger` or nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A button that only opens an address."""

    text: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is said, for every channel the same."""

    emoji: str
    title: str
    subject: str
    """What the title is about: the name of the cutover."""
    lead: str
    sections: tuple[Section, ...] = ()
    buttons: tuple[Button, ...] = ()
    links: tuple[Link, ...] = ()
    footer: tuple[str, ...] = ()

    @property
    def headline(self) -> str:
        """Return emoji, title and subject in one line."""
        return f"{self.emoji} {self.title}: {self.subject}"
