"""Requests of botocore to moto's DynamoDB, without what moto does for all services and protocols.

For each request moto looks for its service by hundreds of patterns, makes a WSGI request of it,
looks for the account of its signature, draws an id for it, and walks the answer by the service's
model. For a read of one item that took twelve times as long as the read. Here a request for items
goes unsigned to moto's handler of DynamoDB at once, and its answer is plain JSON; whatever else
comes, and every error, takes moto's own way. `tests/unit/storage/test_quick_dynamodb.py` compares
both.
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSRequest
from botocore.signers import RequestSigner
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.exceptions import HTTPException  # type: ignore[attr-defined]  # werkzeug's
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.parse import JSONParser
from moto.core.responses import ActionResult
from moto.core.utils import get_service_model
from moto.dynamodb.responses import DynamoHandler
from moto.utilities import aws_headers

# Their answers hold what JSON has, and bytes.
_OF_ITEMS: Final = frozenset(
    {
        *("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan"),
        *("BatchGetItem", "BatchWriteItem", "TransactGetItems", "TransactWriteItems"),
    }
)
_TARGET: Final = "DynamoDB_20120810."
_REQUEST_ID: Final = 52 * "A"
_URL: Final = re.compile(r"https://dynamodb\.([a-z0-9-]+)\.amazonaws\.com/")


@contextmanager
def items_take_a_short_way() -> Iterator[None]:
    """Let requests for items reach moto's handler of DynamoDB at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BotocoreStubber, "process_request", _processed)
        patch.setattr(DynamoHandler, "serialized", _serialized)
        patch.setattr(RequestSigner, "handler", _signed)
        patch.setattr(aws_headers, "gen_amzn_requestid_long", _request_id)
        yield


_sign_as_botocore_does = RequestSigner.handler


def _signed(
    signer: RequestSigner,
    operation_name: str | None = None,
    request: AWSRequest | None = None,
    **more: Any,
) -> Any:
    """Sign a request, unless it takes the short way, where nobody reads its signature."""
    if operation_name in _OF_ITEMS and request and _URL.fullmatch(request.url or ""):
        return None
    return _sign_as_botocore_does(signer, operation_name, request, **more)


def _request_id(headers: dict[str, Any] | None = None) -> str:
    if headers is not None:
        headers["x-amzn-requestid"] = _REQUEST_ID
    return _REQUEST_ID


_process_as_moto_does = BotocoreStubber.process_request
_serialize_as_moto_does = DynamoHandler.serialized


def _processed(stubber: BotocoreStubber, request: AWSPreparedRequest) -> Any:
    operation = _text(request.headers.get("X-Amz-Target", "")).removeprefix(_TARGET)
    place = _URL.fullmatch(request.url)
    if operation not in _OF_ITEMS or place is None:
        return _process_as_moto_does(stubber, request)
    handler: Any = DynamoHandler()
    handler.headers = {name: _text(value) for name, value in request.headers.items()}
    handler.querystring = {}
    handler.region, handler.current_account = place[1], DEFAULT_ACCOUNT_ID
    handler.response_headers = {"server": "amazon.com"}
    model = get_service_model("dynamodb").operation_model(operation)
    wanted: Any = {"body": request.body}
    handler.params = JSONParser(model).parse(wanted)
    try:
        return handler.call_action()
    except HTTPException as error:
        return error.code, error.get_headers(), error.get_body()


def _serialized(handler: DynamoHandler, answer: ActionResult) -> Any:
    if isinstance(answer.result, Mapping) and handler._get_action() in _OF_ITEMS:
        body = json.dumps(answer.result, default=_base64)
        return 200, {"Content-Type": "application/x-amz-json-1.0", **handler.response_headers}, body
    return _serialize_as_moto_does(handler, answer)


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
