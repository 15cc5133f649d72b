"""From a plan to the world that a rehearsal puts round it, and to the same plan with that world's addresses."""

from __future__ import annotations

import json
import string
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import yaml

from bongsu.cli.world_chats import addressed, chats_of, free_port, listening
from bongsu.cli.world_secrets import LETTERS, Provision, chance
from bongsu.core.times import iso
from bongsu.messages.words import words_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bongsu.cli.sitting import Sitting
    from bongsu.cli.world_chats import Chats
    from bongsu.core.plan import Plan

BEFORE_THE_WINDOW = timedelta(minutes=10)
NO_WINDOW = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)
"""When the world of a plan for paging alone stands: any day is as good as another."""
NOBODYS_ACCOUNT, SEOUL, NOTHING_RUNS = "000000000000", "ap-northeast-2", "nothing"
ANSWERS_S: Mapping[str, Mapping[str, int]] = {
    "on_call": {"Acknowledge": 15, "Go": 20},
    "ops_manager": {"Acknowledge": 22, "Go": 35},
}
"""How long the people of the seed log take to press; other approvers and drilled contacts take 30 s."""
USUAL_ANSWER_S = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldPlan:
    """The world to start, and the secrets that belong to it."""

    spec: dict[str, Any]
    provision: Provision
    chats: Chats

    def settle(self, addresses: Mapping[str, str]) -> dict[str, str]:
        """Return the world's addresses and those that bongsu will listen at; what had to wait for them is in place."""
        for reference, path in self.chats.apprise.items():
            self.provision.put(reference, addresses["slack"].replace("http:", "json:", 1) + path)
        return {**addresses, **{listening(name): at for name, at in self.chats.listening.items()}}


def world_of(
    plan: Plan,
    folder: Path,
    *,
    seed: int,
    changes: Mapping[str, Any] | None = None,
    answers: Mapping[str, Mapping[str, int]] | None = None,
    sitting: Sitting | None = None,
) -> WorldPlan:
    """Return the world in which the plan can be rehearsed, starting ten minutes before its window, if it has one.

    `changes` is laid over the world's description: how it behaves otherwise than well. `answers` are what a contact
    presses, and after how many seconds, in place of the usual. With `sitting` the world has its page.
    """
    provision = Provision(folder)
    opens_at = plan.window.start if plan.cuts_over else NO_WINDOW
    spec: dict[str, Any] = {
        "start_at": iso(opens_at - BEFORE_THE_WINDOW),
        "anchor_at": iso(opens_at),
        "seed": seed,
        "people": [_person(plan, contact, answers or {}) for contact in plan.contacts],
    }
    before = (plan.legacy.options if plan.legacy else {}).get("function") or plan.target.facts.get("Function")
    ran_before = str(before or NOTHING_RUNS)
    spec |= {"history_workload": ran_before, "history_function": ran_before}
    chats = chats_of(plan, provision)
    spec |= chats.spec
    key = plan.keys.get("buttons")
    if key is not None:
        provision.put(str(key), chance(string.ascii_letters, 40))
    if plan.guard is not None:
        provision.put(plan.guard.key, chance(string.ascii_letters, 40))
    spec["sens"] = _sens(plan, provision)
    spec["aws"] = _aws(plan, provision)
    if plan.cuts_over:
        spec["stand_in"] = _stand_in(plan)
    if sitting is not None:
        spec = sitting.laid_over(spec, plan)
    return WorldPlan(spec=laid_over(spec, changes or {}), provision=provision, chats=chats)


def laid_over(base: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the description with the changes in place; mappings inside are merged, all else is replaced."""
    merged = dict(base)
    for name, value in changes.items():
        inner = merged.get(name)
        merged[name] = laid_over(inner, value) if isinstance(inner, dict) and isinstance(value, dict) else value
    return merged


def _sens(plan: Plan, provision: Provision) -> dict[str, Any]:
    access = {"access_key": "EXAMPLE" + chance(LETTERS, 13), "secret_key": chance(string.ascii_letters, 40)}
    provision.manager["example/sens"] = access
    if plan.gateway is None:
        return access
    provision.put(str(plan.gateway.options["key"]), json.dumps(access))
    return {**access, "service_id": str(plan.gateway.options["service"])}


def _aws(plan: Plan, provision: Provision) -> dict[str, Any]:
    key_id = "AKIA" + chance(LETTERS, 16)
    provision.environment |= {
        "AWS_ACCESS_KEY_ID": key_id,
        "AWS_SECRET_ACCESS_KEY": chance(string.ascii_letters, 40),
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in provision.manager.items()}
    facts = plan.target.facts
    return {
        "account": facts.get("Account", NOBODYS_ACCOUNT),
        "region": facts.get("Region") or plan.secrets.get("region", SEOUL),
        "access_keys": {key_id: "captain"},
        "policies": {"captain": _captains_policy(plan, secrets=tuple(provision.manager))},
        "secrets": texts,
    }


def played_by_nothing(plan: Plan, changes: Mapping[str, Any]) -> str:
    """Return the plan's function when neither the example nor `changes` say what it does; else nothing."""
    from bongsu.sandbox.naver_defaults import FUNCTION

    function = str(plan.target.options.get("function", ""))
    account = changes.get("aws")
    described = _listed(account.get("functions")) if isinstance(account, dict) else ()
    known = {FUNCTION, *(one.get("name") for one in described if isinstance(one, dict))}
    return "" if function in known else function


def _stand_in(plan: Plan) -> dict[str, Any]:
    """Return the names in the plan that its imitated account must have."""
    target: Mapping[str, Any] = plan.target.options
    legacy: Mapping[str, Any] = plan.legacy.options if plan.legacy else {}
    checks = (*plan.baseline, *plan.verify, *(plan.watch.checks if plan.watch else ()))
    alarms = [str(name) for check in checks for name in _listed(check.options.get("named"))]
    names = {
        "rule": target.get("rule"),
        "function": target.get("function"),
        "log_group": target.get("log_group"),
        "legacy_rule": legacy.get("rule"),
        "legacy_function": legacy.get("function"),
        "table": (target.get("tables") or {}).get("state"),
    }
    return {**{key: str(name or "") for key, name in names.items()}, "alarms": list(dict.fromkeys(alarms))}


def _listed(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, list | tuple) else ()


def _captains_policy(plan: Plan, *, secrets: tuple[str, ...]) -> dict[str, Any]:
    """Return the least that this plan's captain needs: what SECURITY.md asks for, on the plan's own resources."""
    from bongsu.sandbox.naver_policies import CaptainsPlace, captains_policy

    target: Mapping[str, Any] = plan.target.options
    legacy: Mapping[str, Any] = plan.legacy.options if plan.legacy else {}
    function, tables = str(target.get("function") or NOTHING_RUNS), target.get("tables") or {}
    return captains_policy(
        CaptainsPlace(
            target_rule=str(target.get("rule") or ""),
            legacy_rule=str(legacy.get("rule") or ""),
            legacy_restored=plan.legacy is not None and plan.legacy.on_rollback == "enable",
            function=function,
            log_group=str(target.get("log_group") or f"/aws/lambda/{function}"),
            table=str(tables.get("state") or ""),
            secrets=secrets,
        )
    )


def _as_labelled(plan: Plan, answers: Mapping[str, int]) -> dict[str, int]:
    """Return answers by what stands on the buttons in the plan's first language, which is the one people press in."""
    ours, theirs = words_of("en"), words_of(plan.announce.languages[0])
    labels = {ours[key]: theirs[key] for key in ours if key.startswith("button.")}
    return {labels.get(label, label): delay for label, delay in answers.items()}


def _person(plan: Plan, contact_id: str, answers: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    contact = plan.contacts[contact_id]
    asked = {*(plan.go.of if plan.go else ()), *(plan.drill.everyone if plan.drill else ())}
    usual = {"Acknowledge": USUAL_ANSWER_S, "Go": USUAL_ANSWER_S} if contact_id in asked else {}
    telegram = contact.addresses.get("telegram")
    return {
        "contact": contact_id,
        "name": contact.name,
        "telegram_id": int(telegram) if telegram else None,
        "slack_id": contact.addresses.get("slack"),
        "answers": _as_labelled(plan, answers.get(contact_id) or ANSWERS_S.get(contact_id, usual)),
    }


def with_addresses(
    plan_bytes: bytes, addresses: Mapping[str, str], source: str, *, changes: Mapping[str, Any] | None = None
) -> bytes:
    """Return the plan with a rehearsal's addresses in it and the changes laid over it; its comments are left behind."""
    raw = laid_over(yaml.safe_load(plan_bytes), changes or {})
    for name, channel in raw["channels"].items():
        addressed(channel, name, addresses)
    raw.get("secrets", {}).pop("endpoint_url", None)
    if "target" in raw:
        raw["target"]["endpoint_url"] = addresses["aws"]
    elif "secrets" in raw:
        raw["secrets"]["endpoint_url"] = addresses["aws"]
    raw.get("legacy", {}).pop("endpoint_url", None)
    if "sms_gateway" in raw:
        raw["sms_gateway"]["endpoint_url"] = addresses["sens"]
    if "guard" in raw:
        raw["guard"]["address"] = f"http://127.0.0.1:{free_port()}"
    raw["clock"] = addresses["clock"] + "/clock"
    head = f"# {source}, pointed at a rehearsal's imitated services on this machine\n"
    return (head + yaml.safe_dump(raw, allow_unicode=True, sort_keys=False, width=120)).encode()
