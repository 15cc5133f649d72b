"""How long a test waits for what must come before it fails: whoever gets it at once has waited for nothing."""

from __future__ import annotations

PATIENCE_S = 120
"""Longer than any machine takes for it, whatever else it does; two such waits are within the limit of a test."""
