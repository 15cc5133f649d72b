"""Whether the calls really go to the account and region that the plan names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bongsu.checks._values import decided, figure, not_read, unknown
from bongsu.core.plan import ReadNeed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bongsu.checks._port import CheckResult
    from bongsu.core.state import Observation

FIGURES = frozenset({"account", "region"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The account and region that the plan's target names."""

    account: str
    """The account number, twelve digits."""
    region: str
    """The region's name."""


def reads(options: Options) -> tuple[ReadNeed, ...]:
    """Return the one reading that says who the caller is."""
    del options
    return (ReadNeed(reading="identity"),)


def judge(options: Options, observations: Mapping[str, Observation]) -> CheckResult:
    """Return PASS only when both account and region are exactly the plan's."""
    absent = not_read(observations, "identity")
    if absent is not None:
        return absent
    seen = observations["identity"]
    account, region = seen.values.get("account"), seen.values.get("region")
    if not (isinstance(account, str) and account and isinstance(region, str) and region):
        return unknown("the service did not say which account and region answer")
    figures = (figure("account", account, seq=seen.seq), figure("region", region, seq=seen.seq))
    if (account, region) == (options.account, options.region):
        why = f"account {account} in {region}, as planned"
        return decided(passed=True, why=why, figures=figures)
    planned = f"the plan names {options.account} in {options.region}"
    return decided(passed=False, why=f"account {account} in {region}; {planned}", figures=figures)
