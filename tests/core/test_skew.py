"""How far clocks may lie apart is one figure, for what runs, what verifies, and what a person is told."""

from __future__ import annotations

from pathlib import Path

from bongsu.core.skew import SKEW
from bongsu.evidence import verify_evidence

ERRORS = Path(__file__).parents[2] / "docs" / "errors.md"


def test_the_small_verifier_grants_clocks_as_much_as_bongsu_does() -> None:
    assert verify_evidence.SKEW == SKEW


def test_the_document_of_errors_names_it() -> None:
    assert f"this machine's clock is more than {SKEW.seconds} s off" in ERRORS.read_text("utf-8")
