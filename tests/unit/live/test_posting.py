"""Messages to connections: which answers of API Gateway are tried again, and after what wait."""

import pytest

from services.live.posting import Posted, Posting
from services.storage.fast.failures import Broken, ConnectionBrokenError


def posted(*answers: int | Exception) -> tuple[Posted, int, list[float]]:
    """Post once while API Gateway answers so; return the result, the requests and the waits."""
    left, waits = list(answers), list[float]()

    def send(method: str, connection: str, body: bytes) -> int:
        assert (method, connection, body) == ("POST", "c", b"state")
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    done = Posting(send, waits.append).post("c", "state")
    return done, len(answers) - len(left), waits


def test_a_close_that_is_refused_is_tried_again() -> None:
    answers = [429, 500, 204]
    closing = Posting(lambda *_: answers.pop(0), lambda _: None)
    assert closing.close("c") is Posted.SENT
    assert answers == []


@pytest.mark.parametrize("status", [404, 410])
def test_a_connection_that_is_gone_is_not_tried_again(status: int) -> None:
    assert posted(status, 200) == (Posted.GONE, 1, [])


def test_a_right_that_the_service_lost_is_its_own_fault_and_no_end_of_a_connection() -> None:
    assert posted(403, 200) == (Posted.DENIED, 1, [])


def test_a_throttled_message_is_sent_again_after_growing_waits() -> None:
    assert posted(429, 429, 200) == (Posted.SENT, 3, [0.1, 0.2])
    assert posted(429, 429, 429) == (Posted.THROTTLED, 3, [0.1, 0.2])


def test_a_fault_is_tried_again_at_once_and_is_no_throttle() -> None:
    assert posted(500, OSError(), 200) == (Posted.SENT, 3, [])
    broken = ConnectionBrokenError(Broken.CLOSED, "no answer")
    assert posted(429, 503, broken) == (Posted.FAILED, 3, [0.1])
    # The same message would be refused again.
    assert posted(413, 200) == (Posted.REFUSED, 1, [])
