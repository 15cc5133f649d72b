"""IAM for the sandbox: whether an identity's policy allows an action on a resource.

An explicit Deny wins, then an Allow, and what nobody allows is denied. What this evaluation does not know (another
condition, a variable) is refused when the world is made: a policy must not be believed for what was not checked.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

STATEMENT_KEYS = frozenset({"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"})
LISTS = STATEMENT_KEYS - {"Sid", "Effect", "Condition"}
CONDITIONS = frozenset({"StringEquals", "StringNotEquals", "StringLike", "StringNotLike"})
CONDITION_KEYS = frozenset({"aws:requestedregion", "aws:principalaccount"})
ALLOW_ALL: Mapping[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}

Decision = Literal["allowed", "denied", "explicitly denied"]


class BadPolicy(ValueError):
    """A policy document that IAM would not take, or that this evaluation does not understand."""


@dataclass(frozen=True, slots=True)
class _Statement:
    effect: str
    actions: tuple[str, ...]
    actions_but: bool
    resources: tuple[str, ...]
    resources_but: bool
    conditions: tuple[tuple[str, str, tuple[str, ...]], ...]

    def covers(self, action: str, resource: str, context: Mapping[str, str]) -> bool:
        """Return whether the statement speaks about this request."""
        return (
            any(_like(one, action.lower()) for one in self.actions) is not self.actions_but
            and any(_like(one, resource) for one in self.resources) is not self.resources_but
            and all(_holds(*one, context) for one in self.conditions)
        )


class Policy:
    """One identity's policy."""

    def __init__(self, document: Mapping[str, Any], place: Mapping[str, str] | None = None) -> None:
        """Take a policy document as IAM has it; raises BadPolicy naming what is wrong in it.

        `place` holds what is put into its resources for `{region}` and `{account}`.
        """
        if document.get("Version") != "2012-10-17":
            raise BadPolicy(f"policy Version {document.get('Version')!r}, write '2012-10-17'")
        statements = document.get("Statement")
        found = [statements] if isinstance(statements, Mapping) else statements
        if not isinstance(found, list | tuple):
            raise BadPolicy("a policy needs a list under Statement")
        self._statements = [_statement(one, f"Statement[{number}]", place or {}) for number, one in enumerate(found)]

    def decide(self, action: str, resource: str, context: Mapping[str, str]) -> Decision:
        """Return what the policy says of one request; the context has the condition keys in lower case."""
        effects = {one.effect for one in self._statements if one.covers(action, resource, context)}
        if "Deny" in effects:
            return "explicitly denied"
        return "allowed" if "Allow" in effects else "denied"


def _statement(given: Mapping[str, Any], place: str, names: Mapping[str, str]) -> _Statement:
    unknown = sorted(set(given) - STATEMENT_KEYS)
    if unknown:
        raise BadPolicy(f"{place} has no key {unknown[0]!r}")
    if given.get("Effect") not in ("Allow", "Deny"):
        raise BadPolicy(f"{place}.Effect must be Allow or Deny")
    if ("Action" in given) is ("NotAction" in given) or ("Resource" in given) is ("NotResource" in given):
        raise BadPolicy(f"{place} needs one of Action and NotAction, and one of Resource and NotResource")
    texts = {key: _texts(given[key], f"{place}.{key}") for key in LISTS & given.keys()}
    return _Statement(
        effect=given["Effect"],
        actions=tuple(one.lower() for one in texts.get("Action") or texts["NotAction"]),
        actions_but="NotAction" in given,
        resources=tuple(_filled(one, names) for one in texts.get("Resource") or texts["NotResource"]),
        resources_but="NotResource" in given,
        conditions=_conditions(given.get("Condition") or {}, place),
    )


def _filled(text: str, names: Mapping[str, str]) -> str:
    for name, value in names.items():
        text = text.replace(name, value)
    return text


def _texts(value: object, place: str) -> tuple[str, ...]:
    texts = (value,) if isinstance(value, str) else value
    if not isinstance(texts, list | tuple) or not texts or not all(isinstance(one, str) for one in texts):
        raise BadPolicy(f"{place} must be a text or a list of texts")
    if any("${" in one for one in texts):
        raise BadPolicy(f"{place}: the sandbox's IAM knows no policy variables")
    return tuple(texts)


def _conditions(given: Mapping[str, Mapping[str, Any]], place: str) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    found = []
    for operator, keys in given.items():
        for key, value in keys.items():
            if operator not in CONDITIONS or key.lower() not in CONDITION_KEYS:
                raise BadPolicy(f"{place}.Condition: the sandbox's IAM does not know {operator} of {key}")
            found.append((operator, key.lower(), _texts(value, f"{place}.Condition.{operator}.{key}")))
    return tuple(found)


def _holds(operator: str, key: str, values: tuple[str, ...], context: Mapping[str, str]) -> bool:
    actual = context[key]
    among = any(_like(one, actual) for one in values) if operator.endswith("Like") else actual in values
    return among is not ("Not" in operator)


def _like(pattern: str, text: str) -> bool:
    return _pattern(pattern).fullmatch(text) is not None


@lru_cache(maxsize=1024)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)
