"""A timestamp over the end of the chain: by the plan's authority alone, over these bytes, and for a stranger's tool."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from ssl import PEM_cert_to_DER_cert
from typing import TYPE_CHECKING

import pytest
from tests.evidence import synthetic
from tests.evidence.synthetic import Player, plan_of, render, reread
from tests.rules.tree import ROOT

from bongsu.checks import judge
from bongsu.cli.timestamping import AuthorityRefused, stamp
from bongsu.core.decide import decide
from bongsu.errors import UsageError
from bongsu.evidence import verify_evidence
from bongsu.evidence.findings import Findings
from bongsu.evidence.folder import AUTHORITY, HEAD, TIMESTAMP, Folder
from bongsu.evidence.steps_timestamp import timestamp
from bongsu.evidence.timestamps import fingerprints
from bongsu.evidence.verify import Report, verify
from bongsu.evidence.write import write_evidence
from bongsu.ledger.codec import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.core.plan import Plan

CONFIG = """[tsa]
default_tsa = invented
[invented]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
certs = {folder}/root.pem
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
"""


def openssl(*words: object, check: bool = True) -> subprocess.CompletedProcess[str]:
    if shutil.which("openssl") is None:
        pytest.skip("no openssl is installed, so that there is no authority to ask: `apt-get install openssl`")
    return subprocess.run(["openssl", *map(str, words)], capture_output=True, text=True, check=check)


class Authority:
    """A timestamping authority of our own: a root, a certificate under it, and openssl's answers over HTTP."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.root = folder, folder / "root.pem"
        (folder / "serial").write_text("01\n")
        (folder / "extensions").write_text("extendedKeyUsage = critical,timeStamping\n")
        (folder / "config").write_text(CONFIG.format(folder=folder))
        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
        named = ("-subj", "/CN=Invented Root")
        openssl("req", "-x509", *key, "-keyout", folder / "root.key", "-out", self.root, "-days", 3650, *named)
        named = ("-subj", "/CN=Invented Timestamps")
        openssl("req", *key, "-keyout", folder / "tsa.key", "-out", folder / "request", *named)
        signed_by = ("-CA", self.root, "-CAkey", folder / "root.key", "-set_serial", 2, "-days", 3650)
        words = ("x509", "-req", "-in", folder / "request", *signed_by, "-extfile", folder / "extensions")
        openssl(*words, "-out", folder / "tsa.pem")

    @property
    def fingerprint(self) -> str:
        (one,) = fingerprints(self.root.read_bytes())
        return one

    def answer(self, query: bytes) -> bytes:
        (self.folder / "query").write_bytes(query)
        openssl(
            "ts",
            "-reply",
            "-config",
            self.folder / "config",
            "-queryfile",
            self.folder / "query",
            "-out",
            self.folder / "reply",
        )
        return (self.folder / "reply").read_bytes()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("stranger"))


@pytest.fixture(scope="module")
def served(authority: Authority) -> Iterator[str]:
    """The authority over HTTP; under /broken it answers with what is no timestamp, under /down not at all well."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(503 if self.path == "/down" else 200)
            self.end_headers()
            self.wfile.write(b"no timestamp" if self.path == "/broken" else authority.answer(query))

        def log_request(self, code: object = "-", size: object = "-") -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Case:
    """A closed run whose plan names an authority."""

    def __init__(self, folder: Path, fingerprint: str) -> None:
        self.bytes = synthetic.bytes_of(1) + f"keys:\n  timestamps: {fingerprint}\n".encode()
        self.plan = replace(
            plan_of(1), keys={"timestamps": fingerprint} if fingerprint else {}, digest=sha256(self.bytes).hexdigest()
        )
        self.player = Player(plan=self.plan, plan_bytes=self.bytes).play()
        self.folder = folder
        self.write()

    def write(self) -> None:
        write_evidence(self.player.ledger, synthetic.RUN, self.folder, load_plan=self.load, render=render)

    def load(self, _: bytes) -> Plan:
        return self.plan

    def verify(self) -> Report:
        return verify(
            self.folder,
            load_plan=self.load,
            render=render,
            reread=reread,
            judge=judge,
            render_message=synthetic.render_message,
            decide=decide,
        )

    def came_to(self) -> tuple[int, set[str]]:
        report = self.verify()
        return report.exit_code, {finding.rule for finding in report.findings}


@pytest.fixture
def case(authority: Authority, tmp_path: Path) -> Case:
    return Case(tmp_path / "run", authority.fingerprint)


@pytest.fixture
def stamped(case: Case, served: str, authority: Authority) -> Case:
    stamp(case.folder, case.plan, served, authority.root)
    return case


def test_evidence_is_unknown_until_the_plans_authority_has_seen_its_end(
    case: Case, served: str, authority: Authority
) -> None:
    assert case.came_to() == (3, {"timestamp_missing"})
    assert verify_evidence.verify(case.folder)[0] == 3
    stamp(case.folder, case.plan, served, authority.root)
    assert case.came_to() == (0, set())


@pytest.mark.parametrize("authority_is", ["whole", "cut", "forged"])
def test_the_verifier_without_an_installation_says_that_it_does_not_check_the_authoritys_signature(
    authority_is: str, stamped: Case
) -> None:
    """Whether the answer is the authority's or a forger's is unknown to it, and so it leaves with 3."""
    answer = (stamped.folder / TIMESTAMP).read_bytes()
    forged = bytes([*answer[:-1], answer[-1] ^ 1])
    (stamped.folder / TIMESTAMP).write_bytes({"whole": answer, "cut": answer[:-64], "forged": forged}[authority_is])
    assert stamped.came_to()[0] == (0 if authority_is == "whole" else 5)
    code, said = verify_evidence.verify(stamped.folder)
    told = [line for line in said if line.startswith(("unknown", "error"))]
    assert code == 3
    assert len(told) == 1
    assert told[0].startswith("unknown: step 12: not checked: the authority's signature in timestamp.tsr")


def test_a_strangers_tool_verifies_it(stamped: Case) -> None:
    words = ("-data", stamped.folder / HEAD, "-in", stamped.folder / TIMESTAMP, "-CAfile", stamped.folder / AUTHORITY)
    assert "Verification: OK" in openssl("ts", "-verify", *words).stdout
    (stamped.folder / HEAD).write_bytes(b"{}")
    assert openssl("ts", "-verify", *words, check=False).returncode != 0


def test_another_authority_is_not_believed(case: Case, stranger: Authority, served: str, authority: Authority) -> None:
    with pytest.raises(UsageError, match="not the certificate that the plan names"):
        stamp(case.folder, case.plan, served, stranger.root)
    stamp(case.folder, case.plan, served, authority.root)
    request = case.folder.parent / "query"
    openssl("ts", "-query", "-data", case.folder / HEAD, "-sha256", "-cert", "-out", request)
    (case.folder / TIMESTAMP).write_bytes(stranger.answer(request.read_bytes()))
    assert case.came_to() == (5, {"timestamp"})
    (case.folder / AUTHORITY).write_bytes(stranger.root.read_bytes())
    assert case.came_to() == (5, {"timestamp"})


def test_a_timestamp_over_another_end_is_refused(stamped: Case, authority: Authority, tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes((stamped.folder / HEAD).read_bytes() + b" ")
    openssl("ts", "-query", "-data", tmp_path / "other", "-sha256", "-cert", "-out", tmp_path / "query")
    (stamped.folder / TIMESTAMP).write_bytes(authority.answer((tmp_path / "query").read_bytes()))
    assert stamped.came_to() == (5, {"timestamp"})


def test_no_byte_of_it_changes_unnoticed(stamped: Case) -> None:
    """Sampled bytes, of the status, the token, the certificates and the signature."""
    whole = (stamped.folder / TIMESTAMP).read_bytes()
    told = stamped.verify()
    assert told.exit_code == 0
    accepted = []
    for place in range(0, len(whole), 41):
        (stamped.folder / TIMESTAMP).write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        findings = Findings()
        timestamp(Folder(stamped.folder, findings), stamped.plan, ())
        accepted += [place] if not findings.items else []
    # The answer brings a copy of the root along, which nobody believes: the one that counts lies in the folder.
    copy = PEM_cert_to_DER_cert((stamped.folder / AUTHORITY).read_text())
    assert [place for place in accepted if not 0 <= place - whole.index(copy) < len(copy)] == []
    for content in (b"", b"no timestamp", whole[:-9], whole + b"x"):
        (stamped.folder / TIMESTAMP).write_bytes(content)
        assert stamped.came_to() == (5, {"timestamp"}), content[:20]


def test_an_authority_that_saw_the_end_before_it_was_written_is_refused(stamped: Case) -> None:
    findings = Findings()
    lines = [decode(row.line) for row in stamped.player.ledger.rows(synthetic.RUN)]
    late = [*lines[:-1], replace(lines[-1], at=datetime(2999, 1, 1, tzinfo=UTC))]
    timestamp(Folder(stamped.folder, findings), stamped.plan, late)
    assert [finding.why for finding in findings.items] == [
        "the authority has seen the end of the chain before its last line was written"
    ]


def test_a_timestamp_that_the_plan_did_not_ask_for_is_refused(stamped: Case, tmp_path: Path) -> None:
    other = Case(tmp_path / "other", "")
    for name in (TIMESTAMP, AUTHORITY):
        (other.folder / name).write_bytes((stamped.folder / name).read_bytes())
    assert other.came_to() == (5, {"timestamp"})


def test_writing_the_same_evidence_again_keeps_it(stamped: Case) -> None:
    before = (stamped.folder / TIMESTAMP).read_bytes()
    stamped.write()
    assert (stamped.folder / TIMESTAMP).read_bytes() == before
    assert stamped.came_to() == (0, set())


@pytest.mark.parametrize(("path", "said"), [("/broken", "no timestamp that holds"), ("/down", "answered with 503")])
def test_an_answer_that_is_none_is_not_kept(
    case: Case, served: str, authority: Authority, path: str, said: str
) -> None:
    with pytest.raises(AuthorityRefused, match=said):
        stamp(case.folder, case.plan, served + path, authority.root)
    assert not (case.folder / TIMESTAMP).exists()


def test_nobody_is_asked_where_the_plan_names_no_authority(tmp_path: Path, authority: Authority) -> None:
    case = Case(tmp_path / "run", "")
    with pytest.raises(UsageError, match="names no authority"):
        stamp(case.folder, case.plan, "http://127.0.0.1:9", authority.root)


def test_without_the_library_it_is_said_not_to_be_read() -> None:
    """An interpreter without installed packages: the port says so, and only when it is asked."""
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT / 'src')!r})\n"
        "from bongsu.evidence.timestamps import NotInstalled, NotWitnessed, witnessed\n"
        "for fingerprint in ('sha256:0', ''):\n"
        "    try:\n        witnessed(b'', b'', certificates=b'', fingerprint=fingerprint)\n"
        "    except (NotInstalled, NotWitnessed) as exc:\n        print(exc)\n"
    )
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["the extra `timestamp` is not installed", "the plan names no authority"]
