"""What Prometheus Alertmanager posts to a webhook: a group of alerts, version 4 of the form.

Its `groupKey` names the matter: Alertmanager repeats a group that still fires, and that is one page. A group that is
`resolved` is over. The policy is named by the label `severity`.
https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bongsu.channels._json import object_of
from bongsu.intake._port import Alarm, Found, Unusable, name_of, text_in

if TYPE_CHECKING:
    from collections.abc import Mapping


def parse(body: bytes) -> Found:
    """Return the alarm that a body holds, or why it holds none."""
    values = object_of(body)
    if values is None:
        return Unusable(status=400, reason="the body is not a JSON object")
    if values.get("version") != "4":
        return Unusable(status=400, reason="the body is not version 4 of Alertmanager's webhook")
    key, status, alerts = values.get("groupKey"), values.get("status"), values.get("alerts")
    if not isinstance(key, str) or not key:
        return Unusable(status=400, reason="the body has no groupKey")
    if status not in ("firing", "resolved") or not isinstance(alerts, list):
        return Unusable(status=400, reason="the body has no status or no alerts")
    labels = {**_texts(values.get("groupLabels")), **_texts(values.get("commonLabels"))}
    return Alarm(
        key=name_of(key),
        summary=_summary(labels, _texts(values.get("commonAnnotations")), alerts),
        severity=text_in(labels, "severity"),
        over=status == "resolved",
    )


def _summary(labels: Mapping[str, Any], notes: Mapping[str, Any], alerts: list[Any]) -> str:
    """Return what the group's annotations say, else the first alert's, with the alert's name and how many there are."""
    firing = [alert for alert in alerts if isinstance(alert, dict) and alert.get("status") == "firing"]
    own = next((_texts(alert.get("annotations")) for alert in firing), {})
    said = text_in(notes, "summary", "description", "message") or text_in(own, "summary", "description", "message")
    name = text_in(labels, "alertname")
    said = f"{name}: {said}" if name and said and name not in said else said or name or "an alert without a name"
    more = f" ({len(firing)} alerts)" if len(firing) > 1 else ""
    return text_in({"": said + more}, "")


def _texts(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
