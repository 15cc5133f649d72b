"""The rules file of the settings: read, and every rule tried on every store before anything is asked or sent."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from naver_sms.codes import with_codes
from naver_sms.errors import ConfigError, why_of
from naver_sms.law import Purpose, doubts_of_information
from naver_sms.record import Kind
from naver_sms.rendering import OF_BOOKING, finished, problems_of_template, template_key, template_of
from naver_sms.rules_file import read_rules
from naver_sms.yaml_tree import Problem, RulesError
from sens.limits import size_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from naver_sms.rulebook import Rule, RuleBook
    from naver_sms.settings import Settings, Store
    from naver_sms.yaml_tree import Tree

SHIPPED = ("default", "legacy")
OF_RULE = re.compile(r"(?: of )?rule '[^']*'")


def shipped(name: str) -> str:
    """Return the text of a rules file that comes with the program: `default` or `legacy`."""
    return files("naver_sms").joinpath("rules", f"{name}.yaml").read_text("utf-8")


def with_rules(settings: Settings) -> Settings:
    """Return the settings with the rule book that they name. Raises RulesError, or ConfigError when it is not there."""
    reference = settings.rules or ""
    kind, _, name = reference.partition(":")
    if kind == "file" and name:
        try:
            text = Path(name).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as exc:
            raise ConfigError([f"rules file '{name}' cannot be read ({why_of(exc)})"]) from None
    elif kind == "secret" and name:
        from naver_sms.credentials import secret_text

        text = secret_text(name)
    else:
        raise ConfigError(["'rules' must be 'file:PATH' or 'secret:NAME'"])
    return using(settings, text, name=name)


def using(settings: Settings, text: str, *, name: str = "rules") -> Settings:
    """Return the settings with the rule book in `text`. Raises RulesError with everything that is wrong with it."""
    settings = with_codes(settings)
    own = {store.id: store.option_keywords for store in settings.enabled if store.option_keywords}
    book, tree = read_rules(text, name=name, keywords=settings.option_keywords, store_keywords=own)
    # What several rules have in common is said once, of the first.
    found: dict[str, Problem] = {}
    for problem in _problems(settings, book, tree):
        found.setdefault(OF_RULE.sub("", problem.text), problem)
    if found:
        raise RulesError(name, found.values(), text)
    return replace(settings, rulebook=book)


def _problems(settings: Settings, book: RuleBook, tree: Tree) -> Iterator[Problem]:
    known = {store.id for store in settings.stores}
    for store_id, own in book.stores.items():
        if store_id not in known:
            yield Problem(*(own.rules[0].place if own.rules else (1, 1)), f"store '{store_id}' is not in the settings")
    every = {rule.name: rule for store in settings.enabled for rule in book.of(store.id)}
    for rule in every.values():
        for store_id in rule.when.stores:
            if store_id not in known:
                yield Problem(*rule.place, f"rule '{rule.name}': store '{store_id}' is not in the settings")
    for store in settings.enabled:
        for rule in book.of(store.id):
            yield from _of_rule(settings, rule, store, tree=tree, book=book)


def _of_rule(settings: Settings, rule: Rule, store: Store, *, tree: Tree, book: RuleBook) -> Iterator[Problem]:
    send = rule.send
    if send is None:
        for chat in rule.notify:
            if getattr(settings, chat, None) is None:
                hint = f"set '{chat}' in the settings, or leave it out"
                yield Problem(*rule.place, f"rule '{rule.name}' writes to {chat}, which is not set up", hint)
        return
    if rule.when.stores and store.id not in rule.when.stores:
        return
    as_information = send.kind is Kind.EVENT and send.purpose is Purpose.INFORMATION
    if as_information and settings.event_as_information is None:
        hint = "'purpose: advertising', or 'event_as_information: {by, on}' in the settings"
        yield Problem(*rule.place, f"rule '{rule.name}': the event text as information is the owner's decision", hint)
    key = template_key(send, store)
    template = template_of(settings, book, store, key)
    if "{" in key or template is None:
        hint = f"write '{key}' under 'templates'"
        yield Problem(*rule.place, f"rule '{rule.name}': store {store.id} has no text '{key}'", hint)
        return
    for one in problems_of_template(settings, store, template, send=send):
        node = tree.templates.get((store.id, key)) or tree.templates.get(("", key))
        place = rule.place if node is None else tree.place(node, _culprit(one, template))
        yield Problem(*place, f"template '{key}' of rule '{rule.name}': {one}", _advice(one))


def _culprit(problem: str, template: str) -> str:
    """Return the part of the template that a problem is about, or nothing."""
    refused = next((one for one in template if f"U+{ord(one):04X} " in problem), "")
    named = re.search(r"'(\{[^']*)\}'", problem)
    return refused or (named[1] if named else "")


def _advice(problem: str) -> str:
    return f"known: {', '.join(OF_BOOKING)} and those of store, sender and optout" if "placeholder" in problem else ""


def doubts(settings: Settings) -> list[str]:
    """Name what a person should look at: information texts that read like advertising."""
    if settings.rulebook is None:
        return []
    found: list[str] = []
    for store in settings.enabled:
        for rule in settings.rulebook.of(store.id):
            if rule.send is None or rule.send.purpose is not Purpose.INFORMATION:
                continue
            key = template_key(rule.send, store)
            words = doubts_of_information(template_of(settings, settings.rulebook, store, key) or "")
            if words:
                found.append(
                    f"rule '{rule.name}', template '{key}': '{words[0]}' may make advertising of it (see 'purpose')"
                )
    return sorted(set(found))


def summary(settings: Settings) -> list[str]:
    """Return one line for each rule and store: what it sends, as which type, of how many bytes."""
    book = settings.rulebook
    found: list[str] = []
    for store in settings.enabled if book is not None else ():
        for rule in book.of(store.id) if book is not None else ():
            if rule.send is None:
                found.append(f"{store.alias:<6}  {rule.name:<16}  to {', '.join(rule.notify)}")
            elif book is not None and (not rule.when.stores or store.id in rule.when.stores):
                key = template_key(rule.send, store)
                text = finished(settings, rule.send, template_of(settings, book, store, key) or "")
                kind = rule.send.kind.value if rule.send.kind else "extra"
                size = f"{size_bytes(text)} bytes before its values"
                found.append(
                    f"{store.alias:<6}  {rule.name:<16}  {kind:<7}  {rule.send.purpose.value:<11}  {key}, {size}"
                )
    return found
