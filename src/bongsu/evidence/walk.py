"""What the steps over the lines share while a ledger is walked: the state before each line, and what came before."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bongsu.core.events import Observed
from bongsu.core.fold import Fold
from bongsu.evidence.findings import Place
from bongsu.evidence.folder import LEDGER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bongsu.core.events import Recorded
    from bongsu.core.plan import Plan
    from bongsu.core.presses import Press
    from bongsu.core.state import Observation, RunState
    from bongsu.evidence.folder import Folder
    from bongsu.evidence.rules import Rules
    from bongsu.evidence.steps_clock import Taken
    from bongsu.evidence.steps_published import Original


WALKED = (5, 6, 7, 8, 9, 10, 11)
"""The steps for which the ledger is walked, or that rest on its having been."""


@dataclass(slots=True)
class Walk:
    """A walk along the ledger, line by line."""

    plan: Plan
    run_id: str
    folder: Folder
    rules: Rules
    original: Original | None = None
    """What the folder is a published copy of, if it is one."""
    fold: Fold = field(init=False)
    seen: dict[int, Observation] = field(default_factory=dict)
    """Every observation by its line, also those that a later reading of the same key has replaced."""
    open_sends: dict[str, Recorded] = field(default_factory=dict)
    """Key to the newest intention to send that has not ended."""
    intents: dict[str, Recorded] = field(default_factory=dict)
    """Key to the newest intention to send, ended or not."""
    open_switches: dict[str, Recorded] = field(default_factory=dict)
    """Key to the newest intention to switch that has not ended."""
    last_switch: dict[tuple[str, str], int] = field(default_factory=dict)
    """What was switched and to what, to the line of the newest intention since a read-back."""
    accepted: dict[str, Recorded] = field(default_factory=dict)
    """Key of a send to the line that says it was accepted."""
    taken: list[Taken] = field(default_factory=list)
    """When the services say that they took each message."""
    left: dict[int, str] = field(default_factory=dict)
    """Line of an intention to the blob of the request that carried its message."""
    codes: dict[str, str] = field(default_factory=dict)
    """Press to the code that its button carried."""
    rehearsed: bool | None = None
    """Whether the plan's addresses are those of a rehearsal; None before anybody has asked."""
    payloads: dict[str, str] = field(default_factory=dict)
    """Key of a posted message to the blob of what was rendered."""
    hashes: list[str] = field(default_factory=list)
    """The hash of every line so far."""
    looked: dict[int, int] = field(default_factory=lambda: dict.fromkeys(WALKED, 0))
    """Step number to how many lines it looked at."""
    state: RunState = field(init=False)
    """The state before the line that is looked at; the next line changes it."""

    def __post_init__(self) -> None:
        self.fold = Fold(self.plan)
        self.state = self.fold.state

    def take(self, line: Recorded) -> None:
        """Take one more line into the state."""
        self.fold.add(line)
        if self.original is not None and line.seq == 1:
            # Of a copy: waits before retries were drawn from the original's first link, and its own is another.
            object.__setattr__(self.state, "seed", self.original.first)

    def wrong(
        self,
        rule: str,
        line: Recorded | Press,
        *,
        found: object,
        why: str,
        instead: object,
        also: Iterable[int] = (),
        **more: Any,
    ) -> None:
        """Note a finding at a line; `also` names other lines that it is about."""
        self.folder.findings.add(
            rule,
            Place(file=LEDGER, line=line.seq),
            found=found,
            why=why,
            instead=instead,
            also=tuple(Place(file=LEDGER, line=seq) for seq in also),
            **more,
        )

    def content(self, line: Recorded, name: str) -> bytes | None:
        """Return the content of a line's blob by its name; None, and a finding, when the line cites no such blob."""
        digest = line.blobs.get(name)
        if digest is None:
            self.wrong(
                "blob_not_cited",
                line,
                found=", ".join(sorted(line.blobs)) or "no blob",
                why=f"nothing shows what its `{name}` was",
                instead=f"a blob `{name}`",
                step=5 if isinstance(line.event, Observed) else 9,
            )
            return None
        return self.folder.blob(digest, line.seq)
