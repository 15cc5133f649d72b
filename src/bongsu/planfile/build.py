"""From the values that were read to the plan that the core sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bongsu.core.plan import (
    ANY_TIME,
    NO_FIRST_RUN,
    NO_ROLLBACK,
    NO_TARGET,
    Announce,
    ChannelSpec,
    CheckSpec,
    Contact,
    Drill,
    EscalationPolicy,
    FirstRun,
    GatewaySpec,
    Go,
    GuardSpec,
    Intake,
    Level,
    Plan,
    RollbackRule,
    SwitchSpec,
    Watch,
    Window,
)
from bongsu.planfile.kinds import module

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

Raw = dict[str, Any]

_FACTS = {"rule": "Rule", "function": "Function", "account": "Account", "region": "Region"}
_FROM_TARGET = ("region", "account", "endpoint_url")
_GROUP = ("chat_id", "channel")


def build(
    raw: Raw,
    window: tuple[datetime, datetime],
    checks: Mapping[str, tuple[CheckSpec, ...]],
    digest: str,
) -> Plan:
    """Return the plan; `raw` has no refused part and `checks` holds the specs by scope."""
    return Plan(
        **_people_and_ways(raw, digest),
        window=Window(start=window[0], end=window[1]),
        target=_switch(raw["target"]),
        legacy=_legacy(raw),
        gateway=_gateway(raw["sms_gateway"]),
        baseline=checks["baseline"],
        go=None if raw["go"] is None else Go(**raw["go"]),
        first_run=FirstRun(**raw["first_run"]),
        verify=checks["verify"],
        rollback=RollbackRule(**raw["rollback"]),
        watch=_watch(raw["watch"], checks["watch"]),
        guard=None if raw["guard"] is None else GuardSpec(**raw["guard"]),
        secrets=_secrets(raw),
    )


def build_paging(raw: Raw, digest: str) -> Plan:
    """Return a plan for paging alone; `raw` has no refused part."""
    return Plan(
        **_people_and_ways(raw, digest),
        window=ANY_TIME,
        target=NO_TARGET,
        legacy=None,
        gateway=None,
        baseline=(),
        go=None,
        first_run=NO_FIRST_RUN,
        verify=(),
        rollback=NO_ROLLBACK,
        watch=None,
        secrets={name: value for name, value in raw["secrets"].items() if value is not None},
    )


def _people_and_ways(raw: Raw, digest: str) -> dict[str, Any]:
    """Return what every plan has, whatever it is for."""
    return {
        "cutover": raw["cutover"],
        "captain": raw["captain"],
        "timezone": raw["timezone"],
        "contacts": {name: _contact(name, part) for name, part in raw["contacts"].items()},
        "channels": {name: _channel(name, part) for name, part in raw["channels"].items()},
        "announce": _announce(raw),
        "intake": None if raw["intake"] is None else Intake(**raw["intake"]),
        "escalation": {name: _policy(name, part) for name, part in raw["escalation"].items()},
        "drill": None if raw["drill"] is None else Drill(**raw["drill"]),
        "keys": raw["keys"],
        "clock": raw["clock"],
        "digest": digest,
    }


def _contact(name: str, part: Raw) -> Contact:
    addresses = {kind: part[kind] for kind in ("telegram", "slack", "sms") if part[kind] is not None}
    return Contact(id=name, name=part["name"], role=part["role"], addresses=addresses)


def _channel(name: str, part: Raw) -> ChannelSpec:
    options = part["options"]
    to = next((str(options[key]) for key in _GROUP if key in options), "")
    driver = module("channels", part["kind"])
    presses = driver is not None and driver.takes_presses(options)
    personal = bool(getattr(driver, "BY_REFERENCE", False))
    return ChannelSpec(name=name, kind=part["kind"], to=to, options=options, presses=presses, personal=personal)


def _announce(raw: Raw) -> Announce:
    part = raw["announce"]
    return Announce(to=part["to"], languages=part["languages"], links=raw["links"], lines=part["lines"])


def _switch(part: Raw, **more: Any) -> SwitchSpec:
    options = {name: value for name, value in part["options"].items() if value is not None}
    facts = {title: str(options[key]) for key, title in _FACTS.items() if key in options}
    return SwitchSpec(kind=part["kind"], facts=facts, options=options, **more)


def _legacy(raw: Raw) -> SwitchSpec | None:
    part = raw["legacy"]
    if part is None:
        return None
    target = raw["target"]["options"]
    filled = {**part["options"]}
    for name in _FROM_TARGET:
        if filled.get(name) is None and name in target:
            filled[name] = target[name]
    return _switch({**part, "options": filled}, on_rollback=part["on_rollback"])


def _gateway(part: Raw | None) -> GatewaySpec | None:
    if part is None:
        return None
    options = {name: value for name, value in part.items() if name != "kind" and value is not None}
    return GatewaySpec(kind=part["kind"], options=options)


def _policy(name: str, part: Raw) -> EscalationPolicy:
    levels = tuple(Level(page=level["page"], wait=level["for"]) for level in part["levels"])
    return EscalationPolicy(name=name, ack_sla=part["ack_sla"], levels=levels, repeat=part["repeat"])


def _watch(part: Raw | None, checks: tuple[CheckSpec, ...]) -> Watch | None:
    if part is None:
        return None
    return Watch(length=part["for"], every=part["every"], checks=checks, report_every=part["report_every"])


def _secrets(raw: Raw) -> dict[str, str]:
    target = raw["target"]["options"]
    found = {name: raw["secrets"].get(name) or target.get(name) for name in ("region", "endpoint_url")}
    return {name: value for name, value in found.items() if value is not None}
