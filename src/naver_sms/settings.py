"""Settings of one run, read from the environment and one JSON or YAML document.

Every setting has one name. In the document it is written as below; as an environment variable it is
`NAVER_SMS_` + the name in capitals (`sens_rate` -> `NAVER_SMS_SENS_RATE`). The environment wins over the
document. Stores, templates and the owner's decision about event texts come from the document only.

The document
------------
`NAVER_SMS_SETTINGS`       the JSON text itself (begins with `{`), or a reference to it:
                           `file:PATH` (.json, .yaml, .yml) or `secret:NAME` (AWS Secrets Manager).
                           A path that stands in a settings file begins in that file's folder.
                           Unknown keys are refused; every problem is named at once.

Where things are
----------------
naver_url                  default `https://partner.booking.naver.com`
sens_url                   default `https://sens.apigw.ntruss.com`
clock_url                  optional; GET answers `{"now": "<ISO time with zone>"}`. Accepted only when
                           naver_url, sens_url and, if any AWS service is used, `AWS_ENDPOINT_URL` are loopback.
state                      `dynamodb` (default), `sqlite:PATH` or `memory` (tests: forgets at the end of the process)
sms_table                  default `sms`; DynamoDB only
session_table              default `session`; holds the cookies of `cookies: table:...` and, without `runs_table`,
                           the run's lease as the item `lease#naver_sms`
runs_table                 optional: the lease lies there instead
legacy_rows                `scan` (default): rows that the legacy wrote, which no index knows, are found by a scan of
                           all pages; `ignore`: once none are left
AWS itself is reached as its tools reach it: `AWS_REGION`, `AWS_ENDPOINT_URL`, `AWS_ACCESS_KEY_ID` and so on.

Keys (references, never values; nothing of them is ever printed)
----------------------------------------------------------------
cookies                    `file:PATH` (mode 0600), `secret:NAME` or `table:ID` (row of the session table; with SQLite
                           the table `session` in the same file). Content: a JSON list of
                           {name, value, domain, path, ...}; also {"cookies": [that list], "fetched_at": iso}
sens_service_id            such as `ncp:sms:kr:100000000001:example`
sens_key                   `env` (default): `NAVER_SMS_SENS_ACCESS_KEY` and `NAVER_SMS_SENS_SECRET_KEY`;
                           or `secret:NAME`: a JSON secret {"access_key", "secret_key"}
salt                       optional, `env:NAME` or `secret:NAME`: the salt of keyed hashes; without it each run has
                           one of its own, and hashes of different runs cannot be compared

Who and what
------------
function                   name in report and metrics; default `AWS_LAMBDA_FUNCTION_NAME`, else `naver-sms`
stores                     list of {id, name, alias, enabled=true, from_number=None, option_keywords=None,
                           channel=sms, quiet=None, cookies=None}; `cookies`: of the account that the store belongs
                           to, if it is another one; `quiet: ["22:00", "08:00"]`: no confirm leaves at these Korean
                           times of day, it waits; a guide never waits, a door code is of use at once or not at all;
                           `channel: alimtalk` sends confirm and guide over KakaoTalk where `alimtalk`
                           has a template for them, with a text in its place where that fails
alimtalk                   {service_id, channel, templates: {"confirm" or "guide/<store id>": template code}}; needs
                           `parity_mode: corrected`, since the legacy sent texts
templates                  {"confirm": text, "event": text, "guide/<store id>": text for every enabled store}
subject                    of every text, at most 40 bytes
default_from_number        digits; sends confirm and event, and guide of a store without its own number
option_keywords            default ["네이버", "인스타", "원본"]
mode                       `live` (default); `dry-run` and `shadow`: read and decide, write and send nothing (dry-run
                           prints what would be sent, masked); `adopt`: once, on taking over a shop whose customers
                           have had their confirms: every booking gets a record with the flags that the legacy would
                           have left, and nobody gets a text
parity_mode                `strict` (default): decide as the legacy's tables do, row by row; `corrected`: without its
                           oddities (see `naver_sms.corrected`). A cutover that asks for full parity runs strict and
                           switches to corrected afterwards, as a second, smaller change
rules                      optional, `file:PATH` or `secret:NAME`: the owner's rules file in place of the built-in rules
                           (docs/naver-sms.md); templates may then stand there as well
codes                      optional, `env:NAME`, `file:PATH` (mode 0600) or `secret:NAME`: JSON {name: text}, or
                           {store id: {name: text}}, for `{code.NAME}` in the templates of a rules file: door codes,
                           Wi-Fi keys. They are in the texts that leave and nowhere else
sender_name                who sends, for `(광고)` texts; optional until a rule advertises
optout_number              the 080 number for refusing advertising free of charge; the same
registered_numbers         optional list of digits: the caller ids registered at SENS; any other sender is refused
telegram                   optional {token, chat_id}: where the owner gets a digest after each run; the token is a
                           reference, `env:NAME` or `secret:NAME`
slack                      optional {token, channel}: the same in Slack
digest                     `every` (default): after every run; `work`: only when a text was due or something is wrong
language                   of digests and alerts, `en` (default) or `ko`
event_as_information       {by, on}: the owner's recorded decision to send the event text as information. Without it
                           event texts are due but skipped, unless a rules file sends them as advertising

Pace (numbers may be text; `none` = no limit where it says so)
-------------------------------------------------------------
sends_at_once              1-50, default 10
sens_rate                  sends a second, default 5, `none` allowed
page_pause_s               seconds between the starts of two list pages of one store, default 1, 0 allowed
answer_wait_s              1-30, how long SENS's answer to one call is waited for, default 10
delivery_wait_s            how long results are waited for, default 60, 0 = not at all
deadline_s                 of the whole run, default 280; on Lambda never more than the time left less 15 s
lease_s                    length of the run's lease, default 330
recheck_after_s            age of a store's list at which a guide is looked up once more before it goes out, default 60
settle_after_s             age of a claim before its outcome is looked up, default 120
close_after_days           a record still waiting for its event text is closed after this, default 7
lambda_raises              `true` (default): partial, auth_expired, config_error and failed raise in the handler
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from naver_sms.errors import ConfigError
from naver_sms.settings_reader import Reader, read_document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from naver_sms.rulebook import RuleBook

NAVER_URL = "https://partner.booking.naver.com"
SENS_URL = "https://sens.apigw.ntruss.com"
TELEGRAM_URL = "https://api.telegram.org"
SLACK_URL = "https://slack.com/api"
DEFAULT_FUNCTION = "naver-sms"
KEYWORDS = ("네이버", "인스타", "원본")
MODES = ("live", "dry-run", "shadow", "adopt")
LOOKING = frozenset({"dry-run", "shadow"})
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """One store of the owner; `id` is Naver's businessId as text."""

    id: str
    name: str
    alias: str
    enabled: bool = True
    from_number: str | None = None
    option_keywords: tuple[str, ...] | None = None
    channel: str = "sms"
    cookies: str | None = None
    """Where the cookies of its account are, when it is not that of the settings."""
    quiet: tuple[str, ...] = ()
    """Two Korean times of day between which no confirm leaves; it may go over midnight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alimtalk:
    """A KakaoTalk channel at SENS, and its approved templates by the names of the texts."""

    service_id: str
    channel: str
    templates: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """Where the owner reads: a reference to the bot's token, and a chat or channel."""

    token: str
    place: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerDecision:
    """Who decided, and when, that the event text goes out as information."""

    by: str
    on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything a run needs to know before it starts; see the text at the head of this file."""

    stores: tuple[Store, ...]
    templates: Mapping[str, str]
    subject: str
    default_from_number: str
    sens_service_id: str
    cookies: str
    sens_key: str = "env"
    salt: str | None = None
    function: str = DEFAULT_FUNCTION
    naver_url: str = NAVER_URL
    sens_url: str = SENS_URL
    clock_url: str | None = None
    state: str = "dynamodb"
    sms_table: str = "sms"
    session_table: str = "session"
    runs_table: str | None = None
    legacy_rows: str = "scan"
    option_keywords: tuple[str, ...] = KEYWORDS
    alimtalk: Alimtalk | None = None
    mode: str = "live"
    parity_mode: str = "strict"
    event_as_information: OwnerDecision | None = None
    rules: str | None = None
    rulebook: RuleBook | None = None
    codes: str | None = None
    code_values: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    """By store, `*` for all of them, what `{code.NAME}` stands for."""
    sender_name: str | None = None
    optout_number: str | None = None
    registered_numbers: tuple[str, ...] = ()
    telegram: Chat | None = None
    slack: Chat | None = None
    digest: str = "every"
    language: str = "en"
    sends_at_once: int = 10
    sens_rate: int | None = 5
    page_pause_s: float = 1.0
    answer_wait_s: int = 10
    delivery_wait_s: float = 60.0
    deadline_s: float = 280.0
    lease_s: int = 330
    recheck_after_s: int = 60
    settle_after_s: int = 120
    close_after_days: int = 7
    lambda_raises: bool = True
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def looks_only(self) -> bool:
        """Whether nothing may be written and nothing sent."""
        return self.mode in LOOKING

    @property
    def corrected(self) -> bool:
        """Whether the rules leave out the legacy's oddities."""
        return self.parity_mode == "corrected"

    @property
    def enabled(self) -> tuple[Store, ...]:
        """The stores that take part, in the order of the settings."""
        return tuple(store for store in self.stores if store.enabled)


def is_loopback(url: str) -> bool:
    """Whether the address names this machine."""
    return urlsplit(url).hostname in LOOPBACK


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings that the environment and its document describe.

    Raises ConfigError with every problem found.
    """
    env = dict(os.environ if environ is None else environ)
    reader = Reader(document=read_document(env), environ=env)
    settings = _build(reader, env)
    problems = reader.problems + reader.unknown_keys()
    if settings is not None:
        from naver_sms.settings_check import problems_of

        problems += problems_of(settings)
    if problems or settings is None:
        raise ConfigError(problems)
    if settings.rules is None:
        return settings
    from naver_sms.rules_check import with_rules

    return with_rules(settings)


def _build(reader: Reader, env: Mapping[str, str]) -> Settings | None:
    values: dict[str, Any] = {
        "stores": _stores(reader),
        "templates": reader.texts("templates"),
        "subject": reader.text("subject"),
        "default_from_number": reader.text("default_from_number"),
        "sens_service_id": reader.text("sens_service_id"),
        "cookies": reader.text("cookies"),
        "sens_key": reader.text("sens_key", "env"),
        "salt": reader.optional("salt"),
        "function": reader.text("function", env.get("AWS_LAMBDA_FUNCTION_NAME", DEFAULT_FUNCTION)),
        "naver_url": reader.text("naver_url", NAVER_URL).rstrip("/"),
        "sens_url": reader.text("sens_url", SENS_URL).rstrip("/"),
        "clock_url": reader.optional("clock_url"),
        "state": reader.text("state", "dynamodb"),
        "sms_table": reader.text("sms_table", "sms"),
        "session_table": reader.text("session_table", "session"),
        "runs_table": reader.optional("runs_table"),
        "legacy_rows": reader.text("legacy_rows", "scan"),
        "option_keywords": reader.words("option_keywords", KEYWORDS),
        "alimtalk": _alimtalk(reader),
        "mode": reader.text("mode", "live"),
        "parity_mode": reader.text("parity_mode", "strict"),
        "event_as_information": _decision(reader),
        **_of_owner(reader),
        "sends_at_once": reader.whole("sends_at_once", 10, low=1, high=50),
        "sens_rate": reader.whole_or_none("sens_rate", 5, low=1, high=1000),
        "page_pause_s": reader.seconds("page_pause_s", "1"),
        "answer_wait_s": reader.whole("answer_wait_s", 10, low=1, high=30),
        "delivery_wait_s": reader.seconds("delivery_wait_s", "60"),
        "deadline_s": reader.seconds("deadline_s", "280"),
        "lease_s": reader.whole("lease_s", 330, low=1, high=3600),
        "recheck_after_s": reader.whole("recheck_after_s", 60, low=0, high=86_400),
        "settle_after_s": reader.whole("settle_after_s", 120, low=0, high=86_400),
        "close_after_days": reader.whole("close_after_days", 7, low=1, high=365),
        "lambda_raises": reader.switch("lambda_raises", default=True),
    }
    return None if reader.problems else Settings(**values, environ=env)


def _of_owner(reader: Reader) -> dict[str, Any]:
    return {
        "rules": reader.optional("rules"),
        "codes": reader.optional("codes"),
        "sender_name": reader.optional("sender_name"),
        "optout_number": reader.optional("optout_number"),
        "registered_numbers": reader.words("registered_numbers", ()),
        "telegram": _chat(reader, "telegram", place="chat_id", url=TELEGRAM_URL),
        "slack": _chat(reader, "slack", place="channel", url=SLACK_URL),
        "digest": reader.text("digest", "every"),
        "language": reader.text("language", "en"),
    }


def _chat(reader: Reader, name: str, *, place: str, url: str) -> Chat | None:
    raw = reader.mapping(name)
    if raw is None:
        return None
    inner = reader.inside(raw, name)
    made = Chat(token=inner.text("token"), place=inner.text(place), url=inner.text("url", url).rstrip("/"))
    reader.problems += inner.problems + inner.unknown_keys()
    return made


def _stores(reader: Reader) -> tuple[Store, ...]:
    found: list[Store] = []
    for index, item in enumerate(reader.items("stores")):
        inner = reader.inside(item, f"stores[{index}]")
        store = Store(
            id=inner.text("id"),
            name=inner.text("name"),
            alias=inner.text("alias"),
            enabled=inner.switch("enabled", default=True),
            from_number=inner.optional("from_number"),
            option_keywords=inner.words("option_keywords", ()) or None,
            channel=inner.text("channel", "sms"),
            quiet=inner.words("quiet", ()),
            cookies=inner.optional("cookies"),
        )
        found.append(store)
        reader.problems += inner.problems + inner.unknown_keys()
    return tuple(found)


def _alimtalk(reader: Reader) -> Alimtalk | None:
    raw = reader.mapping("alimtalk")
    if raw is None:
        return None
    inner = reader.inside(raw, "alimtalk")
    made = Alimtalk(
        service_id=inner.text("service_id"), channel=inner.text("channel"), templates=inner.texts("templates")
    )
    reader.problems += inner.problems + inner.unknown_keys()
    return made


def _decision(reader: Reader) -> OwnerDecision | None:
    raw = reader.mapping("event_as_information")
    if raw is None:
        return None
    inner = reader.inside(raw, "event_as_information")
    decision = OwnerDecision(by=inner.text("by"), on=inner.text("on"))
    reader.problems += inner.problems + inner.unknown_keys()
    return decision
