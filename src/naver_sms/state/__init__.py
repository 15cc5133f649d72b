"""The workload's memory: one port, and a driver for each place it can lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from naver_sms.state._port import LEASE, Change, Key, Loaded, StatePort

if TYPE_CHECKING:
    from naver_sms.meter import Meter
    from naver_sms.settings import Settings

__all__ = ["LEASE", "Change", "Key", "Loaded", "StatePort", "open_state"]


def open_state(settings: Settings, meter: Meter) -> StatePort:
    """Return the state store that the settings name; only its own driver is imported."""
    if settings.state == "dynamodb":
        from naver_sms.aws import client
        from naver_sms.state.dynamodb import DynamoState, Tables

        tables = Tables(
            sms=settings.sms_table,
            session=settings.session_table,
            lease=settings.runs_table or settings.session_table,
        )
        return DynamoState(client("dynamodb"), tables=tables, meter=meter)
    if settings.state.startswith("sqlite:"):
        from naver_sms.state.sqlite import SqliteState

        return SqliteState(settings.state.removeprefix("sqlite:"), meter=meter)
    from naver_sms.state.memory import MemoryState

    return MemoryState(meter=meter)
