"""Verifies the folder that it lies in: `python3 verify_evidence.py [FOLDER]`; 0 all holds, 5 it does not, 3 unknown."""

import base64  # Python 3.10 or later alone; first compare this file's SHA-256 with that of a copy from elsewhere
import json
import re
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256, sha512
from pathlib import Path
from typing import Any

LEDGER, HEAD, PLAN, SIGNED, COPY = "ledger.jsonl", "head.json", "plan.yaml", "attestation.json", "published.json"
SEEN, ROOTS, SKEW = "timestamp.tsr", "timestamp.pem", timedelta(seconds=5)
FILES = {LEDGER, HEAD, PLAN, "verify_evidence.py", "report.md", "report.json", "report.html"}
HEX, TIME = "[0-9a-f]{64}", re.compile(r"\d{4}(-\d\d){2}T\d\d(:\d\d){2}\.\d{6}Z", re.ASCII)
LINE, MEMBERS = re.compile(rb'\{"hash":"([0-9a-f]{64})",(.+\})'), "actor at blobs body kind prev run seq v"
TYPES = dict(zip(MEMBERS.split(), (str, str, dict, dict, str, str, str, int, int), strict=True))
KINDS = """run_opened phase_entered observed read_failed judged send_intended send_ended switch_intended switch_ended
button_pressed operator_asked resolved listening_changed clock_stepped guard_changed heartbeats_changed run_looked_for
ended_late run_closed"""
UNSAID: dict[str, Any] = {"attempt": 1, "figures": {}, "sources": [], "method": "post", "service_at": None}
COPIED = r'{"copy":{"hash":"=","seq":N},"format":1,"lines":\[("H",?){N}\],"original":{"first":"H","hash":"H","seq":N}}'
LINK = re.compile("(?:link|원장) #([0-9]{1,9}) ([0-9a-f]{12})".encode())
ESCAPE = re.compile(r"\\(?:\n\s*|(/)|(?:x|u00|U000000)([0-7][\dA-Fa-f]))")  # what else may spell an id, key or name
SURE = re.compile(r"()(?:^|[ \t])#.*$", re.MULTILINE)  # a comment, and what stands before it
MAYBE = re.compile(r"((?:^|[\"'])(?=[^\"'\n]*$)[^\"'\n]*?)(?:^|[ \t])#.*$", re.MULTILINE)  # one for certain
KEY = re.compile(r"(?:(?<![\w-])([\w-]+)[\"']?[ \t]*:\s*[\"']?)?(ed25519:[A-Za-z\d+/]{43}=)", re.ASCII)
WATCH, UNITS = re.compile(r"^watch:.*(?:\n(?:[ \t}].*)?)*", re.MULTILINE), {"d": 86400, "h": 3600, "m": 60, "s": 1}
SPAN = re.compile(r"\b(for|every)[\"']?\s*:\s*[\"']?([\ddhms]+)")
PAYLOAD, STATEMENT = "application/vnd.in-toto+json", "https://in-toto.io/Statement/v1"
P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)
SOURCES = ("observed", "button_pressed", "operator_asked", "heartbeats_changed")
FORGED = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, OSError, RecursionError, MemoryError)
CANNOT = "not checked: values, verdicts, steps, words, and an authority's signature; only `bongsu verify` proves these"
Fault = tuple[object, object, object]  # place, found, expected; without a place: what this file cannot tell


def encoded(value: Any) -> bytes:
    """Return JSON as a run writes it; ValueError for text that is none in UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def decoded(data: bytes) -> Any:
    """Return a JSON value; ValueError for a number that is no integer, since a ledger holds none, and as `encoded`."""
    return (value := json.loads(data.decode(), parse_float=int, parse_constant=int), encoded(value))[0]


class Evidence:
    """A folder, and the lines of its ledger that the chain vouches for."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.names = folder, {path.name for path in folder.glob("*")}
        self.lines, self.end = list[dict[str, Any]](), dict[str, Any]()

    def file(self, name: str) -> bytes:
        """Return a file's bytes; none of what is no file."""
        return (self.folder / name).read_bytes() if (self.folder / name).is_file() else b""

    def of(self, *kinds: str) -> list[tuple[int, str, dict[str, Any]]]:
        """Return number, kind and body of the lines of some kinds."""
        return [(line["seq"], line["kind"], line["body"]) for line in self.lines if line["kind"] in kinds]

    def plan(self, comment: re.Pattern[str]) -> str:
        """Return the plan's text with its escapes written out, and without comments."""
        text = re.sub("\r\n?|[\x85\u2028\u2029]", "\n", self.file(PLAN).decode("utf-8", "replace"))
        return ESCAPE.sub(lambda one: one[1] or chr(int(one[2] or "0", 16)).strip("\0"), comment.sub(r"\1", text))


def structure(told: Evidence) -> Iterator[Fault]:
    """The files are there, and no others."""
    files = FILES | (told.names & {SIGNED, COPY}) | ({SEEN, ROOTS} if SEEN in told.names else set())
    yield from ((name, "a file that no line speaks for", "nothing") for name in told.names - files - {"blobs"})
    yield from ((name, "nothing", "a file of that name") for name in files if not (told.folder / name).is_file())


def chain(told: Evidence) -> Iterator[Fault]:
    """Every line follows the one before by its hash; head.json and published.json name the last; the run is closed."""
    stored, prev = told.file(LEDGER).split(b"\n"), "0" * 64
    if stored.pop():
        yield len(stored) + 1, "a line without its end", "a line feed behind every line"
    for seq, line in enumerate(stored, 1):
        shape = LINE.fullmatch(line)
        digest = sha256(b"{" + shape[2]).hexdigest() if shape else "of a line of its ledger"
        if not shape or shape[1].decode() != digest:
            return (yield seq, line[:80], f"a line that begins with the hash {digest}")
        read = decoded(b"{" + shape[2])
        run, at = (told.lines[0]["run"], told.lines[-1]["at"]) if told.lines else (read["run"], "")
        kind, b, known = read["kind"], read["body"], {name: type(x) for name, x in read.items()} == TYPES
        said = [(k, v) for e in (*b.get("exchanges", ()), b, read) for k, v in e.items() if v and "at" in k.split("_")]
        rows = (
            (known and encoded(read) == b"{" + shape[2], line[:80], f"{MEMBERS}, in this order, each of its type"),
            (kind in KINDS.split(), kind, "a known kind"),
            (read["prev"] == prev, read["prev"], f"{prev} as `prev`: lines were cut out, swapped or put in"),
            (line.endswith(b'%b,"seq":%d,"v":1}' % (encoded(run or 0), seq)), line[-99:], f"line {seq} of run {run}"),
            (all(TIME.fullmatch(one) for _, one in said) and read["at"] >= at, said, f"times in UTC, not before {at}"),
            ((kind == "run_opened") is (seq == 1), kind, "run_opened as line 1 and nowhere else"),
            (not told.end or kind == "ended_late", kind, "nothing behind run_closed but ended_late"),
        )
        if faults := [(seq, *row[1:]) for row in rows if not row[0]]:
            return (yield faults[0])
        when = {name: datetime.fromisoformat(one[:-1]) for name, one in said}
        told.lines.append({**read, "body": UNSAID | b, "hash": digest, "when": when})
        prev, told.end = digest, b if kind == "run_closed" else told.end
    last, end = told.lines[-1], {"closed": bool(told.end), "format": 1, "hash": prev, "run": told.lines[0]["run"]}
    text = encoded(end | {"program": told.lines[0]["body"]["program"], "seq": last["seq"]}) + b"\n"
    yield from [(HEAD, told.file(HEAD), text)] if told.file(HEAD) != text else []
    if COPY in told.names:
        copied = COPIED.replace("=", last["hash"]).replace("N", str(last["seq"])).replace("H", HEX)
        if not re.fullmatch(copied, encoded(decoded(told.file(COPY))).decode()):
            yield COPY, told.file(COPY), f"a copy of {last['seq']} lines that ends in {last['hash']}"
        return (yield "", "a published copy with pseudonyms: that it is of this run, its original alone shows", "")
    yield from () if told.end else [("", "the run is not closed: what comes next, and its verdict, is unknown", "")]


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
        data = told.file(f"blobs/{digest}") if re.fullmatch(HEX, digest) else b""
        if sha256(data).hexdigest() != digest or not re.match(rb"[0-9a-f]{32}\n", data):
            yield seq, f"blobs/{digest} hashes to {sha256(data).hexdigest()}", "salt and content that hash to its name"
    whole = len(told.lines) == told.file(LEDGER).count(b"\n")
    idle = {path.name for path in (told.folder / "blobs").iterdir()} - cited.keys() if whole else ()
    yield from ((f"blobs/{name}", "a blob that no line cites", "nothing") for name in idle)


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
            way = (b["which"], b["to"])
            yield from [(n, f"{b['key']} a second time", "a read-back between")] if way in switched else []
            switched[way] = n


def citations(told: Evidence) -> Iterator[Fault]:
    """Messages and verdicts cite lines before them; a verdict's figures come from readings or answers among these."""
    for seq, kind, body in told.of("judged", "send_intended", "resolved"):  # what a person found out cites line 0
        cited = body["figures"].values() if kind == "send_intended" else [*body["sources"], body.get("source", 1)]
        yield from ((seq, f"line {n}", f"one before {seq}") for n in cited if n not in range(kind != "resolved", seq))
        for figure in body["figures"] if kind == "judged" else ():
            if figure["seq"] not in cited or told.lines[figure["seq"] - 1]["kind"] not in SOURCES:
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
            line, ended = meant[body["key"]], told.lines[seq - 1]["when"]
            said = taken[body["key"]] = ended["service_at"]
            if line["body"]["method"] == "post" and not line["when"]["at"] - SKEW <= said <= ended["at"] + SKEW:
                yield seq, f"taken by the service at {said}", f"a time between lines {line['seq']} and {seq}"
    for seq, _, body in told.of("button_pressed"):
        sent, when = taken.get(body["message_key"]), told.lines[seq - 1]["when"]
        if sent and (when["at"] < sent - SKEW or when.get("service_at", sent) < sent):
            yield seq, f"a press at {body['service_at'] or when['at']}", f"{sent} or later"


def answers(told: Evidence) -> Iterator[Fault]:
    """Whoever's answer a verdict counts is a contact of the plan, by the service's own id."""
    counted, sure, maybe = {n for _, _, b in told.of("judged") for n in b["sources"]}, told.plan(SURE), told.plan(MAYBE)
    for seq, _, body in told.of("button_pressed", "operator_asked"):
        typed = body.get("order") == "acknowledge"
        word = re.escape(str(body.get("by" if typed else "service_user") or "nobody"))
        where = rf"{word}[\"']?\s*:" if typed else rf"(?:telegram|slack)[\"']?\s*:\s*[\"']?{word}(?![\w-])"
        if seq in counted and not ((typed or body.get("authentic") is True) and re.search(word, maybe)):
            yield seq, f"an answer of {word}", "an authentic answer of one of the plan's contacts"
        elif seq in counted and not re.search(rf"(?<![\w-]){where}", sure):
            yield "", f"whether {word} is a contact of the plan cannot be told without a YAML library", ""


def looks(told: Evidence) -> Iterator[Fault]:
    """No look of the watch was left out, nor a check of one: before the newest, or of all that the plan asks for."""
    found = {body["key"] for _, _, body in told.of("judged") if body["key"][:6] == "watch/"}
    names, after = {key.split("/", 2)[2] for key in found}, max((int(key.split("/")[1]) for key in found), default=0)
    if told.end.get("why") == "watch_over":
        spans = SPAN.findall((WATCH.search(told.plan(SURE)) or [""])[0])
        length = {key: sum(int(n) * UNITS[u] for n, u in re.findall("(\\d+)(.)", text)) for key, text in spans}
        if len(length) != 2:
            return (yield "", "`watch` of the plan cannot be read without a YAML library", "")
        after = 1 + length["for"] // length["every"]
    whole = all if [b["phase"] for _, _, b in told.of("phase_entered")].count("watching") == 1 else any
    gaps = [n for n in range(1, after) if not whole(f"watch/{n:04d}/{name}" in found for name in names)]
    yield from [(len(told.lines), f"nothing, or not all, of the looks {gaps} of the watch", "all")] if gaps else []


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


def holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether an Ed25519 signature holds, by the reference algorithm (RFC 8032, 5.1); ValueError for none."""

    def plus(a: tuple[int, int], b: tuple[int, int], times: int = 1) -> tuple[int, int]:  # a + times * b
        if times != 1:
            return plus(plus(a, b, times % 2), plus(b, b), times // 2) if times else a
        (x, y), (u, v), m = a, b, D * a[0] * a[1] * b[0] * b[1]
        return (x * v + u * y) * pow(1 + m, -1, P) % P, (y * v + x * u) * pow(1 - m, -1, P) % P

    def point(data: bytes) -> tuple[int, int]:  # what 32 bytes stand for (5.1.3)
        y, sign = int.from_bytes(data, "little") % 2**255, data[31] >> 7
        square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
        x = r if ((r := pow(square, (P + 3) // 8, P)) * r - square) % P == 0 else r * ROOT % P
        if y >= P or (x * x - square) % P or (sign and not x) or len(data) != 32:
            raise ValueError("no point of the curve")
        return (P - x if x & 1 != sign else x), y

    s, k = (int.from_bytes(b, "little") for b in (signature[32:], sha512(signature[:32] + public + message).digest()))
    base, other = point((4 * pow(5, -1, P) % P).to_bytes(32, "little")), point(signature[:32])
    return len(signature) == 64 and s < ORDER and plus((0, 1), base, s) == plus(other, point(public), k % ORDER)


def signatures(told: Evidence) -> Iterator[Fault]:
    """attestation.json is signed with the keys that the plan names, timestamp.tsr comes with its authority's root."""
    keys, sure = ({key: name or key for name, key in KEY.findall(told.plan(comment))} for comment in (MAYBE, SURE))
    seen = re.findall(f"sha256:({HEX})", told.plan(MAYBE)) if "timestamps" in told.plan(MAYBE) else []
    roots = {sha256(base64.b64decode(x)).hexdigest() for x in re.findall(b"CERTIFICATE-----([^-]+)-", told.file(ROOTS))}
    if SEEN in told.names and (sha256(told.file(HEAD)).digest() not in told.file(SEEN) or roots.isdisjoint(seen)):
        yield SEEN, f"an answer, and the roots {sorted(roots)}", f"one over {HEAD}, by {seen or 'nobody'}"
    elif SEEN in told.names:
        yield "", f"not checked: the authority's signature in {SEEN}, and when (openssl ts -verify, bongsu verify)", ""
    envelope, last = decoded(told.file(SIGNED) or b'{"signatures": []}'), told.lines[-1]
    payload = base64.b64decode(envelope.get("payload", ""), validate=True)
    message = b" ".join([b"DSSEv1", b"%d" % len(PAYLOAD), PAYLOAD.encode(), b"%d" % len(payload), payload])
    files = [{"digest": {"sha256": sha256(told.file(name)).hexdigest()}, "name": name} for name in sorted(FILES)]
    end = {name: last[name] for name in ("hash", "run", "seq")}
    expected = {"_type": STATEMENT, "predicate": end, "predicateType": "urn:bongsu:evidence:v1", "subject": files}
    if SIGNED in told.names and (envelope["payloadType"] != PAYLOAD or payload != encoded(expected)):
        other = [one["name"] for one in files if one not in decoded(payload).get("subject", [])]
        yield SIGNED, f"a statement over other bytes of {other or 'nothing'}", f"one over these files and {end}"
    for one in envelope["signatures"]:
        public = base64.b64decode(one["keyid"].removeprefix("ed25519:"), validate=True)
        if one["keyid"] not in keys or not holds(public, message, base64.b64decode(one["sig"], validate=True)):
            yield SIGNED, f"a signature of {one['keyid']}", f"one that holds, with a key of the plan: {sorted(keys)}"
    lost = [keys[x] for x in set(keys) - {y["keyid"] for y in envelope["signatures"]}] + seen * (SEEN not in told.names)
    if lost or sure.keys() != keys.keys():
        yield "", f"not signed by {', '.join(sorted(lost)) or 'all'}, as far as is seen without a YAML library", ""


def verify(folder: Path) -> tuple[int, list[str]]:
    """Return the exit code for a folder, and what to print of it."""
    told, code, said = Evidence(folder), 0, list[str]()
    steps = (structure, chain, plan, blobs, citations, intentions, times, answers, looks, links, signatures)
    for number, step in zip((1, 2, 3, 4, 6, 7, 8, 8, 8, 11, 12), steps, strict=True):  # as `bongsu verify` counts
        said.append(f"{number:>3}  {step.__doc__}")
        try:
            for where, *quoted in step(told):
                place, code = f"{LEDGER}:{where}" if isinstance(where, int) else where, 5 if where else code or 3
                found, expected = (str(one)[:300] or "nothing" for one in quoted)
                text = f"error: step {number}, {place}: found {found}; expected {expected}"
                said.append(text if where else f"unknown: step {number}: {found}")
        except FORGED as exc:
            code, said = 5, [*said, f"error: step {number}: found {exc!r}; expected what a run records"]
    end = (f"{last['run']}: {last['seq']} lines, verdict {told.end.get('verdict')}" for last in told.lines[-1:])
    return code, ["".join(c if c.isprintable() else " " for c in x) for x in (*said, *end, CANNOT, f"exit code {code}")]


if __name__ == "__main__":
    exit_code, said = verify(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
    sys.exit(sys.stdout.write("\n".join(said) + "\n") and exit_code)
