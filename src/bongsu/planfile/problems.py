"""Everything that is wrong with a plan, at once, each at its place in the file."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, NoReturn
from unicodedata import east_asian_width

from bongsu.errors import PlanError
from bongsu.planfile.masking import cover, mask, mask_line
from bongsu.planfile.yamlmap import place_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bongsu.planfile.yamlmap import Node, Place

MOST_SHOWN = 100
_LONGEST_LINE = 140
_CONTEXT = 60
_LONGEST_MASKED = 2_000
_LONGEST_TEXT = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong, where, and what to do about it."""

    line: int
    """From 1; 0 when the problem is the file as a whole."""
    column: int
    """From 1, in characters."""
    text: str
    help: str
    source_line: str
    """The line as it stands in the file, with everything masked that may be a secret."""
    width: int
    """How many characters the carets mark."""


class PlanProblems(PlanError):
    """The plan file cannot be used; carries every problem found, in the order of the file."""

    def __init__(self, path: str, problems: Iterable[Problem]) -> None:
        self.path = path
        self.problems = tuple(sorted(problems, key=lambda p: (p.line, p.column)))
        # The command line puts "error: " in front of every error's text.
        super().__init__(render(path, self.problems).removeprefix("error: "))

    def told(self, tell: Callable[[str], str]) -> str:
        """Return every problem as `tell` says it; the plan's own lines stay as they are."""
        return render(self.path, self.problems, tell).removeprefix(tell("error:") + " ")


class Report:
    """Collects problems while a plan is read."""

    def __init__(self, path: str, text: str = "") -> None:
        self.path = path
        self._lines = text.splitlines()
        self._found: dict[tuple[int, int, str], tuple[str, int]] = {}
        self._hidden: list[Place] = []
        self.root: Node | None = None
        """The document, once it is read."""

    def __len__(self) -> int:
        return len(self._found)

    def add(self, place: Place, text: str, hint: str = "") -> None:
        """Record a problem; the same one twice, met again through an alias, is one."""
        self._found.setdefault((place.line, place.column, _clip(mask(text))), (_clip(mask(hint)), place.width))

    def add_at(self, path: tuple[str | int, ...], text: str, hint: str = "", *, key: bool = False) -> None:
        """Record a problem at the value of a path, or at its key; where the file lacks it, at what holds it."""
        assert self.root is not None
        self.add(place_of(self.root, path, key=key), text, hint)

    def hide(self, place: Place) -> None:
        """Never show what stands there: it should have been a reference to a secret."""
        self._hidden.append(place)

    def raise_if_any(self) -> None:
        """Raise PlanProblems when anything was recorded."""
        if self._found:
            self.stop()

    def stop(self) -> NoReturn:
        """Raise PlanProblems with what was recorded."""
        raise PlanProblems(self.path, self.problems())

    def problems(self) -> list[Problem]:
        """Return what was recorded."""
        return [
            Problem(line=line, column=column, text=text, help=hint, width=width, source_line=self._source(line))
            for (line, column, text), (hint, width) in self._found.items()
        ]

    def _source(self, line: int) -> str:
        if not 0 < line <= len(self._lines):
            return ""
        raw = self._lines[line - 1]
        if len(raw) > _LONGEST_MASKED:
            return ""  # finding what to hide in it takes time that grows with the square of its length
        spans = [
            (
                place.column - 1 if place.line == line else 0,
                place.end_column - 1 if place.end_line == line else len(raw),
            )
            for place in self._hidden
            if place.line <= line <= place.end_line
        ]
        return cover(mask_line(raw), spans)


def _clip(text: str) -> str:
    # Only after masking: half a token is not recognised as one any more.
    if len(text) <= _LONGEST_TEXT:
        return text
    half = _LONGEST_TEXT // 2
    head, tail = text[:half], text[-half:]
    # Between words, where there are any: a part of a name looks like a name.
    return f"{head.rpartition(' ')[0] or head} … {tail.partition(' ')[2] or tail}"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that was probably meant, or None when none is near."""
    names = sorted(known)
    for spelling in (word, word.lower().replace("-", "_")):
        if near := get_close_matches(spelling, names, n=1, cutoff=0.6):
            return near[0]
    return None


def suggest(word: str, known: Iterable[str]) -> str:
    """Return a help text with the nearest known word, if one is near, and all of them."""
    names = sorted(known)
    listed = f"known: {', '.join(names)}" if names else "none is known here"
    near = nearest(word, names)
    return listed if near is None else f'did you mean "{near}"? {listed}'


def render(path: str, problems: Sequence[Problem], tell: Callable[[str], str] = str) -> str:
    """Return all problems as a person reads them: place, text, source line, carets, help, and a count.

    `tell` says a text of ours in the reader's language.
    """
    blocks = [_block(path, problem, tell) for problem in problems[:MOST_SHOWN]]
    count = f"{len(problems)} {'problem' if len(problems) == 1 else 'problems'} in {path}"
    if len(problems) > MOST_SHOWN:
        count += f", the first {MOST_SHOWN} shown"
    return "\n\n".join([*blocks, tell(count)])


def _block(path: str, problem: Problem, tell: Callable[[str], str]) -> str:
    place = path if problem.line == 0 else f"{path}:{problem.line}:{problem.column}"
    lines = [f"{tell('error:')} {place}: {tell(problem.text)}"]
    if problem.line and problem.source_line:
        lines += _excerpt(problem)
    if problem.help:
        lines.append(f"{tell('help:')} {tell(problem.help)}")
    return "\n".join(lines)


def _excerpt(problem: Problem) -> list[str]:
    source = "".join(c if c.isprintable() else " " for c in problem.source_line)
    start = problem.column - 1
    if len(source) > _LONGEST_LINE:
        cut = max(0, start - _CONTEXT)
        source, start = source[cut : cut + _LONGEST_LINE], start - cut
    marked = source[start : start + problem.width]
    gutter = f"{problem.line:>3} | "
    pad = " " * _columns(source[:start])
    return [gutter + source, f"{' ' * (len(gutter) - 2)}| {pad}{'^' * max(1, _columns(marked))}"]


def _columns(text: str) -> int:
    # A Korean character is two columns wide in a terminal; the carets must stand under it.
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)
