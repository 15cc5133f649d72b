"""What must hold between the parts of a plan: people exist, deadlines fit, endpoints belong together."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bongsu.addresses import listen_at
from bongsu.planfile.guard import check_guard
from bongsu.planfile.kinds import module
from bongsu.planfile.problems import suggest
from bongsu.planfile.shapes import MISSING, Path, label
from bongsu.planfile.values import Unfit, in_zone, is_loopback, length_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from bongsu.planfile.problems import Report

NOTHING = timedelta()


class Rules:
    """The plan as read so far, refused parts left out; rules that miss their part say nothing."""

    def __init__(self, raw: dict[str, Any], report: Report) -> None:
        self.raw = raw
        self._report = report

    def say(self, path: Path, text: str, hint: str = "", *, key: bool = False) -> None:
        """Record a problem at the value of a path, or at its key."""
        self._report.add_at(path, text, hint, key=key)

    def part(self, name: str) -> dict[str, Any]:
        """Return a part of the plan; empty when it is left out or was refused."""
        found = self.raw.get(name)
        return found if isinstance(found, dict) else {}

    def mapping(self, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the entries of a named mapping that could be read."""
        for key, value in self.part(name).items():
            if value is not MISSING:
                yield key, value

    def listed(self, *path: str | int) -> Iterator[tuple[Path, Any]]:
        """Yield the items of a list that could be read, with their paths."""
        found: Any = self.raw
        for step in path:
            found = found.get(step) if isinstance(found, dict) else None
        for i, item in enumerate(found or ()):
            if item is not MISSING:
                yield (*path, i), item

    def refused(self, *names: str) -> bool:
        """Whether any of these lists of checks was refused, in whole or in part."""
        for name in names:
            written = self.raw.get(name)
            if written is None or any(item is MISSING or item.get("refused") for item in written):
                return True
        return False

    def sources(self, needed: dict[str, str]) -> None:
        """Record which readings have no source in the plan; `needed` is reading to the check that needs it."""
        if "gateway" in needed and self.raw.get("sms_gateway", MISSING) is None:
            text = f'"{needed["gateway"]}" reads the SMS gateway\'s own list, and the plan names no "sms_gateway"'
            self.say((), text, "add sms_gateway: {kind: sens, service: …, key: …}")
        options = self.part("target").get("options", {})
        if "state_table" in needed and options and not options.get("tables"):
            text = f'"{needed["state_table"]}" reads the state table, and the target names none'
            self.say(("target",), text, "add tables: {state: …}", key=True)


def check_all(rules: Rules) -> None:
    """Record everything that does not hold."""
    _people(rules)
    _reachable(rules)
    _channels(rules)
    _links(rules)
    _window(rules)
    _escalation(rules)
    _parts(rules)
    _endpoints(rules)
    _listeners(rules)
    _intake(rules)
    check_guard(rules)


def named_people(rules: Rules) -> Iterator[tuple[Path, str, bool]]:
    """Yield every place that names a contact, and whether that contact must be able to answer there."""
    if "captain" in rules.raw:
        yield ("captain",), rules.raw["captain"], False
    for path, person in (*rules.listed("go", "of"), *rules.listed("drill", "everyone")):
        yield path, person, True
    for name, policy in rules.mapping("escalation"):
        for i, level in enumerate(policy.get("levels", ())):
            for k, person in enumerate(() if level is MISSING else level.get("page", ())):
                if person is not MISSING:
                    yield ("escalation", name, "levels", i, "page", k), person, True


def _signers(rules: Rules, contacts: Mapping[str, Any]) -> None:
    owners: dict[str, str] = {}
    for signer, key in (rules.part("keys").get("signers") or {}).items() if "keys" in rules.raw else ():
        if signer not in contacts:
            rules.say(
                ("keys", "signers", signer),
                f'no contact is called "{signer}"',
                suggest(signer, contacts),
                key=True,
            )
        if key is not MISSING and (other := owners.setdefault(key, signer)) != signer:
            text = f'"{signer}" has the same key as "{other}", so one signature would stand for both'
            rules.say(("keys", "signers", signer), text, "give each signer a key of their own")


def _people(rules: Rules) -> None:
    contacts = rules.part("contacts")
    if not contacts:
        return
    for path, person, _ in named_people(rules):
        if person not in contacts:
            rules.say(path, f'no contact is called "{person}"', suggest(person, contacts))
    _signers(rules, contacts)
    seen: dict[tuple[str, str], str] = {}
    for name, contact in rules.mapping("contacts"):
        for kind in ("telegram", "slack"):
            address = contact.get(kind)
            if address is not None and seen.setdefault((kind, address), name) != name:
                other = seen[kind, address]
                text = f'"{name}" has the same {kind} id as "{other}", so their presses cannot be told apart'
                rules.say(("contacts", name, kind), text, "give each person their own")


def _answering_kinds(rules: Rules) -> set[str] | None:
    """Return the kinds of announced channels that presses come in from; None when a channel is not known.

    A page goes to people directly: in a plan for paging alone every channel counts.
    """
    channels = dict(rules.mapping("channels"))
    names = [name for _, name in rules.listed("announce", "to")] if "target" in rules.raw else list(channels)
    if not names or any(name not in channels or channels[name]["refused"] for name in names):
        return None
    return {str(channels[name]["kind"]) for name in names if takes_presses(channels[name])}


def _links(rules: Rules) -> None:
    """Telegram follows no button to a host without a dot, and refuses the whole message that holds one."""
    if not any(channel.get("kind") == "telegram" for _, channel in rules.mapping("channels")):
        return
    for name, url in rules.mapping("links"):
        host = urlsplit(str(url)).hostname or ""
        if "." not in host and ":" not in host:
            text = f'Telegram refuses every message with a button to "{host}", a host without a dot in its name'
            rules.say(("links", name), text, "write the host's whole name, or its address")


def takes_presses(channel: dict[str, Any]) -> bool:
    """Return whether a button pressed in a channel, as the plan has it, can reach the run."""
    driver = module("channels", channel["kind"])
    return driver is not None and bool(driver.takes_presses(channel["options"]))


def _reachable(rules: Rules) -> None:
    kinds = _answering_kinds(rules)
    contacts = dict(rules.mapping("contacts"))
    if kinds is None:
        return
    told: set[str] = set()
    if not kinds and any(must_answer for _, _, must_answer in named_people(rules)):
        text = "people must answer (go, drill, escalation), and no announced channel can carry an answer"
        hint = "announce to telegram, or to slack with app_token (or signing_secret and listen), or ask nobody"
        rules.say(("announce", "to"), text, hint)
        return
    for path, person, must_answer in named_people(rules):
        if not must_answer or person in told or person not in contacts:
            continue
        if not any(contacts[person].get(kind) for kind in kinds):
            told.add(person)
            text = f'"{person}" must answer, and has no address on an announced channel that takes answers'
            rules.say(path, text, f"give {person} an id for one of: {', '.join(sorted(kinds))}")


def _is_personal(channel: dict[str, Any]) -> bool:
    return bool(getattr(module("channels", channel["kind"]), "BY_REFERENCE", False))


def _channels(rules: Rules) -> None:
    channels = rules.part("channels")
    for path, name in rules.listed("announce", "to"):
        if channels and name not in channels:
            rules.say(path, f'no channel is called "{name}"', suggest(name, channels))
        elif channels and channels[name] is not MISSING and _is_personal(channels[name]):
            text = f'"{name}" reaches people one by one, and nothing can be announced to it'
            rules.say(path, text, "leave it out here: pages and drills go to it by themselves")
    target, legacy = (rules.part(name).get("options", {}) for name in ("target", "legacy"))
    if "rule" in legacy and legacy["rule"] == target.get("rule"):
        rules.say(("legacy", "rule"), "the legacy rule is the target's own", "name the rule that the target replaces")
    policies = rules.part("escalation")
    policy = rules.part("drill").get("policy")
    if policy is not None and "escalation" in rules.raw and policy not in policies:
        rules.say(("drill", "policy"), f'no escalation policy is called "{policy}"', suggest(policy, policies))


def moments(rules: Rules) -> tuple[datetime, datetime] | None:
    """Return the window in UTC, or None when it cannot be known; refused local times are recorded."""
    zone, window = rules.raw.get("timezone"), rules.part("window")
    found: list[datetime] = []
    for name in ("start", "end"):
        if zone is None or name not in window:
            continue
        try:
            found.append(in_zone(window[name], zone))
        except Unfit as unfit:
            rules.say(("window", name), unfit.text, unfit.hint)
    return (found[0], found[1]) if len(found) == 2 else None


def _window(rules: Rules) -> None:
    window = moments(rules)
    if window is None:
        return
    length = window[1] - window[0]
    if length <= NOTHING:
        rules.say(("window", "end"), "the window ends before it starts", "the end must be later than the start")
        return
    first, drill = rules.part("first_run"), rules.part("drill")
    parts = {
        "first_run.within": first.get("within"),
        "first_run.settle": first.get("settle"),
        "drill.ack_sla": drill.get("ack_sla"),
    }
    known = {name: value for name, value in parts.items() if value is not None}
    total = sum(known.values(), NOTHING)
    if total > length:
        said = " + ".join(f"{name} {length_text(value)}" for name, value in known.items())
        text = f"{said} is {length_text(total)}, longer than the window of {length_text(length)}"
        rules.say(("window", "end"), text, "lengthen the window, or shorten the deadlines")


def _escalation(rules: Rules) -> None:
    go = rules.part("go")
    asked, approvals = go.get("of"), go.get("approvals")
    if approvals is not None and asked is not None and not 1 <= approvals <= len(asked):
        text = f"{approvals} approvals of {len(asked)} people cannot be"
        rules.say(("go", "approvals"), text, f"write a number from 1 to {len(asked)}")
    for name, policy in rules.mapping("escalation"):
        begins, sla = NOTHING, policy.get("ack_sla")
        for i, level in enumerate(policy.get("levels", ())):
            if sla is None or level is MISSING or "for" not in level:
                break
            if begins >= sla:
                text = f"level {i + 1} is paged {length_text(begins)} in, when the SLA of {length_text(sla)} is over"
                rules.say(
                    ("escalation", name, "levels", i),
                    text,
                    "shorten the levels before it, or lengthen ack_sla",
                )
                break
            begins += level["for"]


def _parts(rules: Rules) -> None:
    rollback, watch = rules.part("rollback"), rules.part("watch")
    pieces = [rollback.get(name) for name in ("detect", "decide", "execute")]
    total = rollback.get("total")
    if total is not None and None not in pieces:
        parts = sum((piece for piece in pieces if piece is not None), NOTHING)
        if parts > total:
            text = f"detect, decide and execute take {length_text(parts)} together, the total is {length_text(total)}"
            rules.say(("rollback", "total"), text, "raise the total, or shorten the parts")
    for name, unit in (("for", "every"), ("report_every", "every"), ("for", "report_every")):
        whole, step = watch.get(name), watch.get(unit)
        if whole is None or step is None:
            continue
        if step > whole:
            text = f'"watch.{unit}" of {length_text(step)} is longer than "watch.{name}" of {length_text(whole)}'
            rules.say(("watch", unit), text, f"shorten {unit}, or lengthen {name}")
        elif whole % step:
            text = f'"watch.{unit}" of {length_text(step)} does not divide "watch.{name}" of {length_text(whole)}'
            rules.say(("watch", unit), text, f"choose one that divides {length_text(whole)}")


def endpoints(rules: Rules) -> list[tuple[Path, str, str | None]]:
    """Return every endpoint: the part that has it, the key, and the address; None is the service's own."""
    found: list[tuple[Path, str, str | None]] = []
    for name, channel in rules.mapping("channels"):
        driver = module("channels", channel["kind"])
        known = () if driver is None else driver.Options.__dataclass_fields__
        # The terminal has no address, and Apprise's is a secret: what that leads to is looked at when it is resolved.
        if "api_url" in known:
            found.append((("channels", name), "api_url", channel["options"].get("api_url") or None))
        if channel["options"].get("webhook_url"):
            found.append((("channels", name), "webhook_url", channel["options"]["webhook_url"]))
    target = rules.part("target").get("options", {}).get("endpoint_url")
    if rules.part("target"):
        found.append((("target",), "endpoint_url", target))
    if legacy := rules.part("legacy"):
        found.append((("legacy",), "endpoint_url", legacy["options"].get("endpoint_url") or target))
    if gateway := rules.part("sms_gateway"):
        found.append((("sms_gateway",), "endpoint_url", gateway.get("endpoint_url")))
    if secrets := rules.part("secrets"):
        found.append((("secrets",), "endpoint_url", secrets.get("endpoint_url") or target))
    return found


def _endpoints(rules: Rules) -> None:
    clock = rules.raw.get("clock")
    found = endpoints(rules)
    here = [path for path, _, address in found if address is not None and is_loopback(address)]
    real = [(path, key) for path, key, address in found if address is None or not is_loopback(address)]
    if clock is not None and not is_loopback(clock):
        rules.say(("clock",), "the clock is not on this machine", "only a rehearsal has a clock, and it runs here")
    for path, key in real:
        if clock is not None:
            text = f'"{label(path)}" leads beyond this machine, and a plan with a clock is a rehearsal'
            rules.say((*path, key), text, f"give it an {key} on this machine, or take the clock out")
        elif here:
            text = f'"{label(path)}" leads to the real service, and "{label(here[0])}" to this machine'
            hint = f"a plan is all rehearsal or all real: give it an {key} on this machine, or take the others away"
            rules.say((*path, key), text, hint)


def _listeners(rules: Rules) -> None:
    seen: dict[int, str] = {}
    for name, channel in rules.mapping("channels"):
        listen = channel["options"].get("listen")
        if not listen:
            continue
        other = seen.setdefault(listen_at(listen).port, name)
        if other != name:
            text = f'"{name}" listens at the port of "{other}"'
            rules.say(("channels", name, "listen"), text, "give each channel a port of its own")


def _intake(rules: Rules) -> None:
    intake = rules.part("intake")
    if not intake:
        return
    if not any(intake.get(name) for name in ("bearer", "signed", "sns_topics")):
        text = '"intake" names nobody who may send an alarm'
        rules.say(("intake",), text, "add bearer, signed or sns_topics", key=True)
    if not rules.part("escalation"):
        text = '"intake" takes alarms, and the plan has no "escalation" to page anybody by'
        rules.say(("intake",), text, "add escalation: {critical: …}", key=True)
