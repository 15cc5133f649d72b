"""What goes wrong in one run, drawn from its seed: each draw has a place, so that leaving one out moves no other."""

from __future__ import annotations

from dataclasses import dataclass, field

MASK = (1 << 64) - 1
SENDS = ("no_connection", "throttled", "lost_before", "lost_after", "server_error", "refused", "slow")
SWITCHES = ("not_done", "denied", "lost_before", "lost_after", "slow")
READS = ("unanswered", "denied", "garbled", "slow", "lies")
APPENDS = ("crash_before", "crash_after", "disk_full")
CLOCKS = ("forward", "back")
OF = {"send": SENDS, "switch": SWITCHES, "read": READS, "append": APPENDS, "clock": CLOCKS}
RATES = (0, 20, 60, 150, 300)
"""Of a thousand calls, how many go wrong; one rate a run."""
RARE = {"append": 12, "clock": 12}
"""So much rarer are faults that end the process, or that set the clock."""
CRASHES_MOST = 8


def draw(seed: int, stream: str, index: int) -> int:
    """Return 64 bits of chance that depend on nothing but the three (splitmix64)."""
    x = (seed * 0x9E3779B97F4A7C15 + hash_of(stream) + index * 0xD1B54A32D192ED03) & MASK
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & MASK
    return x ^ (x >> 31)


_HASHES: dict[str, int] = {}


def hash_of(text: str) -> int:
    """Return a number for a stream's name that is the same in every process."""
    found = _HASHES.get(text)
    if found is None:
        found = 0xCBF29CE484222325
        for byte in text.encode():
            found = ((found ^ byte) * 0x100000001B3) & MASK
        _HASHES[text] = found
    return found


@dataclass(slots=True)
class Fates:
    """The faults of one run. With `only`, nothing goes wrong but at those places: a replay of a part of it."""

    seed: int
    only: frozenset[tuple[str, int]] | None = None
    thrown: list[tuple[str, int, str]] = field(default_factory=list)
    calls: dict[str, int] = field(default_factory=dict)
    crashes: int = 0
    rate: int = 0

    def __post_init__(self) -> None:
        """Take the run's rate."""
        self.rate = RATES[draw(self.seed, "rate", 0) % len(RATES)]

    def next(self, kind: str) -> tuple[int, str]:
        """Return the place of a call of that kind, and what goes wrong with it; "" when nothing does."""
        index = self.calls.get(kind, 0)
        self.calls[kind] = index + 1
        chance = draw(self.seed, kind, index)
        left_out = self.only is not None and (kind, index) not in self.only
        if left_out or chance % (1000 * RARE.get(kind, 1)) >= self.rate:
            return index, ""
        fault = OF[kind][(chance >> 32) % len(OF[kind])]
        if kind == "append":
            if self.crashes >= CRASHES_MOST:
                return index, ""
            self.crashes += 1
        self.thrown.append((kind, index, fault))
        return index, fault

    def between(self, stream: str, index: int, least: int, most: int) -> int:
        """Return a whole number from `least` to `most`, by chance."""
        return least + draw(self.seed, stream, index) % (most - least + 1)

    def one_in(self, stream: str, index: int, odds: int) -> bool:
        """Return whether something that happens once in `odds` happens here."""
        return draw(self.seed, stream, index) % odds == 0
