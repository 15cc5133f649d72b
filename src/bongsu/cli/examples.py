"""Calls of each command as they are typed: at the end of its help, and in docs/cli.md."""

from __future__ import annotations

EXAMPLES: dict[str, tuple[str, ...]] = {
    "check": ("bongsu check plan.yaml", "bongsu check plan.yaml --online"),
    "preview": ("bongsu preview plan.yaml", "bongsu preview plan.yaml success --channel alerts"),
    "rehearse": (
        "bongsu rehearse",
        "bongsu rehearse plan.yaml --out rehearsal",
        "bongsu rehearse --scenario sms-fail",
        "bongsu rehearse --interactive --play on_call",
    ),
    "keygen": ("bongsu keygen james.pem",),
    "start": ("bongsu start plan.yaml --go james", "bongsu start plan.yaml --go james --out evidence/cutover"),
    "resume": ("bongsu resume RUN", "bongsu resume RUN --go-on --by james"),
    "hold": ("bongsu hold RUN --by james --reason 'ticket 12'",),
    "rollback": ("bongsu rollback RUN --by on_call --reason 'ticket 12'",),
    "drill": ("bongsu drill plan.yaml --by james",),
    "page": (
        "bongsu page plan.yaml --summary 'db-1: disk full'",
        "bongsu page plan.yaml --summary 'db-1: disk full' --dedup db-1-disk",
        "bongsu page plan.yaml --dedup db-1-disk --clear",
    ),
    "ack": ("bongsu ack RUN --by on_call",),
    "status": ("bongsu status", "bongsu status RUN", "bongsu status RUN --at 14:07", "bongsu status RUN --json"),
    "resolve": (
        "bongsu resolve RUN success//ops_chat --as accepted --by james",
        "bongsu resolve RUN switch/target/disabled --as done --by james",
    ),
    "evidence": (
        "bongsu evidence RUN",
        "bongsu evidence RUN --compare evidence/rehearsal",
        "bongsu evidence RUN --what-if ack_sla=3m",
        "bongsu evidence RUN --publish copy --key file:names.key",
    ),
    "verify": ("bongsu verify evidence/RUN", "bongsu verify evidence/RUN --json"),
    "sign": ("bongsu sign evidence/RUN --as james --key file:james.pem",),
    "audit": (
        "bongsu audit cutover-log.md",
        "bongsu audit log.md notes.txt --confidence high",
        "bongsu audit log.md --sarif",
    ),
    "serve": ("bongsu serve ops.yaml", "bongsu serve ops.yaml shop.yaml --listen 127.0.0.1:8700"),
    "guard": ("bongsu guard plan.yaml",),
    "database": ("bongsu database bongsu | psql postgresql://owner@db.example/runs",),
    "sandbox": ("bongsu sandbox", "bongsu sandbox plan.yaml --interactive"),
}


def epilog(name: str) -> str:
    """Return the end of a command's help; the mark before it keeps click from wrapping the lines."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in EXAMPLES[name])
