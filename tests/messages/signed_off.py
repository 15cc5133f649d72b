"""The plan of the seed's cutover, built directly: what a captain would have signed off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bongsu import checks
from bongsu.core.plan import (
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
    Level,
    Plan,
    RollbackRule,
    SwitchSpec,
    Watch,
    Window,
)

ALARMS = ("lambda-errors", "lambda-duration", "ddb-throttles")
KST = ZoneInfo("Asia/Seoul")


def at(clock: str, day: int = 22) -> datetime:
    """Return a time of day in Seoul on that October day of 2025, in UTC."""
    return datetime.fromisoformat(f"2025-10-{day}T{clock}").replace(tzinfo=KST).astimezone(UTC)


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def spec(kind: str, **options: object) -> CheckSpec:
    module = checks.check_of(kind)
    return CheckSpec(name=kind, kind=kind, options=options, reads=module.reads(module.Options(**options)))


HUNDRED = Decimal(100)
BASELINE = (
    spec("identity", account="000000000000", region="ap-northeast-2"),
    spec("legacy_off"),
    spec("target_off"),
    spec("parity", from_="file:parity.json", at_least=HUNDRED),
    spec("sms_delivery", over=timedelta(days=7), at_least=Decimal(99)),
    spec("alarms", named=ALARMS),
)
VERIFY = (
    spec("sms_delivery", at_least=HUNDRED),
    spec("state_writes", at_least=HUNDRED),
    spec("duration", at_most=timedelta(seconds=240)),
    spec("memory", at_most=Decimal(90)),
    spec("error_rate", at_most=Decimal(0)),
    spec("parity", at_least=HUNDRED),
)
WATCH = (
    spec("error_rate", at_most=Decimal(0)),
    spec("duration", at_most=timedelta(seconds=240)),
    spec("sms_delivery", at_least=HUNDRED),
    spec("alarms", named=ALARMS),
)


def plan() -> Plan:
    """Return the plan of the seed's cutover."""
    channels = (
        ChannelSpec(name="ops_chat", kind="telegram", to="-1000000000001"),
        ChannelSpec(name="alerts", kind="slack", to="C00000001"),
    )
    target = {
        "rule": "naver-sms-automation-trigger",
        "function": "naverplace_send_inform_v2",
        "account": "000000000000",
        "region": "ap-northeast-2",
    }
    return Plan(
        cutover="Naver SMS Automation Lambda Migration",
        captain="james",
        timezone=KST,
        window=Window(start=at("14:00:00"), end=at("15:00:00")),
        contacts={contact.id: contact for contact in _contacts()},
        channels={channel.name: channel for channel in channels},
        announce=_announce(),
        target=SwitchSpec(kind="eventbridge_lambda", facts=target),
        legacy=SwitchSpec(kind="eventbridge_lambda", facts={"rule": "naverplace-send-inform-schedule"}),
        gateway=GatewaySpec(kind="sens"),
        baseline=BASELINE,
        go=Go(approvals=2, of=("on_call", "ops_manager"), within=minutes(30)),
        first_run=FirstRun(within=minutes(25), settle=minutes(5)),
        verify=VERIFY,
        escalation={"critical": _policy()},
        drill=Drill(policy="critical", everyone=("on_call", "ops_manager"), ack_sla=minutes(15)),
        rollback=_rollback(),
        watch=Watch(length=timedelta(hours=24), every=minutes(20), checks=WATCH, report_every=timedelta(hours=24)),
        guard=GuardSpec(
            address="http://127.0.0.1:8090",
            key="env:BONGSU_GUARD_KEY",
            every=timedelta(seconds=5),
            silent_after=timedelta(seconds=30),
            then="restore",
            policy="critical",
        ),
    )


def _contacts() -> tuple[Contact, ...]:
    james = {"telegram": "100000001", "slack": "U00000001"}
    on_call = {"telegram": "100000002", "slack": "U00000002"}
    return (
        Contact(id="james", name="James", role="Release Captain", addresses=james),
        Contact(id="on_call", name="On-Call Engineer", role="Technical Lead", addresses=on_call),
        Contact(id="ops_manager", name="Operations Manager", role="Ops Lead", addresses={"slack": "U00000003"}),
    )


def _announce() -> Announce:
    return Announce(
        to=("ops_chat", "alerts"),
        links={
            "View Dashboard": "https://console.aws.amazon.com/cloudwatch/home?region=ap-northeast-2#dashboards",
            "View Logs": "https://console.aws.amazon.com/cloudwatch/home?region=ap-northeast-2#logsV2:log-groups",
        },
        lines={
            "start": ("Legacy compared on {baseline.parity.compared} recorded decisions",),
            "success": ("Cookies are renewed by hand until Friday", "Never measured: {verify.refunds.percent}"),
        },
    )


def _rollback() -> RollbackRule:
    return RollbackRule(
        when=("verify_fails", "no_first_run", "alarm"),
        when_unknown="page",
        nobody_decides="roll_back",
        detect=minutes(10),
        decide=minutes(10),
        execute=minutes(15),
        total=minutes(35),
    )


def _policy() -> EscalationPolicy:
    return EscalationPolicy(
        name="critical",
        ack_sla=minutes(15),
        levels=(
            Level(page=("on_call",), wait=minutes(5)),
            Level(page=("on_call", "ops_manager"), wait=minutes(5)),
            Level(page=("james",), wait=minutes(5)),
        ),
        repeat=2,
    )
