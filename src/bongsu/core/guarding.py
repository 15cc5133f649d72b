"""The guard's rules: who falls silent is looked for, people are paged, the target is put back if the plan says so.

A guard's run stands beside the run that it guards and has a ledger of its own. What it hears are facts in it; that a
heartbeat is missing is one too. The same functions tell a guarded run what follows when its guard has acted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.core import reversal
from bongsu.core.actions import Close, Enter
from bongsu.core.agenda import LOOKABLE
from bongsu.core.escalation import policy_of
from bongsu.core.events import Phase, SwitchState, Why
from bongsu.core.guard_events import Did, Heart, Life, Safe
from bongsu.core.levels import addresses
from bongsu.core.presses import SILENCE, acknowledgement, counted
from bongsu.core.state import ASIDE
from bongsu.core.switching import WORDS
from bongsu.core.telling import announce, page_people, reach
from bongsu.core.times import iso
from bongsu.core.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bongsu.core.agenda import Agenda
    from bongsu.core.guard_events import HeartbeatsChanged
    from bongsu.core.plan import GuardSpec
    from bongsu.core.presses import Press
    from bongsu.core.state import Observation, RunState

BEFORE_SUCCESS = frozenset(
    {
        Phase.PLANNED,
        Phase.BASELINED,
        Phase.APPROVED,
        Phase.ANNOUNCED,
        Phase.ENABLED,
        Phase.OBSERVING,
        Phase.VERIFYING,
    }
)
"""Phases in which nobody has been told that it went well: a target that is on unwatched is not safe."""
OVER_ALREADY = reversal.PAST_ORDERS | {Phase.ROLLBACK_FAILED, Phase.HELD}
"""Phases in which a guard that acted changes nothing: the target is on its way back, or in a person's hands."""
RULE, NOTICE = "look/target_rule", "look/sent_message"
"""What a guard reads before it acts: the target's rule, and whether the run has told its captain that it is cut off."""
KEEPS_A_HISTORY = "slack"
MOST_TOLD = 3
"""So many losses of its guard a run tells the captain of; all are in the ledger."""


def safe_state(phase: Phase, left: Phase) -> Safe:
    """Return the state in which the target is safe, should the run die in `phase`, having left its way in `left`."""
    if phase is Phase.ROLLING_BACK:
        return Safe.OFF
    return Safe.OFF if (left if phase in ASIDE else phase) in BEFORE_SUCCESS else Safe.AS_IT_IS


def spec_of(agenda: Agenda) -> GuardSpec:
    """Return the plan's guard; a guard's run is only opened with one."""
    guard = agenda.plan.guard
    assert guard is not None
    return guard


def planned(agenda: Agenda) -> None:
    """Wait for the run to be handed over."""
    if agenda.state.heart is not None:
        agenda.do(Enter(phase=Phase.ARMED, why=Why.STARTED, detail=agenda.state.heart.run))


def armed(agenda: Agenda) -> None:
    """Do nothing while the run is heard; look for it when it is not; end when it is over."""
    heart = agenda.state.heart
    assert heart is not None
    if heart.state in (Heart.CLOSED, Heart.LEFT):
        why = Why.RUN_CLOSED if heart.state is Heart.CLOSED else Why.RUN_LEFT
        agenda.do(Close(verdict=Verdict.PASS, why=why, exit_code=0))
    elif heart.state is Heart.SILENT and agenda.state.heart_seq > agenda.state.phase_seq:
        agenda.do(Enter(phase=Phase.LOOKING, why=Why.NO_HEARTBEAT))


def looking(agenda: Agenda) -> None:
    """Look a second time, elsewhere; act only when no sign of life is found."""
    state, heart = agenda.state, agenda.state.heart
    assert heart is not None
    if heart.state is not Heart.SILENT:
        agenda.do(Enter(phase=Phase.ARMED, why=Why.HEARD_AGAIN))
        return
    if state.looked is None or state.looked_seq < state.phase_seq:
        return  # whoever hears the heartbeats looks, and says what it saw
    if state.looked.found is Life.ALIVE:
        agenda.do(Enter(phase=Phase.ARMED, why=Why.SEEN_ALIVE, detail=state.looked.reason))
        return
    rule = agenda.read(RULE, "target_rule", {}, after_seq=state.phase_seq)
    # What cannot be read at the first attempt is no reason to keep people waiting.
    read = rule is not None or RULE in state.failures
    if state.looked.found is Life.OUT_OF_SIGHT:
        read = _looked_in_the_chat(agenda, heart) and read
    if read:
        agenda.do(Enter(phase=Phase.DECIDING, why=Why.NO_HEARTBEAT, detail=state.looked.reason))


def _looked_in_the_chat(agenda: Agenda, heart: HeartbeatsChanged) -> bool:
    """Look for the run's own word that it does not hear its guard; return whether that is over.

    It is looked for where a chat keeps a history, in the captain's; without one there is nothing to look for.
    """
    captain = agenda.plan.captain
    ways = (way for way in addresses(agenda.plan, captain) if agenda.plan.channels[way[0]].kind == KEEPS_A_HISTORY)
    channel, to = next(ways, ("", ""))
    if not channel or heart.last_at is None:
        return True
    key = f"guard_lost/{heart.lost + 1}//{captain}@{channel}"
    args = {"channel": channel, "to": to, "key": key, "seq": 0, "since": iso(heart.last_at), "run": heart.run}
    seen = agenda.read(NOTICE, LOOKABLE[KEEPS_A_HISTORY], args, after_seq=agenda.state.phase_seq)
    return seen is not None or NOTICE in agenda.state.failures


def cut_off(state: RunState) -> Observation | None:
    """Return where the run was seen to live after its last heartbeat, cut off from its guard; None when it was not."""
    seen = state.observations.get(NOTICE)
    return seen if seen is not None and seen.seq > state.looked_seq and seen.values["found"] else None


def restores(agenda: Agenda) -> bool:
    """Return whether the target is to be put back without asking.

    The plan says so, it does not read as off, and the run has not shown that it lives and is only cut off.
    """
    state = agenda.state
    if state.heart is None or state.heart.safe is not Safe.OFF or spec_of(agenda).then != "restore":
        return False
    if cut_off(state) is not None:
        return False
    seen = state.observations.get(RULE)
    return seen is None or seen.seq < state.looked_seq or seen.values["state"] not in WORDS[SwitchState.DISABLED]


def deciding(agenda: Agenda) -> None:
    """Page; have people decide about the target, or put it back at once when the plan says so."""
    if restores(agenda):
        agenda.do(Enter(phase=Phase.ROLLING_BACK, why=Why.GUARD_RESTORES))
        return
    over = _page(agenda)
    pressed = _decided(agenda)
    if pressed is not None:
        phase = Phase.ROLLING_BACK if pressed.button == "roll_back" else Phase.HELD
        agenda.do(Enter(phase=phase, why=Why.DECIDED_BY_PERSON, detail=pressed.contact or ""))
    elif over and agenda.wait(agenda.state.entered[Phase.DECIDING] + agenda.plan.rollback.decide):
        agenda.do(Enter(phase=Phase.HELD, why=Why.NOBODY_DECIDED))


def held(agenda: Agenda) -> None:
    """End with the target as it is: that is in people's hands now."""
    agenda.do(Close(verdict=Verdict.UNKNOWN, why=Why.NO_HEARTBEAT, exit_code=3))


def rolling_back(agenda: Agenda) -> None:
    """Put the target back as every rollback does, and page meanwhile."""
    reversal.rolling_back(agenda)
    _page(agenda)


def rolled_back(agenda: Agenda) -> None:
    """Say what was undone; end when that has been told and somebody has answered the page, or nobody will."""
    told = announce(agenda, "rollback")
    if _page(agenda) and told is not None:
        agenda.do(Close(verdict=Verdict.FAIL, why=Why.NO_HEARTBEAT, exit_code=1))


def _decided(agenda: Agenda) -> Press | None:
    return next((press for press in counted(agenda.state, SILENCE) if press.button in ("roll_back", "hold")), None)


def _page(agenda: Agenda) -> bool:
    """Announce and page level after level; return whether somebody has answered, or the last level is over."""
    told = announce(agenda, SILENCE)
    if acknowledgement(agenda.state, SILENCE) is not None or _decided(agenda) is not None:
        return told is not None
    policy = policy_of(agenda.plan, spec_of(agenda).policy)
    over = page_people(agenda, SILENCE, policy, agenda.state.entered[Phase.DECIDING], message=SILENCE)
    return over is not None and agenda.wait(over) and told is not None


RULES: Mapping[Phase, Callable[[Agenda], None]] = {
    Phase.PLANNED: planned,
    Phase.ARMED: armed,
    Phase.LOOKING: looking,
    Phase.DECIDING: deciding,
    Phase.HELD: held,
    Phase.ROLLING_BACK: rolling_back,
    Phase.ROLLED_BACK: rolled_back,
    Phase.ROLLBACK_FAILED: reversal.rollback_failed,
}


def superseded(agenda: Agenda) -> bool:
    """Have a run whose guard took it for dead undo nothing of that; return whether it moved the run.

    It never enables the target or announces a success after that: it finishes the way back that the guard began, or
    leaves what comes next to a person.
    """
    state, act = agenda.state, agenda.state.guard_act
    if act is None or state.guard_act_seq <= state.phase_seq or state.phase in OVER_ALREADY:
        return False
    stands = state.left if state.phase in ASIDE else state.phase
    phase = Phase.HELD
    if act.did is Did.RESTORED:
        phase = Phase.NO_GO if stands in reversal.BEFORE_THE_SWITCH else Phase.ROLLING_BACK
    agenda.do(Enter(phase=phase, why=Why.GUARD_ACTED, detail=act.guard_run))
    return True


def told_of_guard(agenda: Agenda) -> None:
    """Tell the captain, once each time, that the guard does not answer; the cutover goes on without it."""
    for number in range(1, min(agenda.state.guards_lost, MOST_TOLD) + 1):
        reach(agenda, f"guard_lost/{number}", [agenda.plan.captain], "guard_lost")
