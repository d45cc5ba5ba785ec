"""Fast reads behave as the installed botocore, in everything that they copied from it."""

import datetime as dt
import random
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import botocore
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotocoreCredentials
from botocore.retries import quota, standard
from botocore.session import Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pynamodb.exceptions import GetError

from services.storage.binding import TOTAL_ATTEMPTS, Binding
from services.storage.fast import choice, retrying
from services.storage.fast.failures import Broken, ConnectionBrokenError, Refusal
from services.storage.fast.signing import CONTENT_TYPE, TARGET, Credentials, Signer
from services.storage.keys import Key
from services.storage.models import bind
from services.storage.table import Table
from tests.support import dynamo_server as server
from tests.support.dynamo_server import DynamoServer
from tests.support.seeds import seed_of_run

PROFILE = Key("STORE#1", "PROFILE")


def test_the_botocore_that_is_locked_was_tested() -> None:
    """A new botocore fails here: run the suite with it, then add it to TESTED."""
    assert choice.botocore_version() == botocore.__version__
    assert botocore.__version__ in choice.TESTED
    assert choice.signs_as_recorded()


@pytest.mark.parametrize("token", [None, "IQoJb3JpZ2luX2VjEA//+=="])
@pytest.mark.parametrize("host", ["dynamodb.eu-west-1.amazonaws.com", "127.0.0.1:8000"])
@pytest.mark.parametrize("body", [b"{}", '{"a":"é"}'.encode(), b"x" * 5000])
def test_a_request_is_signed_as_botocore_signs_it(
    token: str | None, host: str, body: bytes
) -> None:
    chance = random.Random(seed_of_run())
    secret = "".join(chance.choices("abcXYZ/+=0129", k=40))
    signer = Signer("eu-west-1", host)
    for operation in ("Query", "GetItem", "BatchGetItem"):
        # Also across midnight, where the day's key changes.
        at = dt.datetime(2026, 5, 4, 23, 59, 58, tzinfo=dt.UTC) + dt.timedelta(
            seconds=chance.randrange(5)
        )
        with mock.patch("botocore.auth.get_current_datetime", lambda at=at: at):
            request = AWSRequest(
                "POST",
                f"https://{host}/",
                {"Content-Type": CONTENT_TYPE, "X-Amz-Target": TARGET + operation},
                data=body,
            )
            SigV4Auth(BotocoreCredentials("AKID", secret, token), "dynamodb", "eu-west-1").add_auth(
                request
            )
        now = at.timestamp()
        ours = signer.request(operation, body, Credentials("AKID", secret, token), now)
        head, _, sent = ours.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
        assert sent == body
        for name in ("Authorization", "X-Amz-Date", "X-Amz-Target", "Content-Type"):
            assert headers[name] == request.headers[name]
        assert headers.get("X-Amz-Security-Token") == token
        assert headers["Host"] == host


def test_retries_have_botocores_numbers() -> None:
    private: Any = standard  # its types tell nothing of what is private
    transient, throttled = private.TransientRetryableChecker, private.ThrottledRetryableChecker
    assert set(transient._TRANSIENT_ERROR_CODES) == retrying.TRANSIENT_CODES
    assert set(transient._TRANSIENT_STATUS_CODES) == retrying.TRANSIENT_STATUSES
    assert set(throttled._THROTTLED_ERROR_CODES) == retrying.THROTTLED_CODES
    statuses = private.ThrottlingStatusCodeChecker._THROTTLING_STATUS_CODES
    assert statuses == [retrying.THROTTLED_STATUS]
    backoff = private.ExponentialBackoff
    scales = backoff._SERVICE_BACKOFF_CONFIG["dynamodb"]
    assert scales == {"non_throttling_base_scale": retrying.TRANSIENT_SCALE_S}
    usual = backoff._DEFAULT_BACKOFF_CONFIG
    assert usual["throttling_base_scale"] == retrying.THROTTLED_SCALE_S
    assert (backoff._BASE, backoff._MAX_BACKOFF) == (2, retrying.MAX_BACKOFF_S)
    assert backoff._RETRY_AFTER_MAX_ADDITIONAL == retrying.MAX_RETRY_AFTER_S
    assert quota.RetryQuota.INITIAL_CAPACITY == retrying.QUOTA
    checker = private.RetryQuotaChecker
    assert checker._RETRY_COST == retrying.COST
    assert checker._THROTTLING_RETRY_COST == retrying.THROTTLED_COST
    config: Any = bind(Binding("eu-west-1"))._get_connection().connection.client.meta.config
    assert config.retries["mode"] == "standard"
    assert config.retries["total_max_attempts"] == TOTAL_ATTEMPTS


def test_the_errors_that_dynamodbs_model_calls_retryable_are_ours() -> None:
    model = Session().get_service_model("dynamodb")
    for name in ("Query", "GetItem", "BatchGetItem"):
        for shape in model.operation_model(name).error_shapes:
            code = shape.metadata.get("error", {}).get("code") or shape.name
            modeled = shape.metadata.get("retryable") is not None
            refusal = Refusal(400, code, "")
            assert not modeled or retrying._is_retryable(refusal), code


@pytest.mark.parametrize("attempt", [1, 2])
def test_pauses_are_botocores(attempt: int) -> None:
    pauses: list[float] = []
    retries = retrying.Retries()
    retries.pause, retries.chance = pauses.append, lambda: 0.5
    for failure, scale in (
        (Refusal(400, "ThrottlingException", ""), 1.0),
        (Refusal(503, "x", ""), 0.025),
        (ConnectionBrokenError(Broken.CLOSED, ""), 0.025),
    ):
        assert retries.again(failure, attempt) is not None
        assert pauses.pop() == 0.5 * scale * 2 ** (attempt - 1)
    assert retries.again(Refusal(400, "ValidationException", ""), attempt) is None
    assert retries.again(Refusal(503, "x", ""), TOTAL_ATTEMPTS) is None


def test_what_is_not_known_to_be_the_same_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    binding = Binding("eu-west-1", "carte", "http://127.0.0.1:9", fast_reads=True)
    assert choice.open_reader(binding, {})[0] is not None
    for environment, endpoint in (
        ({"HTTPS_PROXY": "http://proxy"}, binding.endpoint),
        ({"AWS_USE_FIPS_ENDPOINT": "true"}, binding.endpoint),
        ({}, "http://127.0.0.1:9/a/path"),
        ({}, "http://user:secret@127.0.0.1:9"),
    ):
        reader, why_not = choice.open_reader(binding._replace(endpoint=endpoint), environment)
        assert reader is None
        assert why_not
    monkeypatch.setattr(choice, "TESTED", frozenset({"0.0.1"}))
    assert Table(binding).reader.fast is None
    monkeypatch.undo()
    monkeypatch.setattr(choice, "_KNOWN", "0" * 64)
    assert Table(binding).reader.fast is None


def test_a_fault_of_the_fast_reader_switches_it_off_and_the_read_goes_on() -> None:
    with DynamoServer() as dynamo:
        dynamo.put(*PROFILE, "1@a", {"n": 1})
        table = Table(Binding("eu-west-1", "carte", dynamo.url, fast_reads=True))
        log: list[str] = []
        table.reader._log = log.append
        with mock.patch("services.storage.fast.reader.stored_of", side_effect=KeyError("strange")):
            stored = table.get(PROFILE)
        assert stored is not None
        assert stored.body == {"n": 1}
        assert table.reader.fast is None
        assert "strange" in log[0]
        table.close()


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an authority that signs itself: `cert.pem` for localhost, and its `key.pem`."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return folder


@pytest.fixture
def secured(certificates: Path) -> Iterator[tuple[DynamoServer, list[str | None]]]:
    """A DynamoDB behind TLS, and the host names that clients named."""
    named: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / "cert.pem", certificates / "key.pem")
    context.sni_callback = lambda _, name, __: named.append(name)
    with DynamoServer(context) as dynamo:
        dynamo.put(*PROFILE, "1@a", {"text": "ü" * 100_000})
        yield dynamo, named


def test_tls_is_verified_and_names_the_host(
    secured: tuple[DynamoServer, list[str | None]],
    certificates: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dynamo, named = secured
    monkeypatch.setenv("AWS_CA_BUNDLE", str(certificates / "cert.pem"))
    table = Table(Binding("eu-west-1", "carte", dynamo.url, fast_reads=True))
    dynamo.script.extend([server.answers, server.dribbles, server.chunks, server.hangs_up_after])
    for _ in range(5):
        stored = table.get(PROFILE)
        assert stored is not None
        assert len(stored.body["text"]) == 100_000
    assert named == ["localhost"] * 2
    assert [one.connection for one in dynamo.received] == [1, 1, 1, 1, 2]
    table.close()


@pytest.mark.parametrize(("bundle", "host"), [(None, "localhost"), ("cert.pem", "127.0.0.1")])
def test_a_server_that_is_not_who_it_should_be_is_refused(
    secured: tuple[DynamoServer, list[str | None]],
    certificates: Path,
    monkeypatch: pytest.MonkeyPatch,
    bundle: str | None,
    host: str,
) -> None:
    dynamo, _ = secured
    if bundle:
        monkeypatch.setenv("AWS_CA_BUNDLE", str(certificates / bundle))
    url = f"https://{host}:{dynamo.port}"
    table = Table(Binding("eu-west-1", "carte", url, fast_reads=True))
    assert table.reader.fast is not None
    table.reader.fast.client.retries.pause = lambda _: None  # type: ignore[attr-defined]
    with pytest.raises(GetError) as caught:
        table.get(PROFILE)
    assert type(caught.value.cause).__name__ == "SSLError"
    assert dynamo.received == []
