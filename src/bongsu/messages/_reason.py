"""Why a run left its way, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bongsu.core.events import Phase
    from bongsu.messages.facts import Facts


def reason(facts: Facts, phase: Phase) -> str:
    """Return the words for why `phase` was entered; a reason without words of its own is named as recorded."""
    entered = facts.state.whys.get(phase)
    if entered is None:
        return facts.must("unmeasured.why", phase=str(phase))
    named = entered.detail in facts.plan.contacts
    detail = facts.person(entered.detail) if named else facts.told(entered.detail)
    key = f"why.{entered.why}"
    if key not in facts.words:
        return str(entered.why).replace("_", " ")
    within, decide = facts.length(facts.plan.first_run.within), facts.length(facts.plan.rollback.decide)
    return facts.must(key, detail=detail, within=within, decide=decide)
