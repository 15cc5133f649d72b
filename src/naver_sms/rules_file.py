"""Reading a rules file: every problem at once, each with its line, its column and what to do. See docs/naver-sms.md."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from typing import TYPE_CHECKING

from naver_sms.law import BASES, Purpose
from naver_sms.record import Kind
from naver_sms.rulebook import EXTRA, KINDS, STATUSES, Rule, RuleBook, Send, StoreBook, When
from naver_sms.yaml_tree import Tree

if TYPE_CHECKING:
    import yaml

CONDITIONS = (
    "status", "record", "open", "fresh", "owed", "starts", "unit", "before_start", "between", "used_within",
    "option_keyword", "min_count", "date_range", "stores",
)  # fmt: skip
CHATS = ("slack", "telegram")
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
DAYS = re.compile(r"([0-9]{1,3})d")
CONFIGURED = "configured"
MINUTES_MAX = 7 * 24 * 60


def read_rules(
    text: str,
    *,
    name: str = "rules",
    keywords: tuple[str, ...] = (),
    store_keywords: dict[str, tuple[str, ...]] | None = None,
) -> tuple[RuleBook, Tree]:
    """Return the rule book of a document, and its tree for further checks at its places.

    Raises RulesError with everything that is wrong with its form.
    """
    tree = Tree(text, name=name)
    tree.end()
    reader = _Reader(tree)
    if tree.root is None:
        raise _empty(tree)
    top = tree.known(tree.root, "the rules file", keys=("rules", "templates", "stores"), needed=("rules",))
    book = RuleBook(
        rules=reader.rules(top.get("rules"), "rules"),
        templates=reader.templates(top.get("templates")),
        stores=reader.stores(top.get("stores")),
        keywords=keywords,
        store_keywords=store_keywords or {},
    )
    tree.end()
    return book, tree


def _empty(tree: Tree) -> Exception:
    from naver_sms.yaml_tree import Problem, RulesError

    return RulesError(tree.name, [Problem(1, 1, "the rules file is empty", "it needs 'rules:'")], "")


class _Reader:
    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    def rules(self, node: yaml.Node | None, what: str) -> tuple[Rule, ...]:
        found: list[Rule] = []
        places: dict[str, int] = {}
        for entry in self._tree.items(node, what):
            rule = self._rule(entry)
            if rule is None:
                continue
            if rule.name in places:
                self._tree.wrong(entry, f"rule '{rule.name}' is given twice", f"its first is line {places[rule.name]}")
            places.setdefault(rule.name, rule.place[0])
            found.append(rule)
        return tuple(found)

    def _rule(self, node: yaml.Node) -> Rule | None:
        tree = self._tree
        keys = ("name", "when", "send", "notify", "unreachable", "enabled", "description")
        parts = tree.known(node, "a rule", keys=keys, needed=("name", "when"))
        name = tree.text(parts.get("name"), "'name'")
        if name and not NAME.fullmatch(name):
            tree.wrong(
                parts["name"], f"the name '{name}' cannot be used", "small letters, digits and hyphens, at most 40"
            )
        if ("send" in parts) == ("notify" in parts):
            tree.wrong(
                node, f"rule '{name}' needs either 'send' or 'notify'", "a text to the customer, or a line to you"
            )
        when = self._when(parts.get("when"))
        send = self._send(parts["send"]) if "send" in parts else None
        notify = tree.words(parts.get("notify"), "'notify'")
        for chat in notify:
            if chat and chat not in CHATS:
                tree.wrong(parts["notify"], f"'notify' is '{chat}', which is not known", f"known: {', '.join(CHATS)}")
        unreachable = tree.one_of(parts.get("unreachable"), "'unreachable'", words=("skip", "report"))
        enabled = tree.one_of(parts.get("enabled"), "'enabled'", words=("true", "false"))
        if not name or enabled == "false":
            return None
        place = self._tree.place(node)
        return Rule(name=name, when=when, send=send, notify=notify, unreachable=unreachable or "skip", place=place)

    def _send(self, node: yaml.Node) -> Send | None:
        tree = self._tree
        needed = ("kind", "template", "purpose")
        parts = tree.known(node, "'send'", keys=(*needed, "basis"), needed=needed)
        kind = tree.one_of(parts.get("kind"), "'kind'", words=KINDS)
        purpose = tree.one_of(parts.get("purpose"), "'purpose'", words=[one.value for one in Purpose])
        basis = tree.one_of(parts.get("basis"), "'basis'", words=BASES)
        if purpose == Purpose.ADVERTISING.value and "basis" not in parts:
            hint = "'basis: transaction': to customers of this store, for six months after their visit"
            tree.wrong(node, "advertising needs its 'basis' in law", hint)
        if purpose == Purpose.INFORMATION.value and "basis" in parts:
            tree.wrong(parts["basis"], "information needs no 'basis'", "leave it out")
        if kind is None or purpose is None:
            return None
        template = tree.text(parts.get("template"), "'template'")
        own = None if kind == EXTRA else Kind(kind)
        return Send(kind=own, template=template, purpose=Purpose(purpose), basis=basis)

    def _when(self, node: yaml.Node | None) -> When:
        tree = self._tree
        parts = tree.known(node, "'when'", keys=CONDITIONS)
        if node is not None and not node.value:
            tree.wrong(node, "a rule needs at least one condition", f"known: {', '.join(CONDITIONS)}")
        if "min_count" in parts and "option_keyword" not in parts:
            tree.wrong(parts["min_count"], "'min_count' counts an option", "add 'option_keyword'")
        most, under = self._before_start(parts.get("before_start"))
        status = tree.words(parts.get("status"), "'status'")
        for code in status:
            if code not in STATUSES:
                hint = "RC03 is confirmed, RC08 is completed; others never get a text"
                tree.wrong(parts["status"], f"'status' is '{code}', which is not known", hint)
        stores = tree.words(parts.get("stores"), "'stores'")
        return When(
            status=status,
            record=tree.one_of(parts.get("record"), "'record'", words=("absent", "present")),
            open=self._kinds(parts.get("open"), "'open'"),
            fresh=self._kinds(parts.get("fresh"), "'fresh'"),
            owed=self._kinds(parts.get("owed"), "'owed'"),
            starts=tree.one_of(parts.get("starts"), "'starts'", words=("future", "past")),
            unit=tree.one_of(parts.get("unit"), "'unit'", words=("time", "day")),
            before_start=most,
            before_start_under=under,
            between=self._between(parts.get("between")),
            used_within=self._days(parts.get("used_within")),
            option_keyword=self._keywords(parts.get("option_keyword")),
            min_count=tree.whole(parts.get("min_count"), "'min_count'", low=1, high=999) or 1,
            date_range=self._dates(parts.get("date_range")),
            stores=stores,
        )

    def _kinds(self, node: yaml.Node | None, what: str) -> tuple[Kind, ...]:
        known = [kind.value for kind in Kind]
        found = self._tree.words(node, what)
        for word in found:
            if node is not None and word not in known:
                self._tree.wrong(node, f"{what} is '{word}', which is not known", f"known: {', '.join(known)}")
        return tuple(Kind(word) for word in found if word in known)

    def _before_start(self, node: yaml.Node | None) -> tuple[timedelta | None, timedelta | None]:
        keys = ("minutes", "less_than_minutes")
        parts = self._tree.known(node, "'before_start'", keys=keys)
        if node is not None and len(parts) != 1:
            self._tree.wrong(node, "'before_start' needs one number of minutes", "such as {minutes: 120}")
        most, under = (self._tree.whole(parts.get(key), f"'{key}'", low=1, high=MINUTES_MAX) for key in keys)
        return (
            None if most is None else timedelta(minutes=most),
            None if under is None else timedelta(minutes=under),
        )

    def _pair(self, node: yaml.Node | None, what: str, like: str) -> tuple[str, str] | None:
        if node is None:
            return None
        found = self._tree.words(node, what)
        if len(found) != 2:
            self._tree.wrong(node, f"{what} needs two values", f"such as {like}")
            return None
        return found[0], found[1]

    def _between(self, node: yaml.Node | None) -> tuple[time, time] | None:
        pair = self._pair(node, "'between'", '["20:00", "20:50"]')
        if node is None or pair is None:
            return None
        times = [CLOCK.fullmatch(one) for one in pair]
        if times[0] is None or times[1] is None or pair[0] == pair[1]:
            self._tree.wrong(
                node, "'between' needs two different Korean times", 'such as ["20:00", "20:50"], in quotes'
            )
            return None
        first, last = (time(int(one[1]), int(one[2])) for one in times if one is not None)
        return first, last

    def _dates(self, node: yaml.Node | None) -> tuple[date, date] | None:
        pair = self._pair(node, "'date_range'", "[2025-10-01, 2025-10-31]")
        if node is None or pair is None:
            return None
        try:
            first, last = (date.fromisoformat(one) for one in pair)
        except ValueError:
            first, last = date.max, date.min
        if first > last:
            self._tree.wrong(node, "'date_range' needs two dates in order", "such as [2025-10-01, 2025-10-31]")
            return None
        return first, last

    def _days(self, node: yaml.Node | None) -> int | None:
        if node is None:
            return None
        found = DAYS.fullmatch(self._tree.text(node, "'used_within'"))
        if found is None:
            self._tree.wrong(node, "'used_within' must be a number of days", "such as 1d: today or yesterday")
            return None
        return int(found[1])

    def _keywords(self, node: yaml.Node | None) -> tuple[str, ...] | None:
        if node is None:
            return None
        words = self._tree.words(node, "'option_keyword'")
        if words == (CONFIGURED,):
            return ()
        if not words:
            self._tree.wrong(node, "'option_keyword' needs a word", f"or '{CONFIGURED}', for those of the settings")
        return words

    def templates(self, node: yaml.Node | None, *, store_id: str = "") -> dict[str, str]:
        parts = self._tree.mapping(node, "'templates'")
        self._tree.templates |= {(store_id, name): value for name, (_, value) in parts.items()}
        return {name: self._tree.text(value, f"template '{name}'") for name, (_, value) in parts.items()}

    def stores(self, node: yaml.Node | None) -> dict[str, StoreBook]:
        found: dict[str, StoreBook] = {}
        for store_id, (_, value) in self._tree.mapping(node, "'stores'").items():
            parts = self._tree.known(value, f"store {store_id}", keys=("rules", "off", "templates"))
            found[store_id] = StoreBook(
                rules=self.rules(parts.get("rules"), f"rules of store {store_id}"),
                off=self._tree.words(parts.get("off"), "'off'"),
                templates=self.templates(parts.get("templates"), store_id=store_id),
            )
        return found
