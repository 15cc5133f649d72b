"""What a message may say: the plan's own text, and figures whose ledger line is noted when they are used."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from bongsu.core.figures import PLACEHOLDER, Figure, names_in, plain
from bongsu.errors import BongsuError
from bongsu.language import language
from bongsu.messages.model import Row

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Mapping
    from zoneinfo import ZoneInfo

    from bongsu.core.actions import Send
    from bongsu.core.plan import Contact, Plan
    from bongsu.core.state import Judgement, RunState

SECONDS_FROM_MS = Decimal(10_000)


class FigureMissing(BongsuError):
    """A message cannot be composed, because a figure that it must not go without was not measured."""

    exit_code = 3


@lru_cache(maxsize=4096)
def _pieces(template: str) -> tuple[str, ...]:
    """Return a template's text, the name of its first placeholder, the text behind it, and so on."""
    return tuple(PLACEHOLDER.split(template))


@lru_cache(maxsize=1024)
def _clock(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%H:%M:%S %Z}"


@dataclass(slots=True, kw_only=True)
class Facts:
    """The one source of everything in a message; `used` names each shown figure and its ledger line."""

    plan: Plan
    state: RunState
    action: Send
    words: Mapping[str, str]
    run_id: str
    preview: bool = False
    """Show what was not measured as `‹name›` instead of leaving it out."""
    used: dict[str, int] = field(default_factory=dict)
    derived: dict[str, Figure] = field(default_factory=dict)
    """Figures that a message computes from recorded observations; each keeps its source's line."""

    def figure(self, name: str) -> Figure | None:
        """Return a figure without showing it; None when it was not measured."""
        found = self.derived.get(name) or self.state.figures.get(name)
        if found is None and self.preview:
            return Figure(name=name, value=f"‹{name}›", unit="", seq=0, at=datetime.fromtimestamp(0, UTC))
        return found

    def derive(self, name: str, value: object, unit: str = "", *, seq: int) -> None:
        """Keep a figure computed from the observation at line `seq`, and shown only when a line uses it."""
        at = self.read_at(seq) or datetime.fromtimestamp(0, UTC)
        self.derived[name] = Figure(name=name, value=str(value), unit=unit, seq=seq, at=at)

    def cite(self, name: str, seq: int) -> None:
        """Note that something shown comes from ledger line `seq`."""
        if seq:
            self.used[name] = seq

    def say(self, key: str, /, *, scope: str = "", **said: str) -> str | None:
        """Return a sentence of the catalogue, or None when a figure in it was not measured.

        A placeholder is first looked up in `said` (plan text), then as the figure `<scope><placeholder>`.
        """
        # Taken apart before it is filled, so that a brace in the plan's own text is never taken for a placeholder.
        pieces = list(_pieces(self.words[key]))
        shown: list[Figure] = []
        for place in range(1, len(pieces), 2):
            name = pieces[place]
            if name in said:
                pieces[place] = said[name]
                continue
            found = self.figure(scope + name)
            if found is None:
                return None
            shown.append(found)
            pieces[place] = self.shown(found)
        for found in shown:
            self.cite(found.name, found.seq)
        return "".join(pieces)

    def must(self, key: str, /, *, scope: str = "", **said: str) -> str:
        """Return a sentence of the catalogue; FigureMissing when a figure in it was not measured."""
        found = self.say(key, scope=scope, **said)
        if found is None:
            names = ", ".join(scope + name for name in names_in(self.words[key]) if name not in said)
            raise FigureMissing(f'"{self.action.message}" needs {names}, and not all of it was measured')
        return found

    def rows(self, *entries: tuple[str, str | None]) -> tuple[Row, ...]:
        """Return labelled rows of (label's key, text), without those that have no text."""
        return tuple(Row(label=self.words[key], text=text) for key, text in entries if text)

    def own_lines(self) -> tuple[str, ...]:
        """Return the plan's own lines for this message, without those whose figures were not measured."""
        filled: list[str] = []
        for template in self.plan.announce.lines.get(self.action.message, ()):
            figures = {name: found for name in names_in(template) if (found := self.figure(name)) is not None}
            if any(name not in figures for name in names_in(template)):
                continue
            filled.append(PLACEHOLDER.sub(partial(self._measured, figures), template))
            for found in figures.values():
                self.cite(found.name, found.seq)
        return tuple(filled)

    def _measured(self, figures: Mapping[str, Figure], place: re.Match[str]) -> str:
        found = figures[place[1]]
        return self.amount(found.value, found.unit) if found.unit else found.value

    def shown(self, figure: Figure) -> str:
        """Return a figure as a person reads it: from ten seconds on in seconds, rounded up to a tenth."""
        if figure.unit == "ms" and (ms := Decimal(figure.value)) >= SECONDS_FROM_MS:
            tenths = (ms / 100).to_integral_value(ROUND_CEILING)
            return self.amount(plain(tenths / 10), "s")
        return self.amount(figure.value, figure.unit) if figure.unit else figure.value

    def read_at(self, seq: int) -> datetime | None:
        """Return when the observation at a ledger line was read."""
        newest_first = reversed(self.state.observations.values())
        return next((seen.at for seen in newest_first if seen.seq == seq), None)

    def clock(self, at: datetime | None) -> str:
        """Return a time of day in the plan's zone: `14:20:15 KST`."""
        if at is None:
            return self.words["unmeasured.time"]
        return _clock(at, self.plan.timezone)

    def day_clock(self, at: datetime | None) -> str:
        """Return date and time in the plan's zone: `2025-10-22 14:20 KST`."""
        if at is None:
            return self.words["unmeasured.time"]
        return f"{at.astimezone(self.plan.timezone):%Y-%m-%d %H:%M %Z}"

    def length(self, span: timedelta) -> str:
        """Return a length of time: `35 min`, `24 h`, `1 h 30 min`, `45 s`."""
        seconds = span // timedelta(seconds=1)
        hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
        parts = ((hours, "h"), (minutes, "min"), (rest, "s"))
        return " ".join(self.amount(n, unit) for n, unit in parts if n) or self.amount(0, "s")

    def amount(self, number: object, unit: str) -> str:
        """Return a number with its unit as the language writes it: `15 min`, `15분`."""
        template = self.words.get(f"unit.{unit}", f"{{n}} {unit}")
        return template.replace("{n}", str(number))

    def window(self) -> str:
        """Return the plan's window in its zone and in UTC."""
        start, end = (at.astimezone(self.plan.timezone) for at in (self.plan.window.start, self.plan.window.end))
        last = f"{end:%H:%M %Z}" if start.date() == end.date() else f"{end:%Y-%m-%d %H:%M %Z}"
        text, utc = f"{start:%Y-%m-%d %H:%M}–{last}", (self.plan.window.start, self.plan.window.end)
        if start.utcoffset() == timedelta(0):
            return text
        same_day = all(at.astimezone(UTC).date() == start.date() for at in utc)
        form = "%H:%M" if same_day else "%m-%d %H:%M"
        return self.must("line.with_utc", text=text, utc="–".join(f"{at.astimezone(UTC):{form}}" for at in utc))

    def label(self, prefix: str, name: str) -> str:
        """Return the catalogue's word for an open-ended name, else the name itself in plain letters."""
        return self.words.get(f"{prefix}.{name}") or name.replace("_", " ").capitalize()

    def person(self, contact_id: str | None) -> str:
        """Return a contact's name and role."""
        contact: Contact | None = self.plan.contacts.get(contact_id or "")
        return f"{contact.name} ({contact.role})" if contact else (contact_id or self.words["unmeasured.contact"])

    def people(self, contact_ids: Iterable[str]) -> str:
        """Return names and roles in the given order."""
        return ", ".join(self.person(contact_id) for contact_id in contact_ids)

    def why(self, judgement: Judgement) -> str:
        """Return a judgement's own sentence, with every figure it rests on cited."""
        prefix = judgement.key.replace("/", ".")
        self.cite(f"{prefix}.why", judgement.seq)
        for figure in judgement.figures:
            self.cite(f"{prefix}.{figure.name}", figure.seq)
        return self.told(judgement.why)

    def told(self, text: str) -> str:
        """Return a sentence that the ledger holds in English, in the message's language; a service's own as it is."""
        return language(self.action.language, "reasons").told(text)
