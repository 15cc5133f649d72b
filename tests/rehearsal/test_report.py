"""The reports of whole runs: they follow from the ledger, fit their schema, and stay small enough to send."""

from __future__ import annotations

import re
from pathlib import Path

import jsonschema
from tests.evidence.pages import Page

from bongsu.cli.proving import prove
from bongsu.evidence.schema import schema, schema_text

ROOT = Path(__file__).resolve().parents[2]
PAGE_AT_MOST = 2_500_000


def test_the_schema_in_the_repository_and_in_the_package_is_current():
    """Else: see the first lines of bongsu/evidence/schema.py."""
    for place in ("docs/report.schema.json", "src/bongsu/evidence/report.schema.json"):
        assert (ROOT / place).read_text("utf-8") == schema_text(), place
    jsonschema.Draft202012Validator.check_schema(schema())


def test_the_reports_of_the_whole_cutover_fit(happy):
    """The page of a watch of 72 looks with its raw answers, and the tables, as everybody may read them."""
    page = happy.evidence / "report.html"
    assert 100_000 < page.stat().st_size < PAGE_AT_MOST
    jsonschema.Draft202012Validator(schema()).validate(happy.report)
    assert len(happy.report["looks"]) == 72 and len(happy.report["invocations"]) > 72
    reports = next(step for step in prove(happy.evidence).steps if "reports" in step.proves)
    assert reports.looked_at == 3


def test_every_message_and_press_is_a_mark_of_the_picture(happy):
    """Nothing is left out of the timeline: each leads to its line, in the wide and in the narrow drawing."""
    page = Page((happy.evidence / "report.html").read_bytes())
    wide, narrow = re.findall(r'<svg class="timeline.*?</svg>', page.source, re.DOTALL)
    posts = [one["ended_seq"] for one in happy.report["notifications"] if one["method"] == "post"]
    answered = [one["answered_seq"] for matter in happy.report["matters"] for one in matter["answers"]]
    looked = [look["seq"] for look in happy.report["looks"]]
    switched = [one["ended_seq"] for one in happy.report["switches"]]
    for drawing in (wide, narrow):
        marks = {int(seq) for seq in re.findall(r'href="#l(\d+)"', drawing)}
        assert {*posts, *answered, *looked, *switched} <= marks
