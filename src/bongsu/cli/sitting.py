"""Somebody who sits in front of a rehearsal: whom they play, and how its time goes meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import click

from bongsu.cli.speech import say, told
from bongsu.core.presses import asked_of
from bongsu.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bongsu.core.plan import Plan

STRANGER_TELEGRAM = 100999999
STRANGER_SLACK = "U0STRANGER"
WAYS = ("wall", "jump", "still")
PACE_MOST = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """What a person at the page has asked for.

    `play` are the contacts who press nothing by themselves. `pace` is wall, jump, still, or virtual seconds a second.
    """

    play: tuple[str, ...]
    pace: str

    def laid_over(self, spec: dict[str, Any], plan: Plan) -> dict[str, Any]:
        """Return a world's description with the page in it, the played people silent, and a stranger in the chats."""
        known = {person["contact"]: person for person in spec["people"]}
        people = [
            {
                **person,
                "role": plan.contacts[contact].role,
                "may": _may(plan, contact),
                "answers": {} if contact in self.play else person["answers"],
            }
            for contact, person in known.items()
        ]
        page = {
            "title": plan.cutover,
            "language": plan.announce.languages[0],
            "timezone": str(plan.timezone),
            "play": list(self.play),
            "idle": self.pace if self.pace in WAYS else "jump",
            "rule": plan.target.facts.get("Rule", ""),
            "function": plan.target.facts.get("Function", ""),
        }
        changed = {**spec, "people": [*people, _stranger(known)], "page": page}
        if self.pace not in WAYS:
            changed["pace"] = self.pace
        return _with_stranger_in_chats(changed)

    def invitation(self, address: str) -> str:
        """Return the line that tells where the page is and who is played there."""
        return say("page: {}\nyou play {}; time goes at {}", address, ", ".join(self.play), self.pace_in_words)

    @property
    def pace_in_words(self) -> str:
        """Return how time goes while nothing is in flight."""
        words = {
            "wall": "wall speed, and `Skip ahead` on the page jumps to the next deadline",
            "jump": "a jump to the next deadline, unless a button waits for you",
            "still": "no speed at all until you let it go on",
        }
        found = words.get(self.pace)
        return say("{} seconds a second, unless a button waits for you", self.pace) if found is None else told(found)


def sitting_of(
    plan: Plan, *, interactive: bool, play: Sequence[str], pace: str | None, served: bool = False
) -> Sitting | None:
    """Return what was asked for, None when there shall be no page; `served` has one whoever sits there.

    Raises UsageError for a contact that the plan does not have.
    """
    unknown = [contact for contact in play if contact not in plan.contacts]
    if unknown:
        near = get_close_matches(unknown[0], plan.contacts, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"the plan's contacts: {', '.join(plan.contacts)}"
        raise UsageError(f"the plan has no contact {unknown[0]!r} to play", hint=hint)
    sits = interactive or bool(play)
    if not sits and not served:
        if pace is not None:
            raise UsageError("--pace goes with --interactive", hint="without a person there is nothing to wait for")
        return None
    everybody = tuple(plan.contacts)
    return Sitting(play=(tuple(play) or everybody) if sits else (), pace=pace or ("wall" if sits else "jump"))


def _may(plan: Plan, contact: str) -> list[str]:
    """Return what the plan asks of a contact, in the order of a cutover."""
    asked = {"go_request": "Go or No-go", "drill": "Acknowledge the drill", "page": "answer a page"}
    return [words for subject, words in asked.items() if contact in asked_of(plan, subject)]


def _stranger(known: dict[str, Any]) -> dict[str, Any]:
    contact = next(name for name in ("stranger", "somebody_else", "nobody_s_contact") if name not in known)
    return {
        "contact": contact,
        "name": "A stranger",
        "role": "In the chats, not in the plan",
        "telegram_id": STRANGER_TELEGRAM,
        "slack_id": STRANGER_SLACK,
    }


def _with_stranger_in_chats(spec: dict[str, Any]) -> dict[str, Any]:
    changed = dict(spec)
    if "telegram" in spec:
        chats = [
            {**chat, "members": [*chat["members"], STRANGER_TELEGRAM]} if chat["kind"] != "private" else chat
            for chat in spec["telegram"]["chats"]
        ]
        users = [*spec["telegram"]["users"], {"id": STRANGER_TELEGRAM, "first_name": "A stranger"}]
        changed["telegram"] = {**spec["telegram"], "chats": chats, "users": users}
    if "slack" in spec:
        channels = [
            {**channel, "members": [*channel["members"], STRANGER_SLACK]} for channel in spec["slack"]["channels"]
        ]
        users = [*spec["slack"]["users"], {"id": STRANGER_SLACK, "name": "stranger", "real_name": "A stranger"}]
        changed["slack"] = {**spec["slack"], "channels": channels, "users": users}
    return changed


def _read_pace(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    """Return the pace as text; UsageError with what it may be."""
    if value is None or value in WAYS or (value.isdecimal() and 1 <= int(value) <= PACE_MOST):
        return value
    raise UsageError(
        f"--pace {value!r} is no pace", hint=f"{', '.join(WAYS)}, or whole seconds a second from 1 to {PACE_MOST}"
    )


def page_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of somebody who sits in front of it."""
    for option in (
        click.option(
            "--pace",
            metavar="PACE",
            callback=_read_pace,
            help="While nothing is in flight, time goes at wall speed (wall), to the next deadline (jump), not at all "
            "(still), or at so many seconds a second. Default: wall with --interactive, else jump.",
        ),
        click.option(
            "--play",
            metavar="CONTACT",
            multiple=True,
            help="Play this contact alone (may be given again); the others answer by themselves.",
        ),
        click.option(
            "--interactive", is_flag=True, help="Press the buttons yourself, for everybody, on a page in your browser."
        ),
    ):
        command = option(command)
    return command
