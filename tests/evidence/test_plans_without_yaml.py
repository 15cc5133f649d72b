"""The small verifier has no YAML library: it finds what a plan names however spelled, or says that it cannot."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.evidence import synthetic
from tests.evidence.alterations import the_small_one
from tests.evidence.synthetic import Player, bytes_of, plan_of, render

from bongsu.core.chain import Head
from bongsu.evidence import verify_evidence
from bongsu.evidence.findings import Findings
from bongsu.evidence.folder import Folder
from bongsu.evidence.signing import Key, new_key, sign_folder
from bongsu.evidence.write import write_evidence
from bongsu.planfile.problems import Report
from bongsu.planfile.yamlmap import Items, Node, Scalar, read_tree

if TYPE_CHECKING:
    from collections.abc import Callable

PLAN = bytes_of(1).decode()


@pytest.fixture(scope="module")
def james(tmp_path_factory: pytest.TempPathFactory) -> Key:
    return new_key(tmp_path_factory.mktemp("keys") / "james")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Key:
    return new_key(tmp_path_factory.mktemp("keys") / "stranger")


def written(made: Path, text: str, signed_by: Key | None = None) -> Path:
    """Write the evidence of a run whose plan has that text, signed or not."""
    data, folder = text.encode(), made / "run"
    plan = replace(plan_of(1), digest=sha256(data).hexdigest())
    ledger = Player(plan=plan, plan_bytes=data).play().ledger
    write_evidence(ledger, synthetic.RUN, folder, load_plan=lambda _: plan, render=render)
    if signed_by is not None:
        last = ledger.head(synthetic.RUN)
        sign_folder(folder, Folder(folder, Findings()).signed_files(), synthetic.RUN, last, key=signed_by)
    return folder


def plain(node: Node | None) -> Any:
    """Return a tree as mappings, lists and texts, as bongsu reads it."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    assert node is not None
    return {entry.key: plain(entry.node) for entry in node.entries}


def read(text: str) -> Any:
    report = Report("plan.yaml", text)
    tree = plain(read_tree(text, report))
    report.raise_if_any()
    return tree


SIGNED = "keys:\n  buttons: env:KEY\n  signers:\n    james: "
SPELLINGS: dict[str, Callable[[str], str]] = {
    "a block": lambda key: f'{PLAN}{SIGNED}"{key}"\n',
    "a flow": lambda key: f'{PLAN}keys: {{signers: {{james: "{key}"}}}}\n',
    "no quotes": lambda key: f"{PLAN}{SIGNED}{key}\n",
    "single quotes": lambda key: f"{PLAN}{SIGNED}'{key}'\n",
    "quoted keys": lambda key: f'{PLAN}"keys": {{"signers": {{"james":"{key}"}}}}\n',
    "singly quoted keys": lambda key: f"{PLAN}'keys' : {{'signers' : {{'james' : '{key}'}}}}\n",
    "escapes in the keys": lambda key: f'{PLAN}"k\\x65ys": {{"s\\u0069gners": {{"\\U0000006aames": "{key}"}}}}\n',
    "escapes in the value": lambda key: f'{PLAN}{SIGNED}"\\x65d{key[2:].replace("/", chr(92) + "/")}"\n',
    "a continued line": lambda key: f'{PLAN}{SIGNED}"{key[:20]}\\\n      {key[20:]}"\n',
    "an anchor": lambda key: f'{PLAN}keys: {{signers: {{james: &key "{key}", on_call: *key}}}}\n',
    "an anchored mapping": lambda key: f'who: &who {{james: "{key}"}}\n{PLAN}keys: {{signers: *who}}\n',
    "a merge": lambda key: f'{PLAN}keys:\n  signers:\n    <<: {{james: "{key}"}}\n',
    "a tag": lambda key: f'{PLAN}{SIGNED}!!str "{key}"\n',
    "a literal block": lambda key: f"{PLAN}{SIGNED}|-\n      {key}\n",
    "a folded block": lambda key: f"{PLAN}{SIGNED}>-\n      {key}\n",
    "explicit keys": lambda key: f'{PLAN}? keys\n: ? signers\n  : ? james\n    : "{key}"\n',
    "comments": lambda key: (
        f"{PLAN}keys:  # whose\n# who's\n  signers:  # who\n    james: \"{key}\"  # James' laptop\n"
    ),
    "a document's ends": lambda key: f'%YAML 1.1\n---\n{PLAN}{SIGNED}"{key}"\n...\n',
    "one flow": lambda key: f'{{watch: {{for: 20m, every: 20m}}, keys: {{signers: {{james: "{key}"}}}}}}\n',
    "tabs": lambda key: f'{PLAN}keys: {{signers: {{\n\t\tjames:\t"{key}"}}}}\n',
    "other ends of lines": lambda key: f'{PLAN}{SIGNED}"{key}"\n'.replace("\n", "\r\n"),
    "old ends of lines": lambda key: f'{PLAN}{SIGNED}"{key}"\n'.replace("\n", "\x85"),
    "a comment that ends early": lambda key: f"{PLAN}# ends here\u2028{SIGNED}{key}\n",
    "a decoy in a quotation": lambda key: (
        f'says: "x\nkeys: {{signers: {{}}}}\n"\n{PLAN}"k\\x65ys": {{"s\\x69gners": {{james: "{key}"}}}}\n'
    ),
    "a quotation that looks like a comment": lambda key: (
        f'{{says: "x\n # y", keys: {{signers: {{james: {key}}}}}, watch: {{for: 20m, every: 20m}}}}\n'
    ),
}


@pytest.mark.parametrize("spelled", SPELLINGS.values(), ids=SPELLINGS)
def test_a_signer_is_found_however_the_plan_spells_him(
    tmp_path: Path, james: Key, stranger: Key, spelled: Callable[[str], str]
) -> None:
    text = spelled(james.fingerprint)
    assert read(text)["keys"]["signers"]["james"] == james.fingerprint, "it is what bongsu reads"
    for number, (signer, codes) in enumerate(((None, {3}), (james, {0, 3}), (stranger, {5}))):
        told = verify_evidence.Evidence(written(tmp_path / str(number), text, signer))
        assert signatures(told) in codes
    assert the_small_one(written(tmp_path / "all", text)).code in {3, 5}, "5 where it finds no contacts in that plan"


def signatures(told: verify_evidence.Evidence) -> int:
    """Return the code that step 12 comes to by itself."""
    list(verify_evidence.chain(told))
    codes = {5 if where else 3 for where, *_ in verify_evidence.signatures(told)}
    return max(codes, default=0)


PLAINLY = ("a block", "a flow", "no quotes", "single quotes", "quoted keys", "escapes in the keys", "tabs", "comments")


@pytest.mark.parametrize("name", PLAINLY)
def test_a_signature_holds_for_the_signer_that_it_found(tmp_path: Path, james: Key, name: str) -> None:
    assert the_small_one(written(tmp_path, SPELLINGS[name](james.fingerprint), james)).code == 0


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (PLAN, 0),
        (PLAN + "# the designers are no signers\n", 0),
        (PLAN + "keys: {signers: {}}\n", 0),
        (PLAN + "keys:\n  signers:\n#   james: {key}\n", 0),
        (PLAN + "keys:\n  signers:\n#   james: '{key}'\n", 3),
    ],
)
def test_where_a_plan_names_no_signer_nobody_is_missed_or_it_is_not_told(
    tmp_path: Path, james: Key, text: str, code: int
) -> None:
    folder = written(tmp_path, text.replace("{key}", james.fingerprint))
    assert the_small_one(folder).code == code
    assert any("YAML" in line for line in verify_evidence.verify(folder)[1]) is (code == 3)


CONTACTS = {
    'on_call: {name: "On-Call", slack: U00000002}': 0,
    "on_call: {name: On-Call, slack: 'U00000002'}": 0,
    '"on_call": {"slack": "U00000002"}': 0,
    "on_call:  # who's there\n    slack: U00000002  # at night": 0,
    'on_call: {"sl\\x61ck": "U0000\\u0030002"}': 0,
    "on_call: {\n    slack:\n      U00000002\n  }": 0,
    "on_call: {slack: &id U00000002}": 3,
    "on_call: {slack: *id, name: U00000002}": 3,
    "on_call: {slack: |-\n    U00000002\n  }": 3,
    "on_call: [slack, U00000002]": 3,
    "on_call: {name: U00000002}": 3,
    "# on_call: {slack: 'U00000002'}": 3,
    "# on_call: {slack: U00000002}": 5,
    "on_call: {slack: U000000021}": 3,
    "on_call: {slack: U00000001}": 5,
    "on_call: {}": 5,
}
"""How a plan writes the one who answers, and the code that the small verifier comes to."""


@pytest.mark.parametrize(("contact", "code"), CONTACTS.items())
def test_contacts_are_read_where_that_is_safe_and_else_said_not_to_be(tmp_path: Path, contact: str, code: int) -> None:
    text = PLAN.replace('on_call: {name: "On-Call", role: Lead, slack: U00000002}   # one who answers', contact)
    assert text != PLAN
    folder = written(tmp_path, text)
    assert the_small_one(folder) == (code, 8 if code == 5 else 0)


@pytest.mark.parametrize(
    ("watch", "code"),
    [
        ("watch: {for: 20m, every: 20m}", 0),
        ("watch:\n  every: '1200s'   # a third of an hour\n  for: \"20m\"", 0),
        ("watch:\n  'for': 20m\n\n  checks:\n    - alarms\n  \"every\": 20m", 0),
        ("watch: {for: 1h, every: 20m}", 5),
        ("watch: {every: 20m}", 3),
        ("watch: *watch", 3),
        ("'watch': {for: 1h, every: 20m}", 3),
    ],
)
def test_the_looks_that_the_plan_asks_for_are_counted_where_they_can_be_read(
    tmp_path: Path, watch: str, code: int
) -> None:
    text = PLAN[: PLAN.index("watch:")] + watch + "\n"
    assert the_small_one(written(tmp_path, text)) == (code, 8 if code == 5 else 0)


def test_the_end_of_the_chain_is_the_one_that_was_signed(tmp_path: Path, james: Key) -> None:
    text = SPELLINGS["a block"](james.fingerprint)
    folder = written(tmp_path, text)
    files = Folder(folder, Findings()).signed_files()
    sign_folder(folder, files, synthetic.RUN, Head(1, "0" * 64), key=james)
    assert the_small_one(folder) == (5, 12)
