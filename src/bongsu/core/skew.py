"""How well clocks agree: how far a time is believed, and what a machine must keep to have its evidence verify."""

from __future__ import annotations

from datetime import timedelta

SKEW = timedelta(seconds=5)
"""How far a service's clock and this machine's may lie apart before a time is not believed."""
