"""The Lambda's answers to batches of its queue, and what it sends to AWS."""

import json
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    ReadTimeoutError,
)

from services.domain.mail import Mail, MailRefusedError, MailsLimitedError, MailUnansweredError
from services.domain.orders.notices import Notice
from services.domain.orders.wakeups import InvalidWakeUpError, entry, order_of
from services.fulfilment.aws_notices import AwsNotices, sns_client
from services.fulfilment.deliveries import Deliveries
from services.ses_mails import SesMails, ses_client
from tests.support.http_server import QuietHandler, ThreadedServer, running

NAME = "a" * 26


def records(*bodies: str) -> dict[str, Any]:
    return {"Records": [{"messageId": str(at), "body": one} for at, one in enumerate(bodies)]}


def message(name: str) -> str:
    text: str = entry(name, "1")["MessageBody"]
    return text


def deliveries(perform: Any, log: list[str]) -> Deliveries:
    performer: Any = SimpleNamespace(perform=perform)
    return Deliveries("eu-west-1", performer, lambda *_: frozenset(), log.append)


def test_each_line_of_an_invocation_names_its_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    trace = "1-5759e988-bd862e3fe1be46a994272793"
    monkeypatch.setenv("_X_AMZN_TRACE_ID", f"Root={trace};Parent=53995c3f42cd8ad8;Sampled=1")
    log: list[str] = []

    def fail(*_: object) -> bool:
        raise ConnectionError("the table does not answer")

    deliveries(fail, log).answer(records(message(NAME)))
    lines = [json.loads(one) for one in "".join(log).splitlines()]
    assert [line["trace"] for line in lines] == [trace] * 2


def test_the_first_failure_and_all_after_it_come_again() -> None:
    log: list[str] = []

    def perform(name: str, *_: object) -> bool:
        if name == "b" * 26:
            raise ConnectionError("the table does not answer")
        return True

    event = records(*(message(letter * 26) for letter in "abc"))
    answer = deliveries(perform, log).answer(event)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}, {"itemIdentifier": "2"}]}
    lines = [json.loads(one) for one in "".join(log).splitlines()]
    assert (lines[0]["OrdersWorked"], lines[0]["OrdersFailed"]) == (1, 1)
    assert lines[1]["Code"] == "TABLE_UNAVAILABLE"


def test_an_order_that_ran_out_of_time_comes_again() -> None:
    answer = deliveries(lambda *_: False, []).answer(records(message(NAME)))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}]}


def test_no_duty_is_begun_in_the_last_seconds() -> None:
    decisions: list[bool] = []

    def perform(*given: Any) -> bool:
        decisions.append(given[-1]())
        return True

    worker = deliveries(perform, [])
    worker.answer(records(message(NAME)), lambda: 74_000)
    worker.answer(records(message(NAME)), lambda: 76_000)
    assert decisions == [False, True]


@pytest.mark.parametrize("body", ["", "[]", "null", '{"orderId": 5}', '{"orderId": "x"}', "\ud800"])
def test_a_message_that_names_no_order_is_dropped_and_logged(body: str) -> None:
    log: list[str] = []
    assert deliveries(lambda *_: True, log).answer(records(body)) == {"batchItemFailures": []}
    assert json.loads(log[0].splitlines()[0])["OrdersFailed"] == 1
    with pytest.raises(InvalidWakeUpError):
        order_of(body)


GUEST = Notice("guest", "placed", NAME, "s1", "ada@example.org", "We have your order", "text\n")
STORE = Notice("store", "placed", NAME, "s1", "", "New order", "text\n")


class Aws:
    """Clients of SES and SNS that note what is sent."""

    def __init__(self, code: str = "") -> None:
        self.mails: list[dict[str, Any]] = []
        self.messages: list[dict[str, Any]] = []
        self._code = code

    def send_email(self, **given: Any) -> None:
        if self._code:
            raise ClientError({"Error": {"Code": self._code}}, "SendEmail")
        self.mails.append(given)

    def publish(self, **given: Any) -> None:
        self.messages.append(given)


def notices(aws: Aws, *, local: bool = False) -> AwsNotices:
    mails = SesMails(aws, "orders@example.com")
    return AwsNotices(mails, aws, topic="arn:topic", store_domain="example.com" if local else None)


def test_guests_get_mails_and_stores_messages_that_subscriptions_can_filter() -> None:
    aws = Aws()
    notices(aws).send(GUEST)
    notices(aws).send(STORE)
    (mail,), (message,) = aws.mails, aws.messages
    assert mail["Destination"] == {"ToAddresses": ["ada@example.org"]}
    assert mail["Content"]["Simple"]["Body"]["Text"]["Data"] == "text\n"
    assert message["MessageAttributes"]["storeId"]["StringValue"] == "s1"
    assert json.loads(message["Message"])["orderId"] == NAME
    assert "example.org" not in message["Message"]


def test_a_message_to_a_store_that_sns_does_not_answer_may_have_been_sent() -> None:
    def hang(**_: Any) -> None:
        raise ReadTimeoutError(endpoint_url="https://sns.eu-west-1.amazonaws.com")

    sns = SimpleNamespace(publish=hang)
    with pytest.raises(MailUnansweredError, match="SNS did not answer"):
        AwsNotices(SesMails(None, ""), sns, topic="arn:topic", store_domain=None).send(STORE)


def test_the_local_mailbox_shows_notices_to_stores_too() -> None:
    aws = Aws()
    notices(aws, local=True).send(STORE)
    assert aws.mails[0]["Destination"] == {"ToAddresses": ["store-s1@example.com"]}
    assert len(aws.messages) == 1


def test_only_what_is_wrong_with_the_mail_itself_is_refused_for_good() -> None:
    for code in ("BadRequestException", "MessageRejected"):
        with pytest.raises(MailRefusedError, match=code):
            notices(Aws(code)).send(GUEST)
    with pytest.raises(ClientError):
        notices(Aws("AccountSuspendedException")).send(GUEST)


def test_a_mail_of_a_sender_that_is_not_verified_yet_is_sent_later() -> None:
    def refuse(**_: Any) -> None:
        text = "Email address is not verified. The following identities failed the check in region"
        raise ClientError({"Error": {"Code": "MessageRejected", "Message": text}}, "SendEmail")

    mails = SesMails(SimpleNamespace(send_email=refuse), "stock@example.com")
    with pytest.raises(ClientError):
        mails.send(Mail("ada@example.org", "Sold out", "text"))


def test_a_mail_that_ses_does_not_answer_may_have_been_sent() -> None:
    def hang(**_: Any) -> None:
        raise ReadTimeoutError(endpoint_url="https://email.eu-west-1.amazonaws.com")

    mails = SesMails(SimpleNamespace(send_email=hang), "stock@example.com")
    with pytest.raises(MailUnansweredError, match="did not answer"):
        mails.send(Mail("ada@example.org", "Sold out", "text"))


def test_a_mail_whose_answer_is_lost_is_not_sent_again_by_the_library(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken: list[str] = []

    class Closes(QuietHandler):
        """Takes a mail, and closes the connection instead of answering."""

        def do_POST(self) -> None:
            taken.append(self.path)
            self.close_connection = True

    with running(ThreadedServer(Closes)) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
        with pytest.raises(MailUnansweredError):
            SesMails.of_region("eu-west-1", "stock@example.com").send(
                Mail("ada@example.org", "Sold out", "text")
            )
    assert len(taken) == 1


def test_a_mail_is_handed_to_ses_once_whatever_ses_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    client = ses_client("eu-west-1")
    sent: list[str] = []

    def fail(request: Any, **_: Any) -> AWSResponse:
        sent.append(request.url)
        return answer_of_ses(request.url, 503, b"")

    client.meta.events.register("before-send.sesv2.SendEmail", fail)
    with pytest.raises(MailUnansweredError):
        SesMails(client, "stock@example.com").send(Mail("ada@example.org", "Sold out", "text"))
    assert len(sent) == 1


def answer_of_ses(url: str, status: int, body: bytes) -> AWSResponse:
    return AWSResponse(url, status, HTTPHeaders(), SimpleNamespace(stream=lambda: iter([body])))


@pytest.mark.parametrize(
    ("outcome", "wanted"),
    [
        ((500, b'{"message": "internal"}'), MailUnansweredError),
        ((503, b"<html>try later</html>"), MailUnansweredError),
        ((504, b""), MailUnansweredError),
        (HTTPClientError(error="broken"), MailUnansweredError),
        ((403, b'{"__type": "AccessDeniedException"}'), ClientError),
        ((404, b'{"__type": "NotFoundException"}'), ClientError),
        (ConnectTimeoutError(endpoint_url="https://email"), ConnectTimeoutError),
        (EndpointConnectionError(endpoint_url="https://email"), EndpointConnectionError),
    ],
)
def test_only_what_ses_surely_did_not_take_is_told_as_not_taken(
    monkeypatch: pytest.MonkeyPatch,
    outcome: tuple[int, bytes] | Exception,
    wanted: type[Exception],
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    client = ses_client("eu-west-1")

    def happen(request: Any, **_: Any) -> AWSResponse:
        if isinstance(outcome, Exception):
            raise outcome
        return answer_of_ses(request.url, *outcome)

    client.meta.events.register("before-send.sesv2.SendEmail", happen)
    with pytest.raises(wanted):
        SesMails(client, "stock@example.com").send(Mail("ada@example.org", "Sold out", "text"))


def test_a_message_that_sns_may_have_taken_is_told_from_one_that_it_refused() -> None:
    answers = {500: MailUnansweredError, 503: MailUnansweredError, 403: ClientError}
    for status, wanted in answers.items():
        answer: Any = {
            "Error": {"Code": "Any", "Message": ""},
            "ResponseMetadata": {"HTTPStatusCode": status},
        }

        def fail(answer: Any = answer, **_: Any) -> None:
            raise ClientError(answer, "Publish")

        sns = SimpleNamespace(publish=fail)
        with pytest.raises(wanted):
            AwsNotices(SesMails(None, ""), sns, topic="arn:topic", store_domain=None).send(STORE)


def test_a_message_to_a_store_is_handed_to_sns_once_whatever_sns_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    client = sns_client("eu-west-1")
    sent: list[str] = []

    def lose(request: Any, **_: Any) -> None:
        sent.append(request.url)
        raise ReadTimeoutError(endpoint_url=request.url)

    client.meta.events.register("before-send.sns.Publish", lose)
    with pytest.raises(MailUnansweredError):
        AwsNotices(SesMails(None, ""), client, topic="arn:topic", store_domain=None).send(STORE)
    assert len(sent) == 1


def test_mails_above_the_limits_of_ses_are_told_from_others() -> None:
    for code in ("TooManyRequestsException", "LimitExceededException", "ThrottlingException"):
        with pytest.raises(MailsLimitedError, match=code):
            notices(Aws(code)).send(GUEST)


def test_ses_takes_html_and_the_headers_of_rfc_8058() -> None:
    client = boto3.client(
        "sesv2",
        region_name="eu-west-1",
        aws_access_key_id="x",
        aws_secret_access_key="x",  # noqa: S106 - no secret of anything
    )
    bodies: list[dict[str, Any]] = []

    def note(params: dict[str, Any], **_: Any) -> tuple[Any, dict[str, Any]]:
        bodies.append(json.loads(params["body"]))
        return _answered(), {}

    # Parameters are checked against AWS's model of the API before this.
    client.meta.events.register("before-call.sesv2.SendEmail", note)
    mail = Mail(
        "ada@example.org",
        "Sold out",
        "text",
        "<p>html</p>",
        {"List-Unsubscribe": "<https://example.com/x>"},
    )
    SesMails(client, "stock@example.com").send(mail)
    simple = bodies[0]["Content"]["Simple"]
    assert simple["Body"]["Html"]["Data"] == "<p>html</p>"
    assert simple["Headers"] == [{"Name": "List-Unsubscribe", "Value": "<https://example.com/x>"}]


def _answered() -> SimpleNamespace:
    return SimpleNamespace(status_code=200)
