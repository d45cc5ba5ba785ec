"""Waiting for jobs of other threads: their results, the first failure, and what ends the wait."""

from concurrent.futures import Future

import pytest

from localcloud.waiting import results_of


def test_results_come_in_the_order_of_the_jobs() -> None:
    jobs = [Future[int](), Future[int]()]
    jobs[1].set_result(2)
    assert results_of(jobs, lambda _: jobs[0].set_result(1)) == [1, 2]


def test_the_first_failure_ends_the_wait_for_the_others() -> None:
    jobs = [Future[int](), Future[int]()]
    jobs[1].set_exception(OSError("gone"))
    with pytest.raises(OSError, match="gone"):
        results_of(jobs, lambda _: pytest.fail("waits"))


def test_what_is_called_between_ends_the_wait() -> None:
    def late() -> None:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        results_of([Future[int]()], lambda _: pytest.fail("waits"), late)
