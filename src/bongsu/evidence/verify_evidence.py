"""Verifies the evidence folder that it lies in: `python3 verify_evidence.py [FOLDER]`; Python 3.10 or later alone.

Exits with 0 when all holds, 5 when not, 3 when it cannot tell. Compare its SHA-256 with a copy's from elsewhere first.
"""

from __future__ import annotations

import base64
import json
import re
import sys
from collections.abc import Iterator  # noqa: TC003 - one file, as plain as can be
from datetime import datetime, timedelta
from hashlib import sha256, sha512
from pathlib import Path
from typing import Any

LEDGER, HEAD, PLAN, SIGNED, COPY = "ledger.jsonl", "head.json", "plan.yaml", "attestation.json", "published.json"
LATER = {"blobs", SIGNED, COPY, "timestamp.tsr", "timestamp.pem"}
FILES = {LEDGER, HEAD, PLAN, "verify_evidence.py", "report.md", "report.json", "report.html"}
MEMBERS = {"actor", "at", "blobs", "body", "kind", "prev", "run", "seq", "v"}
LINE = re.compile(rb'\{"hash":"([0-9a-f]{64})",(.+\})')
LINK = re.compile("(?:link|원장) #([0-9]{1,9}) ([0-9a-f]{12})".encode())
TIME, SKEW = re.compile(r"\d{4}(-\d\d){2}T\d\d(:\d\d){2}\.\d{6}Z", re.ASCII), timedelta(seconds=5)
TOKEN = re.compile(
    r"""[\s,{}]*(?:#.*|([\w.-]+):(?!\S)|"([^"\\\n]*)"|'([^'\n]*)'|([^\s\[\]"'#&*!|>%@`?-][^,{}\[\]"'#\n]*)|$)"""
)
PAYLOAD, STATEMENT = "application/vnd.in-toto+json", "https://in-toto.io/Statement/v1"
P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)
FORGED = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, OSError, RecursionError, MemoryError)
CANNOT = "only `bongsu verify` proves values, verdicts, steps, words, and the time that an authority gives"
Fault = tuple[object, object, object]


class Unknown(Exception):
    """What this file cannot tell, and why."""


def decoded(data: bytes) -> Any:
    """Return a JSON value; ValueError for a number that is no integer, since a ledger holds none."""
    return json.loads(data.decode("utf-8"), parse_float=int, parse_constant=int)


def when(text: str) -> datetime:
    """Return a ledger time; all are UTC, and only compared."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ")  # noqa: DTZ007


class Evidence:
    """A folder, and the lines of its ledger that the chain vouches for."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.whole, self.lines, self.end = folder, False, list[dict[str, Any]](), dict[str, Any]()

    def file(self, name: str) -> bytes:
        """Return a file's bytes; none of what is no file."""
        return (self.folder / name).read_bytes() if (self.folder / name).is_file() else b""

    def of(self, *kinds: str) -> list[tuple[int, str, dict[str, Any]]]:
        """Return number, kind and body of the lines of some kinds."""
        return [(line["seq"], line["kind"], line["body"]) for line in self.lines if line["kind"] in kinds]

    def part(self, name: str) -> list[tuple[str, str]]:
        """Return the keys with a text in a part of the plan, however nested; Unknown where that needs a YAML reader."""
        text = self.file(PLAN).decode("utf-8", "replace")
        found = re.findall(rf"^{name}:((?:[ }}].*)?(?:\n(?:[ #}}].*)?)*)", text, re.MULTILINE)
        pairs, key, at = list[tuple[str, str]](), "", 0
        while len(found) != 1 or at < len(found[0]):
            token = TOKEN.match(found[0], at) if len(found) == 1 else None
            told = next((part for part in token.groups()[1:] if part is not None), None) if token else None
            if not token or token.end() == at or (not key and told is not None):
                raise Unknown(f"`{name}` of the plan cannot be read without a YAML library")
            pairs += [(key, told.strip())] if told is not None else []
            key, at = token[1] or ("" if told is not None else key), token.end()
        return pairs


def structure(told: Evidence) -> Iterator[Fault]:
    """The files are there, and no others."""
    names = {path.name for path in told.folder.iterdir()}
    yield from ((name, "a file that no line speaks for", "nothing") for name in names - FILES - LATER)
    yield from ((name, "nothing", "a file of that name") for name in FILES if not (told.folder / name).is_file())
    if COPY in names:
        raise Unknown("a published copy with pseudonyms: that it is of this run, its original alone shows")


def chain(told: Evidence) -> Iterator[Fault]:
    """Every line hashes to its hash and follows the one before; what stands behind a broken link is not judged."""
    stored, prev = told.file(LEDGER).split(b"\n"), "0" * 64
    if stored.pop():
        yield len(stored) + 1, "a line without its end", "a line feed behind every line"
    for seq, line in enumerate(stored, 1):
        shape = LINE.fullmatch(line)
        digest = sha256(b"{" + shape[2]).hexdigest() if shape else "of a JSON object"
        if not shape or shape[1].decode() != digest:
            yield seq, line[:80], f"a line that begins with the hash {digest}"
            return
        read = decoded(b"{" + shape[2])
        run, at = (told.lines[0]["run"], told.lines[-1]["at"]) if told.lines else (read.get("run"), "")
        kind = read.get("kind")
        rows = (
            (read.keys() == MEMBERS and repr(read["v"]) == "1", sorted(read), f"{sorted(MEMBERS)}, format 1"),
            (read.get("prev") == prev, read.get("prev"), f"{prev} as `prev`: lines were cut out, swapped or put in"),
            (type(read.get("seq")) is int and read["seq"] == seq, read.get("seq"), f"line {seq}"),
            (read.get("run") == run and isinstance(run, str), read.get("run"), f"the run {run}"),
            (TIME.fullmatch(str(read.get("at"))) and read["at"] >= at, read.get("at"), f"a time not before {at}"),
            ((kind == "run_opened") is (seq == 1), kind, "run_opened as line 1 and nowhere else"),
            (not told.end or kind == "ended_late", kind, "nothing behind run_closed but ended_late"),
            (type(read.get("body")) is type(read.get("blobs")) is dict, "no mapping", "a body and blobs"),
        )
        if faults := [(seq, *row[1:]) for row in rows if not row[0]]:
            return (yield faults[0])
        told.lines.append({**read, "hash": digest, "when": when(read["at"])})
        prev, told.end = digest, read["body"] if kind == "run_closed" else told.end
    told.whole = True


def head(told: Evidence) -> Iterator[Fault]:
    """head.json names the last line, so that a tail cut off shows; the run is closed."""
    last = told.lines[-1]
    end = {"closed": bool(told.end), "format": 1, "hash": last["hash"], "run": last["run"]}
    end |= {"program": told.lines[0]["body"]["program"], "seq": last["seq"]}
    text = json.dumps(end, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
    yield from [(HEAD, told.file(HEAD), text)] if told.file(HEAD) != text else []
    if not end["closed"]:
        raise Unknown("the run is not closed: what comes next is unknown, and so is its verdict")


def plan(told: Evidence) -> Iterator[Fault]:
    """plan.yaml is, byte for byte, what the run was opened with."""
    stored, digest, cited = told.file(PLAN), told.lines[0]["body"]["plan_sha256"], told.lines[0]["blobs"].get("plan")
    kept, clock = told.file(f"blobs/{cited}"), told.lines[0]["body"]["clock"].encode()
    if sha256(stored).hexdigest() != digest or sha256(kept).hexdigest() != cited or kept[33:] != stored:
        yield PLAN, sha256(stored).hexdigest(), f"{digest}, and line 1's blob `plan` the same"
    if re.search(rb"^clock:", stored, re.MULTILINE) if clock == b"system" else clock not in stored:
        yield 1, f"the clock {clock.decode()}", "the one that the plan names, or else this machine's"


def blobs(told: Evidence) -> Iterator[Fault]:
    """Every cited blob is there and hashes to its name; no other is there."""
    cited = {digest: line["seq"] for line in reversed(told.lines) for digest in line["blobs"].values()}
    for digest, seq in cited.items():
        data = told.file(f"blobs/{digest}") if re.fullmatch("[0-9a-f]{64}", digest) else b""
        if sha256(data).hexdigest() != digest or not re.match(rb"[0-9a-f]{32}\n", data):
            yield seq, f"blobs/{digest} hashes to {sha256(data).hexdigest()}", "salt and content that hash to its name"
    idle = {path.name for path in (told.folder / "blobs").iterdir()} - cited.keys()
    yield from ((f"blobs/{name}", "a blob that no line cites", "nothing") for name in idle if told.whole)


def intentions(told: Evidence) -> Iterator[Fault]:
    """An effect ends once and after its intention; nothing is switched twice without a read-back between."""
    begun, switched = dict[tuple[str, str], int](), dict[tuple[str, str], int]()
    for n, k, b in told.of("send_intended", "send_ended", "switch_intended", "switch_ended", "ended_late", "observed"):
        effect, _, part = k.partition("_")
        if k == "observed":
            switched = {way: at for way, at in switched.items() if b["reading"] != f"{way[0]}_rule"}
        elif part == "ended" and begun.pop((effect, b["key"]), None) != b["attempt"]:
            yield n, f"the end of {b['key']}, attempt {b['attempt']}", "its intention before it, not yet ended"
        elif part == "late" and begun.get(("late", b["key"]), 0) < b["attempt"]:
            yield n, f"the late end of {b['key']}, attempt {b['attempt']}", "its intention before it"
        elif part == "intended":
            begun[effect, b["key"]] = begun["late", b["key"]] = b["attempt"]
        if k == "switch_intended" and b["to"] != "settled":
            if (way := (b["which"], b["to"])) in switched:
                yield n, f"{b['key']} a second time", f"a read-back since line {switched[way]}"
            switched[way] = n


def citations(told: Evidence) -> Iterator[Fault]:
    """Messages and verdicts cite lines before them; a verdict's figures come from readings or answers among these."""
    for seq, kind, body in told.of("judged", "send_intended", "resolved"):
        cited = body["figures"].values() if kind == "send_intended" else body.get("sources", [body.get("source")])
        known = range(int(kind != "resolved"), seq)  # what a person found out cites line 0
        yield from ((seq, f"line {n} cited", f"a line before {seq}") for n in cited if n not in known)
        for figure in body["figures"] if kind == "judged" else ():
            source = told.lines[figure["seq"] - 1]["kind"]
            if figure["seq"] not in cited or source not in ("observed", "button_pressed", "operator_asked"):
                yield seq, f"{figure['name']} from line {figure['seq']}", "a reading or answer that the line cites"


def times(told: Evidence) -> Iterator[Fault]:
    """No press came before its message was taken; a service's time of a message lies within its sending."""
    meant, taken = dict[str, dict[str, Any]](), dict[str, datetime]()
    for seq, kind, body in told.of("send_intended", "send_ended", "button_pressed"):
        if kind == "send_intended":
            meant[body["key"]] = told.lines[seq - 1]
        elif kind == "button_pressed" and body["message_key"] and body["message_key"] not in meant:
            yield seq, f"a press under {body['message_key']}", "that message before it"
        elif kind == "send_ended" and body["outcome"] == "accepted" and body["service_at"]:
            line, said = meant[body["key"]], when(body["service_at"])
            taken[body["key"]], span = said, (when(line["at"]) - SKEW, when(told.lines[seq - 1]["at"]) + SKEW)
            if line["body"]["method"] == "post" and not span[0] <= said <= span[1]:
                yield seq, f"taken by the service at {said}", f"a time between lines {line['seq']} and {seq}"
    for seq, _, body in told.of("button_pressed"):
        sent, at = taken.get(body["message_key"]), told.lines[seq - 1]["at"]
        if sent and (when(at) < sent - SKEW or (body["service_at"] and when(body["service_at"]) < sent)):
            yield seq, f"a press at {body['service_at'] or at}", f"{sent} or later"


def answers(told: Evidence) -> Iterator[Fault]:
    """Whoever's answer a verdict counts is a contact of the plan, by the service's own id."""
    counted = {n for _, _, body in told.of("judged") for n in body["sources"]}
    presses = [(seq, body) for seq, _, body in told.of("button_pressed", "operator_asked") if seq in counted]
    ids = {value for key, value in (told.part("contacts") if presses else ()) if key in ("telegram", "slack")}
    for seq, body in presses:
        typed = body.get("order") == "acknowledge" and b" %b:" % body["by"].encode() in told.file(PLAN)
        if not typed and (body.get("authentic") is not True or body["service_user"] not in ids):
            yield seq, f"an answer of {body.get('service_user')}", "an authentic answer of one of the plan's contacts"


def links(told: Evidence) -> Iterator[Fault]:
    """Every link that a message quotes is the chain's own; a new message quotes the newest."""
    for line in told.lines:
        cited = line["blobs"].values() if line["kind"] in ("send_intended", "send_ended") else ()
        quoted = [(int(n), hex_.decode()) for digest in cited for n, hex_ in LINK.findall(told.file(f"blobs/{digest}"))]
        for number, short in quoted:
            known = told.lines[number - 1]["hash"][:12] if 0 < number < line["seq"] else "no link that is not yet there"
            if short != known:
                yield line["seq"], f"a message with link #{number} {short}", known
        if line["kind"] == "send_intended" and line["body"]["method"] == "post" and line["seq"] - 1 not in dict(quoted):
            yield line["seq"], f"a message with the links {quoted}", f"link #{line['seq'] - 1}, the newest"


def plus(a: tuple[int, int], b: tuple[int, int]) -> tuple[int, int]:
    """Return the sum of two points of edwards25519 (RFC 8032, 5.1)."""
    m = D * a[0] * b[0] * a[1] * b[1]
    return (a[0] * b[1] + b[0] * a[1]) * pow(1 + m, -1, P) % P, (a[1] * b[1] + a[0] * b[0]) * pow(1 - m, -1, P) % P


def multiplied(times: int, a: tuple[int, int]) -> tuple[int, int]:
    """Return a point added to itself."""
    half = multiplied(times // 2, plus(a, a)) if times else (0, 1)
    return plus(half, a) if times % 2 else half


def point(data: bytes) -> tuple[int, int]:
    """Return the point that 32 bytes stand for; ValueError where they stand for none (RFC 8032, 5.1.3)."""
    y, sign = int.from_bytes(data, "little") % 2**255, data[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * ROOT % P
    if y >= P or (x * x - square) % P or (sign and not x) or len(data) != 32:
        raise ValueError("no point of the curve")
    return (P - x if x & 1 != sign else x), y


BASE = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether an Ed25519 signature holds, by the reference algorithm (RFC 8032, 5.1.7); errors as `point`."""
    s, k = (int.from_bytes(b, "little") for b in (signature[32:], sha512(signature[:32] + public + message).digest()))
    other = plus(point(signature[:32]), multiplied(k % ORDER, point(public)))
    return len(signature) == 64 and s < ORDER and multiplied(s, BASE) == other


def signatures(told: Evidence) -> Iterator[Fault]:
    """attestation.json is signed with the keys that the plan names, over these very files."""
    keys = {k: name for name, k in (told.part("keys") if b"signers" in told.file(PLAN) else ()) if k[:8] == "ed25519:"}
    envelope, last = decoded(told.file(SIGNED) or b'{"signatures": []}'), told.lines[-1]
    payload = base64.b64decode(envelope.get("payload", ""), validate=True)
    message = b" ".join([b"DSSEv1", b"%d" % len(PAYLOAD), PAYLOAD.encode(), b"%d" % len(payload), payload])
    files = [{"digest": {"sha256": sha256(told.file(name)).hexdigest()}, "name": name} for name in sorted(FILES)]
    end = {"hash": last["hash"], "run": last["run"], "seq": last["seq"]}
    expected = {"_type": STATEMENT, "predicate": end, "predicateType": "urn:bongsu:evidence:v1", "subject": files}
    if (told.folder / SIGNED).exists() and (envelope["payloadType"] != PAYLOAD or decoded(payload) != expected):
        other = [one["name"] for one in files if one not in decoded(payload).get("subject", [])]
        yield SIGNED, f"a statement over other bytes of {other or 'nothing'}", f"one over these files and {end}"
    for one in envelope["signatures"]:
        public = base64.b64decode(one["keyid"].removeprefix("ed25519:"), validate=True)
        if one["keyid"] not in keys or not holds(public, message, base64.b64decode(one["sig"], validate=True)):
            yield SIGNED, f"a signature of {one['keyid']}", f"one that holds, with a key of the plan: {sorted(keys)}"
    if missing := keys.keys() - {one["keyid"] for one in envelope["signatures"]}:
        raise Unknown(f"not signed by {', '.join(sorted(keys[key] for key in missing))}")


def verify(folder: Path) -> tuple[int, list[str]]:
    """Return the exit code for a folder, and what to print of it."""
    told, code, said = Evidence(folder), 0, list[str]()
    steps = (structure, chain, head, plan, blobs, citations, intentions, times, answers, links, signatures)
    for number, step in zip((1, 2, 2, 3, 4, 6, 7, 8, 8, 11, 12), steps, strict=True):  # as `bongsu verify` counts
        said.append(f"{number:>3}  {step.__doc__}")
        try:
            for where, *quoted in step(told):
                place, code = f"{LEDGER}:{where}" if isinstance(where, int) else where, 5
                found, expected = (str(one)[:300] or "nothing" for one in quoted)
                said.append(f"error: step {number}, {place}: found {found}; expected {expected}")
        except Unknown as unknown:
            code, said = code or 3, [*said, f"unknown: step {number}: {unknown}"]
        except FORGED as exc:
            code, said = 5, [*said, f"error: step {number}: found {exc!r}; expected what a run records"]
    end = (f"{last['run']}: {last['seq']} lines, verdict {told.end.get('verdict')}" for last in told.lines[-1:])
    return code, ["".join(c if c.isprintable() else " " for c in x) for x in (*said, *end, CANNOT, f"exit code {code}")]


if __name__ == "__main__":
    exit_code, said = verify(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
    sys.exit(sys.stdout.write("\n".join(said) + "\n") and exit_code)
