"""What the tests of the core read off a run."""

from __future__ import annotations

from bongsu.core.events import Method, PhaseEntered, ReadFailed, SendIntended
from tests.core.world import World


def phases(world: World) -> list[str]:
    """Return the phases that a run went through."""
    return [str(event.phase) for event in world.events(PhaseEntered)]


def end(world: World) -> tuple[str, str, int]:
    """Return how a run closed."""
    closed = world.state.closed
    assert closed is not None
    return str(closed.verdict), str(closed.why), closed.exit_code


def posted(world: World, message: str) -> list[str]:
    """Return the keys of the new messages of one kind."""
    return [e.key for e in world.events(SendIntended) if e.message == message and e.method is Method.POST]


def failed_read(*, final: bool = False) -> ReadFailed:
    """Return a reading that was not answered."""
    return ReadFailed(key="", reading="", reason="timed out after 10 s", final=final)
