"""Every key of a plan: what it takes, what it means, what stands for it when it is left out.

The loader, the JSON Schema and docs/plan.md are all made from this one table.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bongsu.planfile import scalars, values
from bongsu.planfile.kinds import Driven
from bongsu.planfile.shapes import Choice, Key, ListOf, MapOf, Path, Record, Shape
from bongsu.planfile.yamlmap import Node, Scalar

if TYPE_CHECKING:
    from bongsu.planfile.problems import Report

MESSAGES = (
    "go_request",
    "start",
    "success",
    "drill",
    "drill_result",
    "page",
    "rollback",
    "hold",
    "watch_summary",
    "no_go",
    "silence",
    "guard_lost",
)
BUILT_IN = ("identity", "legacy_off", "target_off")
"""Checks that the loader puts in front of the baseline; a plan does not write them."""

_SETTLE = timedelta(minutes=5)


def _message(text: str) -> str:
    if text not in MESSAGES:
        raise values.Unfit(f'unknown message "{text}"', f"known: {', '.join(MESSAGES)}")
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchCheck:
    """A check of the watch: written out, or only its kind, which takes the limits that `verify` gives it."""

    written: Driven

    @property
    def type_text(self) -> str:
        """What it takes."""
        return "kind of a check in `verify`, or a check with its own limits"

    def read(self, node: Node, path: Path, report: Report) -> Any:
        """Return the kind as text, or the check."""
        if isinstance(node, Scalar):
            return scalars.NAME.read(node, path, report)
        return self.written.read(node, path, report)

    def schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        return {"anyOf": [scalars.NAME.schema(), self.written.schema()]}


CHECK = Driven(folder="checks", noun="check", built_in=BUILT_IN)
CHANNEL = Driven(folder="channels", noun="channel")
ON_ROLLBACK = Key("on_rollback", Choice(words=("leave_off", "enable")), "what a rollback does with it")
TARGET = Driven(folder="targets", noun="target")
LEGACY = Driven(
    folder="targets",
    noun="target",
    extra=(ON_ROLLBACK,),
    part=("rule", "function", "account", "region", "endpoint_url"),
    needs=("rule",),
)
CONTACTS = ListOf(of=scalars.NAME, unique=True)

_WINDOW = Record(
    keys=(
        Key("start", scalars.MOMENT, "the earliest moment at which the target may be enabled"),
        Key(
            "end",
            scalars.MOMENT,
            "the moment after which it may no longer be; verify and drill must fit before it",
        ),
    )
)
_KEYS = Record(
    keys=(
        Key(
            "buttons",
            scalars.REFERENCE,
            "secret that binds each button to its message; the same after a restart",
        ),
        Key(
            "signers",
            MapOf(key=values.name, of=scalars.FINGERPRINT, key_text="contact", at_least=0),
            "who may sign the evidence, with the fingerprint that `bongsu keygen` prints",
            {},
            shown="{}",
        ),
        Key(
            "timestamps",
            scalars.AUTHORITY,
            "who is to witness the end of the run by a timestamp (RFC 3161): the root certificate's fingerprint",
            None,
        ),
    )
)
_CONTACT = Record(
    keys=(
        Key("name", scalars.TEXT, "as messages call the person"),
        Key("role", scalars.TEXT, "as messages call the role"),
        Key("telegram", scalars.TELEGRAM_USER, "user id; presses from any other are not this person's", None),
        Key("slack", scalars.SLACK_USER, "member id; presses from any other are not this person's", None),
        Key(
            "sms",
            scalars.REFERENCE,
            "reference to the phone number; a number itself has no place in a plan",
            None,
        ),
    )
)
_ALIMTALK = Record(
    keys=(
        Key("service", scalars.TEXT, "service id of the AlimTalks"),
        Key("channel", scalars.TEXT, "the KakaoTalk channel, such as `@example`"),
    )
)
_GATEWAY = Record(
    keys=(
        Key("kind", Choice(words=("sens",)), "Naver Cloud SENS"),
        Key("service", scalars.TEXT, "service id, as in the SENS console"),
        Key("key", scalars.REFERENCE, "secret with `access_key` and `secret_key` as JSON"),
        Key("endpoint_url", scalars.ENDPOINT, "another address for the gateway's API", None),
        Key("alimtalk", _ALIMTALK, "AlimTalks that the workload sends beside texts, counted with them", None),
    )
)
_INTAKE = Record(
    keys=(
        Key("bearer", scalars.REFERENCE, "secret that a sender shows as `Authorization: Bearer …`", None),
        Key("signed", scalars.REFERENCE, "secret with which a sender signs time and body; see serve.md", None),
        Key(
            "sns_topics",
            ListOf(of=scalars.TOPIC, unique=True, at_least=0),
            "topics of Amazon SNS whose messages are taken; SNS signs them itself",
            (),
            shown="[]",
        ),
        Key(
            "on_resolved",
            Choice(words=("leave_open", "close")),
            "what an alarm does to its page when it is over: nothing, or it closes it",
            "leave_open",
            shown="leave_open",
        ),
        Key("reader", scalars.REFERENCE, "password of the live page and of `/runs`; needed beyond this machine", None),
    )
)
_GO = Record(
    keys=(
        Key("approvals", scalars.COUNT, "how many of them must press Go"),
        Key("of", CONTACTS, "whose Go or No-go counts; one No-go ends it"),
        Key("within", scalars.DURATION, "how long they have; it runs before the window and is not part of it"),
    )
)
_FIRST_RUN = Record(
    keys=(
        Key("within", scalars.DURATION, "how long the first invocation may take to appear"),
        Key(
            "settle",
            scalars.DURATION_OR_NONE,
            "how long its deliveries may take to be confirmed after that, and its metrics to come",
            _SETTLE,
            shown=values.length_text(_SETTLE),
        ),
    )
)
_ANNOUNCE = Record(
    keys=(
        Key("to", CONTACTS, "channels that every announcement goes to"),
        Key(
            "languages",
            ListOf(of=Choice(words=("en", "ko")), unique=True),
            "in this order",
            ("en",),
            shown="[en]",
        ),
        Key(
            "lines",
            MapOf(key=_message, of=ListOf(of=scalars.TEXT), key_text="message", at_least=0, words=MESSAGES),
            "the plan's own lines for a message; `{baseline.sms_delivery.accepted}` stands for a measured figure",
            {},
            shown="{}",
        ),
    )
)
_LEVEL = Record(
    keys=(
        Key("page", CONTACTS, "who is paged"),
        Key("for", scalars.DURATION, "how long before the next level is paged as well"),
    )
)
_POLICY = Record(
    keys=(
        Key(
            "ack_sla",
            scalars.DURATION,
            "the promise: somebody acknowledges within this time of the first page",
        ),
        Key("levels", ListOf(of=_LEVEL), "in the order in which they are paged"),
        Key("repeat", scalars.COUNT, "how often all levels are gone through again when nobody answers"),
    )
)
_DRILL = Record(
    keys=(
        Key("policy", scalars.NAME, "the escalation policy that is drilled"),
        Key("everyone", CONTACTS, "who must acknowledge"),
        Key("ack_sla", scalars.DURATION, "within what time each of them must"),
    )
)
_ROLLBACK = Record(
    keys=(
        Key(
            "when",
            ListOf(of=Choice(words=("verify_fails", "no_first_run", "alarm")), unique=True),
            "what is rolled back when nobody decides, people being asked first: a check of the first run or the watch "
            "fails, no first run is found in time, a named alarm fires",
        ),
        Key(
            "when_unknown",
            Choice(words=("page", "roll_back")),
            "what follows when a check could not be measured: people are asked, or it is rolled back once they know",
        ),
        Key(
            "nobody_decides",
            Choice(words=("roll_back", "hold")),
            "what follows when nobody answers the page within `decide`: it is rolled back, or held for a person",
        ),
        Key("detect", scalars.DURATION, "from the trouble to its detection, at most"),
        Key("decide", scalars.DURATION, "from there to the decision, at most"),
        Key("execute", scalars.DURATION, "from there to the read-back of the safe state, at most"),
        Key("total", scalars.DURATION, "all three together, at most: the promise in the start message"),
        Key(
            "settle",
            scalars.TRUTH,
            "whether the workload is invoked to clear up its open claims once the target is off",
            default=False,
            shown="false",
        ),
    )
)
_WATCH = Record(
    keys=(
        Key("for", scalars.DURATION, "how long the new workload is watched after the cutover"),
        Key(
            "every",
            scalars.DURATION,
            "how often it is looked at; no oftener than the schedule starts it: a look in which nothing ran is unknown",
        ),
        Key("checks", ListOf(of=WatchCheck(written=CHECK)), "what is judged each time"),
        Key("report_every", scalars.DURATION, "how often a summary is announced"),
    )
)
_GUARD = Record(
    keys=(
        Key("address", scalars.ENDPOINT, "where `bongsu guard` answers; on this machine or another"),
        Key("key", scalars.REFERENCE, "secret that the run and its guard both have, and sign with"),
        Key("every", scalars.DURATION, "how often the run's own loop says that it lives"),
        Key("silent_after", scalars.DURATION, "after how much silence it looks and then acts; at least 3 `every`"),
        Key(
            "then",
            Choice(words=("page", "restore")),
            "what it does: people are paged and decide, or the target is switched off as well, as a rollback would; "
            "once the success is announced it only pages",
        ),
        Key("policy", scalars.NAME, "the escalation policy by which it pages"),
        Key(
            "missing",
            Choice(words=("refuse", "warn")),
            "what `start` does when the guard does not answer; a run that has begun never stops for that",
            "refuse",
            shown="refuse",
        ),
    )
)
_SECRETS = Record(
    keys=(
        Key("region", scalars.REGION, "region of AWS Secrets Manager; the target's when left out", None),
        Key("endpoint_url", scalars.ENDPOINT, "another address for it; the target's when left out", None),
    )
)


def _named(of: Shape, what: str) -> MapOf:
    return MapOf(key=values.name, of=of, key_text=what, pattern=f"^{values.NAME.pattern}$")


PLAN = Record(
    keys=(
        Key("bongsu", scalars.VERSION, "version of the plan's form"),
        Key("cutover", scalars.TEXT, "what it is called in messages and evidence"),
        Key("captain", scalars.NAME, "the contact who owns the run"),
        Key("timezone", scalars.ZONE, "IANA name; times in the plan are in it, and in messages with UTC beside them"),
        Key("window", _WINDOW, "when production may be changed"),
        Key("keys", _KEYS, "secrets of the run itself, and who may sign for it"),
        Key("contacts", _named(_CONTACT, "name"), "the people"),
        Key("channels", _named(CHANNEL, "name"), "the ways to reach them"),
        Key("target", TARGET, "what is enabled"),
        Key("legacy", LEGACY, "what it replaces; read back as off before the target goes on", None),
        Key(
            "sms_gateway",
            _GATEWAY,
            "whose list of accepted and delivered SMS is read; nothing is sent through it",
            None,
        ),
        Key("secrets", _SECRETS, "where `secret:` references are looked up", {}, shown="{}"),
        Key("baseline", ListOf(of=CHECK), "checks that must pass before the start is announced"),
        Key("go", _GO, "who approves; without it `--go` on the command line is the only word", None),
        Key("first_run", _FIRST_RUN, "the first invocation after the switch"),
        Key("verify", ListOf(of=CHECK), "checks that the first invocation must pass"),
        Key("announce", _ANNOUNCE, "what is told to whom"),
        Key(
            "links",
            MapOf(key=scalars.TEXT.parse, of=scalars.URL, key_text="label", at_least=0),
            "link buttons of the announcements",
            {},
            shown="{}",
        ),
        Key(
            "escalation",
            _named(_POLICY, "name"),
            "who is paged in which order; without it nobody is, and `rollback.nobody_decides` or an order does",
            {},
            shown="{}",
        ),
        Key("intake", _INTAKE, "alarms that `bongsu serve` takes in by HTTP; without it none", None),
        Key("drill", _DRILL, "a rehearsed page in production after the success", None),
        Key("rollback", _ROLLBACK, "what reverses the cutover, and how fast"),
        Key("watch", _WATCH, "the hours after", None),
        Key("guard", _GUARD, "a second process that acts when this one falls silent", None),
        Key(
            "clock",
            scalars.ENDPOINT,
            "address of a rehearsal's clock; only when every endpoint is on this machine",
            None,
        ),
    )
)
_SOME_OR_NONE = ListOf(of=scalars.NAME, at_least=0, unique=True)
_ANNOUNCE_OR_NOT = Record(
    keys=(
        Key(
            "to",
            ListOf(of=scalars.NAME, at_least=0, unique=True),
            "channels that hear of every page too",
            (),
            shown="[]",
        ),
        *(key for key in _ANNOUNCE.keys if key.name != "to"),
    )
)
OF_A_CUTOVER = (
    "window",
    "target",
    "legacy",
    "sms_gateway",
    "baseline",
    "go",
    "first_run",
    "verify",
    "rollback",
    "watch",
    "guard",
)
"""Keys that only a cutover has use for. A plan with none of them, and with an escalation, is for paging alone."""
NEEDED_TO_PAGE = ("escalation",)
PAGING = Record(
    keys=tuple(
        Key(key.name, _ANNOUNCE_OR_NOT, key.meaning, {"to": (), "languages": ("en",), "lines": {}})
        if key.name == "announce"
        else Key(key.name, key.shape, key.meaning)
        if key.name in NEEDED_TO_PAGE
        else key
        for key in PLAN.keys
        if key.name not in OF_A_CUTOVER
    )
)
