"""Secrets by reference: found where the plan says, remembered for the redactor, never in an error."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest
from tests.patience import PATIENCE_S

from bongsu.errors import SecretMissing
from bongsu.secrets import LARGEST_BYTES, SecretStore

PASSWORD = "correct-horse-battery"
SENS = json.dumps(
    {
        "access_key": "A" * 20,
        "secret_key": "s" * 40,
        "n": 5,
        "short": "abc",
        "deep": {"pin": "12345678"},
        "old": ["retired-key"],
    }
)


class Manager:
    """AWS Secrets Manager as far as GetSecretValue: its answers, and how often it was asked."""

    def __init__(self, secrets: dict[str, str]) -> None:
        self.secrets = secrets
        self.asked: list[str] = []
        self.refuse_with = ""
        self.hung_up = Event()
        """Set when the asker has closed its connection."""
        manager = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def finish(self) -> None:
                super().finish()
                manager.hung_up.set()

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status, answer = manager.answer(body["SecretId"])
                data = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/x-amz-json-1.1")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args: object) -> None:
                """Keep the tests' output quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def answer(self, name: str) -> tuple[int, dict[str, object]]:
        self.asked.append(name)
        if self.refuse_with:
            return 400, {"__type": self.refuse_with, "message": "no"}
        if name not in self.secrets:
            return 400, {"__type": "ResourceNotFoundException", "message": "Secrets Manager can't find it"}
        return 200, {"Name": name, "VersionId": "v-" + "0" * 32, "SecretString": self.secrets[name]}

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def manager(monkeypatch: pytest.MonkeyPatch) -> Iterator[Manager]:
    for name, value in (("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")):
        monkeypatch.setenv(name, value)
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.delenv(name, raising=False)
    found = Manager({"example/sens": SENS, "example/plain": PASSWORD})
    yield found
    found.close()


@pytest.fixture
def store(manager: Manager, tmp_path: Path) -> Iterator[SecretStore]:
    found = SecretStore(
        tmp_path, region="ap-northeast-2", endpoint_url=manager.url, environ={"TOKEN": PASSWORD, "EMPTY": " "}
    )
    yield found
    found.close()


def test_an_environment_variable(store: SecretStore) -> None:
    assert store.resolve("env:TOKEN") == PASSWORD


def test_a_file_beside_the_plan_without_its_last_line_end(store: SecretStore, tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "token.txt").write_text(PASSWORD + "\n", "utf-8")
    assert store.resolve("file:keys/token.txt") == PASSWORD


def test_the_longest_file_that_is_a_secret(store: SecretStore, tmp_path: Path) -> None:
    (tmp_path / "longest").write_text("x" * LARGEST_BYTES)
    assert store.resolve("file:longest") == "x" * LARGEST_BYTES


def test_a_closed_store_holds_no_connection_and_asks_by_another(store: SecretStore, manager: Manager) -> None:
    assert store.resolve("secret:example/plain") == PASSWORD
    assert not manager.hung_up.is_set(), "kept for the next secret"
    store.close()
    assert manager.hung_up.wait(PATIENCE_S)
    assert store.resolve("secret:example/sens#access_key") == "A" * 20
    assert manager.asked == ["example/plain", "example/sens"]


def test_a_field_of_a_secret_and_the_whole_of_it(store: SecretStore) -> None:
    assert store.resolve("secret:example/sens#access_key") == "A" * 20
    assert json.loads(store.resolve("secret:example/sens"))["secret_key"] == "s" * 40
    assert store.resolve("secret:example/plain") == PASSWORD


def test_each_secret_is_asked_for_once_and_its_version_kept(store: SecretStore, manager: Manager) -> None:
    for field in ("access_key", "secret_key", "access_key"):
        store.resolve(f"secret:example/sens#{field}")
    assert manager.asked == ["example/sens"]
    assert store.versions == {"example/sens": "v-" + "0" * 32}


def test_every_value_is_remembered_for_the_redactor_with_the_fields_nobody_asked_for(store: SecretStore) -> None:
    store.resolve("env:TOKEN")
    store.resolve("secret:example/sens#access_key")
    assert store.values == {
        "env:TOKEN": PASSWORD,
        "secret:example/sens": SENS,
        "secret:example/sens#access_key": "A" * 20,
        "secret:example/sens#secret_key": "s" * 40,
        "secret:example/sens#old[0]": "retired-key",
        "secret:example/sens#deep.pin": "12345678",
    }


def test_a_failed_look_up_remembers_nothing(store: SecretStore) -> None:
    with pytest.raises(SecretMissing):
        store.resolve("env:NOWHERE")
    assert store.values == {}


@pytest.mark.parametrize(
    ("reference", "cause", "hint"),
    [
        ("env:NOWHERE", "the environment variable is not set", "export NOWHERE before the command"),
        ("env:EMPTY", "the environment variable is empty", "export EMPTY"),
        ("file:gone.txt", "the file cannot be read: no such file or directory", "put it at gone.txt"),
        ("file:empty.txt", "the file is empty", "write the secret into it"),
        ("file:binary", "the file is not UTF-8 text", "as text"),
        ("file:large", "the file is larger than 65536 bytes", "only the secret"),
        ("secret:example/none#a", "Secrets Manager answered ResourceNotFoundException", "create the secret"),
        ("secret:example/sens#token", 'the secret has no field "token"', "add the field"),
        ("secret:example/sens#n", 'the field "n" holds no text', "as text"),
        ("secret:example/plain#a", "the secret is not a JSON object", "take the #field away"),
    ],
)
def test_what_leads_to_nothing_names_reference_key_and_what_to_do(
    store: SecretStore, tmp_path: Path, *, reference: str, cause: str, hint: str
) -> None:
    (tmp_path / "empty.txt").write_bytes(b"\n")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    (tmp_path / "large").write_bytes(b"x" * 70_000)
    with pytest.raises(SecretMissing) as caught:
        store.resolve(reference, key="channels.alerts.token")
    error = caught.value
    assert error.text == f'"{reference}" leads to nothing, at plan key "channels.alerts.token"'
    assert error.cause is not None
    assert error.cause.startswith(cause)
    assert error.hint is not None
    assert hint in error.hint
    assert error.exit_code == 2


@pytest.mark.parametrize("code", ["AccessDeniedException", "ExpiredTokenException", "SomethingNew"])
def test_a_refusal_is_named_by_its_code_with_advice(store: SecretStore, manager: Manager, code: str) -> None:
    manager.refuse_with = code
    with pytest.raises(SecretMissing) as caught:
        store.resolve("secret:example/sens")
    assert caught.value.cause == f"Secrets Manager answered {code}"
    assert caught.value.hint


@pytest.fixture
def unsigned(store: SecretStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> SecretStore:
    """A store on a machine where nobody has signed in to AWS."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "nothing"))
    return store


def test_without_credentials_the_advice_is_to_sign_in(unsigned: SecretStore) -> None:
    with pytest.raises(SecretMissing) as caught:
        unsigned.resolve("secret:example/sens")
    assert caught.value.cause == "Secrets Manager could not be asked: NoCredentialsError"
    assert caught.value.hint == "sign in to AWS, or set AWS_PROFILE"


def test_a_manager_that_cannot_be_asked_is_asked_once(unsigned: SecretStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every question would take its time to fail; the second secret is named with the first one's cause."""
    with pytest.raises(SecretMissing) as caught:
        unsigned.resolve_all(
            [("a", "secret:example/sens"), ("b", "secret:example/other"), ("c", "secret:example/sens")]
        )
    assert caught.value.text == "2 secrets cannot be found"
    assert (caught.value.cause or "").splitlines() == [
        f'"secret:example/{name}" leads to nothing, at plan key "{key}": Secrets Manager could not be asked: '
        "NoCredentialsError"
        for key, name in (("a", "sens"), ("b", "other"))
    ]
    assert caught.value.hint == "sign in to AWS, or set AWS_PROFILE"
    # Signed in meanwhile: this store has its answer, and a new one asks again.
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIA" + "X" * 16)
    with pytest.raises(SecretMissing):
        unsigned.resolve("secret:example/sens")


def test_a_secret_without_text_leads_to_nothing(store: SecretStore, manager: Manager) -> None:
    manager.secrets["example/blank"] = " "
    with pytest.raises(SecretMissing) as caught:
        store.resolve("secret:example/blank")
    assert caught.value.cause == "the secret holds no text"


def test_a_value_in_place_of_a_reference_is_not_repeated(store: SecretStore) -> None:
    with pytest.raises(SecretMissing) as caught:
        store.resolve(PASSWORD, key="keys.buttons")
    assert PASSWORD not in f"{caught.value.text} {caught.value.hint} {caught.value.cause}"


def test_no_error_shows_a_value_that_was_found(store: SecretStore) -> None:
    with pytest.raises(SecretMissing) as caught:
        store.resolve("secret:example/plain#field")
    assert PASSWORD not in f"{caught.value.text} {caught.value.hint} {caught.value.cause}"
    assert caught.value.__cause__ is None
