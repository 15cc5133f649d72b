"""Presses under a run that is closed: nobody presses into silence, though its ledger takes no press any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.channels._port import Outgoing
from bongsu.core.actions import Send
from bongsu.core.events import Method
from bongsu.core.unsettled import ANSWER
from bongsu.messages import closed_answer

if TYPE_CHECKING:
    from bongsu.channels._port import SendOutcome
    from bongsu.core.plan import Plan
    from bongsu.core.state import RunState
    from bongsu.inbound._port import PressReceived
    from bongsu.run.drivers import Drivers


def tell_closed(
    drivers: Drivers, plan: Plan, state: RunState, received: PressReceived, *, run_id: str
) -> SendOutcome | None:
    """Tell whoever pressed that the run is closed; return how that went, None where the channel is not the plan's.

    It is the one message without a line: behind the last there is no place for one. It claims nothing of the run but
    what its ledger says, asks for nothing, and goes to nobody but the one who pressed.
    """
    channel = drivers.channels.get(received.channel)
    if channel is None:
        return None
    pressed = state.sends.get(state.intents.get(received.intent_seq or 0, ""))
    action = Send(
        key=f"{ANSWER}{received.press_id}",
        message="answer",
        channel=received.channel,
        to=received.service_user,
        method=Method.ANSWER,
        language=pressed.language if pressed else plan.announce.languages[0],
        about=received.press_id,
    )
    outgoing = Outgoing(
        key=action.key,
        seq=0,
        method=Method.ANSWER,
        to=action.to,
        payload=closed_answer(action, plan, state, run_id=run_id),
        answer_to=received.answer_to,
        run_id=run_id,
    )
    return channel.send(outgoing)
