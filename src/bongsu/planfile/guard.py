"""What must hold of a plan's guard: its policy exists, its times fit, and a rehearsal's is on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bongsu.addresses import listen_at
from bongsu.planfile.problems import suggest
from bongsu.planfile.values import is_loopback, length_text

if TYPE_CHECKING:
    from bongsu.planfile.rules import Rules

BEATS_LEAST = 3
"""So many heartbeats must be missed before a run counts as silent: one is lost now and then."""


def check_guard(rules: Rules) -> None:
    """Record what does not hold of the guard."""
    guard = rules.part("guard")
    policy, policies = guard.get("policy"), rules.part("escalation")
    if policy is not None and "escalation" in rules.raw and policy not in policies:
        rules.say(("guard", "policy"), f'no escalation policy is called "{policy}"', suggest(policy, policies))
    every, silent_after = guard.get("every"), guard.get("silent_after")
    if every is not None and silent_after is not None and silent_after < BEATS_LEAST * every:
        least = length_text(BEATS_LEAST * every)
        text = f'"guard.silent_after" of {length_text(silent_after)} is less than {BEATS_LEAST} heartbeats'
        rules.say(("guard", "silent_after"), text, f"make it at least {least}, or have the run say more often")
    address = guard.get("address")
    if address is None:
        return
    if rules.raw.get("clock") is not None and not is_loopback(address):
        text = "the guard is not on this machine, and a plan with a clock is a rehearsal"
        rules.say(("guard", "address"), text, "give it an address on this machine, or take the clock out")
    for name, channel in rules.mapping("channels"):
        listen = channel["options"].get("listen")
        if listen and is_loopback(address) and listen_at(listen).port == urlsplit(address).port:
            rules.say(("guard", "address"), f'"{name}" listens at the port of the guard', "give each a port of its own")
