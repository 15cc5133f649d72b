"""What no file may hold: something shaped like a secret, a person's number, a place that exists on one machine only."""

from __future__ import annotations

import re
from functools import cache

from tests.rules.tree import ROOT, files, place

TOKENS = {
    "a Slack token": re.compile(r"xox[a-z]-[A-Za-z0-9-]{8,}|xapp-[A-Za-z0-9-]{8,}"),
    "an AWS access key id": re.compile(r"(?<![A-Za-z0-9])A[KS]IA[0-9A-Z]{16}(?![A-Za-z0-9])"),
    "a Telegram bot token": re.compile(r"(?<!\d)\d{8,10}:[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])"),
    "a Slack webhook": re.compile(r"hooks\.slack\.com/services/T[A-Z0-9]+/B[A-Z0-9]+/[A-Za-z0-9]{10,}"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
}
TOKENS_KNOWN = {
    "tests/ports/cloud.py": "an invented access key id",
    "tests/ports/test_probe.py": "an invented access key id",
    "tests/sandbox/rig.py": "an invented access key id",
    "tests/sandbox/test_aws.py": "an invented access key id",
}
"""Files with a literal that is shaped like a secret and is none; the list may only shrink."""

MOBILE = re.compile(r"(?<![\w.])(?:\+82[- ]?1|01)[016789][- ]?\d{3,4}[- ]?\d{4}(?![\w-])")
INVENTED_MOBILE = re.compile(r"(?:82|0)1[016789]0{3,4}\d{4}")
LANDLINE = re.compile(r"(?<![\w.:/-])02-\d{3,4}-\d{4}(?![\w-])")
INVENTED_LANDLINE = re.compile(r"02-0{3,4}-\d{4}")
NUMBERS_KNOWN = {"tests/naver_sms/test_run.py": {"010" + "99998888"}}
"""Numbers that are not of the invented kind; the list may only shrink."""

# Each is put together here, so that this file does not hold it.
PLACES = re.compile("|".join(("/" + r"(?:work|root|home|Users)/\w", "C:" + r"\\Users", r"\b\w+\." + "internal\\b")))
REGISTRIES = re.compile(
    "|".join(("py" + r"pi\.org", "python" + "hosted", "npm" + "js", "arti" + "factory", "nexus" + r"\."))
)


@cache
def texts() -> dict[str, str]:
    """Return every file's text by its place."""
    found = {}
    for path in files():
        data = path.read_bytes()
        if b"\0" not in data:
            found[place(path)] = data.decode("utf-8")
    return found


def test_no_file_holds_something_shaped_like_a_secret() -> None:
    """Test values of that shape are put together when the test runs."""
    found = {name: kind for name, text in texts().items() for kind, pattern in TOKENS.items() if pattern.search(text)}
    assert {name: kind for name, kind in found.items() if name not in TOKENS_KNOWN} == {}
    assert set(TOKENS_KNOWN) - set(found) == set(), "clean now: take it out of TOKENS_KNOWN"


def test_every_phone_number_is_invented() -> None:
    found: dict[str, set[str]] = {}
    for name, text in texts().items():
        numbers = {n for n in MOBILE.findall(text) if not INVENTED_MOBILE.fullmatch(re.sub(r"\D", "", n))}
        numbers |= {n for n in LANDLINE.findall(text) if not INVENTED_LANDLINE.fullmatch(n)}
        if numbers:
            found[name] = numbers
    fresh = {name: more for name, numbers in found.items() if (more := numbers - NUMBERS_KNOWN.get(name, set()))}
    assert fresh == {}
    assert set(NUMBERS_KNOWN) - set(found) == set(), "clean now: take it out of NUMBERS_KNOWN"


def test_no_file_names_a_place_on_one_machine_or_where_packages_come_from() -> None:
    found = {name: hit[0] for name, text in texts().items() if (hit := PLACES.search(text) or REGISTRIES.search(text))}
    assert found == {}


def test_locked_requirements_name_hashes_and_no_address() -> None:
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        lines = path.read_text("utf-8").splitlines()
        assert not [line for line in lines if "://" in line or line.startswith(("-i", "--index", "--extra", "--find"))]
        pinned = [number for number, line in enumerate(lines) if re.match(r"[A-Za-z0-9._-]+(\[.*\])?==", line)]
        assert pinned, f"{path.name} pins nothing"
        for number in pinned:
            assert lines[number].endswith("\\"), f"{path.name}:{number + 1} has no hash"
            assert "--hash=sha256:" in lines[number + 1]
