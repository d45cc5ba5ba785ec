"""graphql-transport-ws: each message that breaks the protocol, and the close code it gets."""

import pytest

from services.live import protocol
from services.live.protocol import Complete, Init, Ping, Pong, ProtocolError, Subscribe

WRONG = {
    "no JSON": "{",
    "half a surrogate": '{"type":"ping","payload":{"a":"\\ud800"}}',
    "no object": "[]",
    "null": "null",
    "no type": "{}",
    "a type that is no text": '{"type":1}',
    "an unknown type": '{"type":"start"}',
    "a message of the server": '{"type":"next","id":"1","payload":{}}',
    "init with a list": '{"type":"connection_init","payload":[]}',
    "init with a number as token": '{"type":"connection_init","payload":{"Authorization":1}}',
    "ping with a text": '{"type":"ping","payload":"x"}',
    "complete without id": '{"type":"complete"}',
    "subscribe without id": '{"type":"subscribe","payload":{"query":"{a}"}}',
    "subscribe with an empty id": '{"type":"subscribe","id":"","payload":{"query":"{a}"}}',
    "subscribe with a long id": f'{{"type":"complete","id":"{"x" * 129}"}}',
    "subscribe without payload": '{"type":"subscribe","id":"1"}',
    "subscribe without query": '{"type":"subscribe","id":"1","payload":{}}',
    "variables that are a list": '{"type":"subscribe","id":"1","payload":'
    '{"query":"{a}","variables":[]}}',
    "an operation name that is a number": '{"type":"subscribe","id":"1","payload":'
    '{"query":"{a}","operationName":1}}',
    "a huge message": '{"type":"ping","payload":{"a":"' + "x" * protocol.MAX_MESSAGE + '"}}',
    "a huge message of wide characters": '{"type":"ping","payload":{"a":"' + "é" * 40_000 + '"}}',
    "deep nesting": '{"type":"ping","payload":' + '{"a":' * 5000 + "1" + "}" * 5000 + "}",
}


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG.keys())
def test_a_message_that_no_client_may_send_closes_with_4400(text: str) -> None:
    with pytest.raises(ProtocolError) as raised:
        protocol.read(text)
    assert raised.value.code == 4400
    assert raised.value.reason.isascii()
    assert len(raised.value.reason) <= 123  # what a close frame holds


def test_messages_of_clients_are_read() -> None:
    assert protocol.read('{"type":"connection_init"}') == Init(None)
    named = '{"type":"connection_init","payload":{"Authorization":"Bearer x"}}'
    assert protocol.read(named) == Init("Bearer x")
    assert protocol.read('{"type":"ping","payload":{}}') == Ping()
    assert protocol.read('{"type":"pong"}') == Pong()
    assert protocol.read('{"type":"complete","id":"a"}') == Complete("a")
    full = '{"id":"a","type":"subscribe","payload":{"query":"q","operationName":"O","variables":'
    assert protocol.read(full + '{"b":1},"extensions":{}}}') == Subscribe("a", "q", "O", {"b": 1})
    bare = '{"id":"a","type":"subscribe","payload":{"query":"q","variables":null}}'
    assert protocol.read(bare) == Subscribe("a", "q", None, {})


@pytest.mark.parametrize(
    ("acknowledged", "age_ms", "code"),
    [(True, 0, 4429), (True, 20_000, 4429), (False, 20_000, 4408), (False, 10_000, None)],
)
def test_when_a_connection_may_be_initialised(
    *, acknowledged: bool, age_ms: int, code: int | None
) -> None:
    times = {"opened_ms": 1_000, "now_ms": 1_000 + age_ms}
    if code is None:
        protocol.check_init(acknowledged=acknowledged, **times)
        return
    with pytest.raises(ProtocolError) as raised:
        protocol.check_init(acknowledged=acknowledged, **times)
    assert raised.value.code == code


@pytest.mark.parametrize(
    ("header", "offered"),
    [
        ("graphql-transport-ws", True),
        ("graphql-ws, graphql-transport-ws", True),
        ("graphql-ws", False),
        ("graphql-transport-ws2", False),
        (None, False),
    ],
)
def test_which_subprotocols_are_taken(header: str | None, *, offered: bool) -> None:
    assert protocol.offers_subprotocol(header) is offered


def test_an_id_is_written_as_json() -> None:
    message = protocol.next_message('a"b\\c', protocol.payload_of({"x": 1}, []))
    assert message == '{"id":"a\\"b\\\\c","type":"next","payload":{"data":{"x":1}}}'
