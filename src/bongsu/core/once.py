"""What follows from the plan alone is found once: a run asks the same of one plan thousands of times."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from bongsu.core.plan import Plan

Asked = ParamSpec("Asked")
Found = TypeVar("Found")


def once_a_plan(
    function: Callable[Concatenate[Plan, Asked], Found],
) -> Callable[Concatenate[Plan, Asked], Found]:
    """Return the function with what it finds kept in the plan: for arguments that never change, and answers alike."""
    name = f"{function.__module__}.{function.__qualname__}"

    @wraps(function)
    def kept(plan: Plan, /, *args: Asked.args, **more: Asked.kwargs) -> Found:
        place = (name, args, *more.items())
        found: Any = plan.found.get(place)
        if found is None:
            found = plan.found[place] = function(plan, *args, **more)
        return found  # type: ignore[no-any-return]

    return kept
