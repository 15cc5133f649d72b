"""bongsu's own form of an alarm: a small JSON object, for whatever can post one.

`summary` is told to people, and the only key that is needed. `key` names the matter (each alarm is its own without
one), `severity` an escalation policy, `status` is `firing` or `resolved`, `delivery` the id of this one request.
"""

from __future__ import annotations

from bongsu.channels._json import object_of
from bongsu.intake._port import KEY_MAX, Alarm, Found, Unusable, name_of, one_line

_KEYS = frozenset({"summary", "key", "severity", "status", "delivery"})


def parse(body: bytes) -> Found:
    """Return the alarm that a body holds, or why it holds none."""
    values = object_of(body)
    if values is None:
        return Unusable(status=400, reason="the body is not a JSON object")
    unknown = sorted(set(values) - _KEYS)
    if unknown:
        return Unusable(
            status=400, reason=f'unknown key "{one_line(unknown[0], 40)}"; known: {", ".join(sorted(_KEYS))}'
        )
    wrong = next((name for name, value in values.items() if not isinstance(value, str)), None)
    if wrong is not None:
        return Unusable(status=400, reason=f'"{wrong}" is not text')
    status = values.get("status", "firing")
    if status not in ("firing", "resolved"):
        return Unusable(status=400, reason='"status" is neither "firing" nor "resolved"')
    summary = one_line(values.get("summary", ""))
    if not summary and status == "firing":
        return Unusable(status=400, reason='"summary" is missing: one line that people are told')
    key = values.get("key", "")
    if len(key) > KEY_MAX:
        return Unusable(status=400, reason=f'"key" is longer than {KEY_MAX} characters')
    if status == "resolved" and not key:
        return Unusable(status=400, reason='"resolved" needs the "key" of the alarm that is over')
    return Alarm(
        key=name_of(key),
        summary=summary,
        severity=one_line(values.get("severity", ""), 60),
        over=status == "resolved",
        delivery=one_line(values.get("delivery", ""), 200),
    )
