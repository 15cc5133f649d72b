"""From a plan to the world that a rehearsal puts round it, and to the same plan with that world's addresses."""

from __future__ import annotations

import json
import secrets
import string
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import yaml

from bongsu.core.times import iso
from bongsu.errors import UsageError
from bongsu.messages.words import words_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bongsu.core.plan import ChannelSpec, Plan

BEFORE_THE_WINDOW = timedelta(minutes=10)
LETTERS = string.ascii_uppercase + string.digits
TELEGRAM_LETTERS = string.ascii_letters + string.digits + "_-"
SCOPES = (
    *("chat:write", "channels:read", "channels:history", "groups:read", "groups:history"),
    *("users:read", "im:write", "im:history"),
)
"""What the tutorial has a captain grant the Slack app; the imitation refuses whatever goes beyond."""
ANSWERS_S: Mapping[str, Mapping[str, int]] = {
    "on_call": {"Acknowledge": 15, "Go": 20},
    "ops_manager": {"Acknowledge": 22, "Go": 35},
}
"""How long the people of the seed log take to press; other approvers and drilled contacts take 30 s."""
USUAL_ANSWER_S = 30


def chance(alphabet: str, length: int) -> str:
    """Return letters of chance, as services make their ids and tokens."""
    return "".join(secrets.choice(alphabet) for _ in range(length))


@dataclass(slots=True)
class Provision:
    """What must lie where the plan's references point, so that the rehearsal finds its secrets as a real run does."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    manager: dict[str, Any] = field(default_factory=dict)

    def put(self, reference: str, value: str) -> None:
        """Place a secret where its reference leads: environment, file, or the imitated Secrets Manager."""
        scheme, _, rest = reference.partition(":")
        if scheme == "env":
            self.environment[rest] = value
        elif scheme == "file":
            path = self.folder / rest
            if path.is_absolute() and self.folder not in path.parents:
                raise UsageError(
                    f"a rehearsal does not write {reference!r}", hint="name the secret by a path relative to the plan"
                )
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(value, "utf-8")
            path.chmod(0o600)
        else:
            name, _, inner = rest.partition("#")
            if inner:
                self.manager.setdefault(name, {})[inner] = value
            else:
                self.manager[name] = value


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldPlan:
    """The world to start, and the secrets that belong to it."""

    spec: dict[str, Any]
    provision: Provision


def world_of(
    plan: Plan,
    folder: Path,
    *,
    seed: int,
    changes: Mapping[str, Any] | None = None,
    answers: Mapping[str, Mapping[str, int]] | None = None,
) -> WorldPlan:
    """Return the world in which the plan can be rehearsed, starting ten minutes before its window.

    `changes` is laid over the world's description: how it behaves otherwise than well. `answers` are what a contact
    presses, and after how many seconds, in place of the usual.
    """
    provision = Provision(folder)
    spec: dict[str, Any] = {
        "start_at": iso(plan.window.start - BEFORE_THE_WINDOW),
        "anchor_at": iso(plan.window.start),
        "seed": seed,
        "people": [_person(plan, contact, answers or {}) for contact in plan.contacts],
    }
    ran_before = str((plan.legacy.options if plan.legacy else {}).get("function") or plan.target.facts["Function"])
    spec |= {"history_workload": ran_before, "history_function": ran_before}
    for channel in plan.channels.values():
        if channel.kind == "telegram":
            spec["telegram"] = _telegram(plan, channel, provision)
        elif channel.kind == "slack":
            spec["slack"] = _slack(plan, channel, provision)
        else:
            raise UsageError(
                f"channel {channel.name!r} is of kind {channel.kind!r}, which has no imitation yet",
                hint="rehearse with telegram and slack channels",
            )
    key = plan.keys.get("buttons")
    if key is not None:
        provision.put(str(key), chance(string.ascii_letters, 40))
    access = {"access_key": "EXAMPLE" + chance(LETTERS, 13), "secret_key": chance(string.ascii_letters, 40)}
    provision.manager["example/sens"] = access
    if plan.gateway is not None:
        provision.put(str(plan.gateway.options["key"]), json.dumps(access))
        access = {**access, "service_id": str(plan.gateway.options["service"])}
    spec["sens"] = access
    spec["aws"] = _aws(plan, provision)
    return WorldPlan(spec=laid_over(spec, changes or {}), provision=provision)


def laid_over(base: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the description with the changes in place; mappings inside are merged, all else is replaced."""
    merged = dict(base)
    for name, value in changes.items():
        inner = merged.get(name)
        merged[name] = laid_over(inner, value) if isinstance(inner, dict) and isinstance(value, dict) else value
    return merged


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
        "account": facts["Account"],
        "region": facts["Region"],
        "access_keys": {key_id: "captain"},
        "secrets": texts,
    }


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


def _telegram(plan: Plan, channel: ChannelSpec, provision: Provision) -> dict[str, Any]:
    bot_id = secrets.randbelow(8_000_000_000) + 1_000_000_000
    token = f"{bot_id}:{chance(TELEGRAM_LETTERS, 35)}"
    provision.put(str(channel.options["token"]), token)
    people = {int(c.addresses["telegram"]): c.name for c in plan.contacts.values() if "telegram" in c.addresses}
    chat_id = int(channel.to)
    group = {
        "id": chat_id,
        "kind": "private" if chat_id > 0 else "supergroup" if chat_id <= -1_000_000_000_000 else "group",
        "title": channel.name,
        "members": sorted(people),
    }
    return {
        "bot_token": token,
        "bot_id": bot_id,
        "bot_username": "bongsu_rehearsal_bot",
        "chats": [group],
        "users": [{"id": number, "first_name": name} for number, name in sorted(people.items())],
    }


def _slack(plan: Plan, channel: ChannelSpec, provision: Provision) -> dict[str, Any]:
    team_number = secrets.randbelow(10**13)
    bot_token = "-".join(
        ("xoxb", f"{team_number:013d}", f"{secrets.randbelow(10**13):013d}", chance(TELEGRAM_LETTERS[:62], 24))
    )
    app_id = "A" + chance(LETTERS, 10)
    app_token = "-".join(
        ("xapp", "1", app_id, f"{secrets.randbelow(10**13):013d}", chance(string.hexdigits.lower()[:16], 64))
    )
    provision.put(str(channel.options["token"]), bot_token)
    if channel.options.get("app_token"):
        provision.put(str(channel.options["app_token"]), app_token)
    people = {c.addresses["slack"]: c for c in plan.contacts.values() if "slack" in c.addresses}
    return {
        "team_id": "T" + chance(LETTERS, 10),
        "bot_token": bot_token,
        "app_token": app_token,
        "bot_user_id": "U" + chance(LETTERS, 10),
        "bot_id": "B" + chance(LETTERS, 10),
        "app_id": app_id,
        "scopes": list(SCOPES),
        "channels": [{"id": channel.to, "name": channel.name, "members": sorted(people)}],
        "users": [{"id": user, "name": c.id, "real_name": c.name} for user, c in sorted(people.items())],
    }


def with_addresses(
    plan_bytes: bytes, addresses: Mapping[str, str], source: str, *, changes: Mapping[str, Any] | None = None
) -> bytes:
    """Return the plan with a rehearsal's addresses in it and the changes laid over it; its comments are left behind."""
    raw = laid_over(yaml.safe_load(plan_bytes), changes or {})
    for channel in raw["channels"].values():
        slack = channel["kind"] == "slack"
        channel["api_url"] = addresses["slack"] + "/api/" if slack else addresses["telegram"]
    raw["target"]["endpoint_url"] = addresses["aws"]
    raw.get("legacy", {}).pop("endpoint_url", None)
    raw.get("secrets", {}).pop("endpoint_url", None)
    if "sms_gateway" in raw:
        raw["sms_gateway"]["endpoint_url"] = addresses["sens"]
    raw["clock"] = addresses["clock"] + "/clock"
    head = f"# {source}, pointed at a rehearsal's imitated services on this machine\n"
    return (head + yaml.safe_dump(raw, allow_unicode=True, sort_keys=False, width=120)).encode()
