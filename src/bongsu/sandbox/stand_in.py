"""What an imitated account is given of a plan's own names, so that the plan can be rehearsed as it will be signed off.

Only what the account has not got is added: whoever describes a rule or a function of their own keeps that. A function
that is added does nothing and ends well; what takes its place in earnest, a rehearsal cannot know. The example's own
rules go where somebody's functions have taken the place of the example's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from bongsu.sandbox.aws_alarms import AlarmSpec
from bongsu.sandbox.aws_lambda import FunctionSpec
from bongsu.sandbox.naver_defaults import naver_aws, sms_table
from bongsu.sandbox.scheduler import RuleSpec

if TYPE_CHECKING:
    from bongsu.sandbox.aws_world import AwsSpec

HANDLER = "bongsu.sandbox.does_nothing.handler"


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """The names in a plan; `legacy_rule`, `legacy_function`, `log_group` and `table` are empty when it has none.

    `alarms` fire at the first failed invocation of the function.
    """

    rule: str
    function: str
    log_group: str = ""
    legacy_rule: str = ""
    legacy_function: str = ""
    table: str = ""
    alarms: tuple[str, ...] = ()


def with_stand_in(account: AwsSpec, named: StandIn) -> AwsSpec:
    """Return the account with everything in it that a plan names."""
    functions = list(account.functions)
    if named.function not in {one.name for one in functions}:
        functions.append(FunctionSpec(name=named.function, handler=HANDLER, log_group=named.log_group))
    if named.legacy_function and named.legacy_function not in {one.name for one in functions}:
        functions.append(FunctionSpec(name=named.legacy_function))
    examples, names = naver_aws().rules, {one.name for one in functions}
    rules = [one for one in account.rules if one.function in names or one not in examples]
    for rule, function in ((named.rule, named.function), (named.legacy_rule, named.legacy_function)):
        if rule and rule not in {one.name for one in rules}:
            rules.append(RuleSpec(name=rule, function=function))
    there = {one.name for one in account.alarms}
    alarms = [_alarm(name, named.function) for name in named.alarms if name not in there]
    tables = list(account.tables)
    if named.table and named.table not in {one["TableName"] for one in tables}:
        tables.append(sms_table(named.table))
    return replace(
        account,
        functions=tuple(functions),
        rules=tuple(rules),
        alarms=(*account.alarms, *alarms),
        tables=tuple(tables),
    )


def _alarm(name: str, function: str) -> AlarmSpec:
    return AlarmSpec(
        name=name,
        namespace="AWS/Lambda",
        metric="Errors",
        dimensions={"FunctionName": function},
        threshold=Decimal(1),
        comparison="GreaterThanOrEqualToThreshold",
        description="an invocation failed",
    )
