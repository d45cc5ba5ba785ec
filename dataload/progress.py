"""Progress bars on stderr, so that stdout stays the answer's."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Protocol, Self, TypeVar

A = TypeVar("A")


class Progress(Protocol):
    """Shows a person the progress of a piece of work."""

    def track(
        self, items: Iterable[A], title: str, total: int, *, per_item: int = 1
    ) -> Iterator[A]:
        """The items, while a bar goes on by `per_item` with each."""
        ...


class NoProgress:
    """Says nothing: for programs and tests."""

    def track(
        self,
        items: Iterable[A],
        title: str,  # noqa: ARG002
        total: int,  # noqa: ARG002
        *,
        per_item: int = 1,  # noqa: ARG002
    ) -> Iterator[A]:
        """Yield the items, without showing anything."""
        for item in items:  # noqa: UP028 - that would close the items where Ctrl-C comes between
            yield item


class Bars(AbstractContextManager["Bars"]):
    """Progress bars, one below the other; without a terminal, one line at the end."""

    def __init__(self, *, visible: bool = True) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        self._rich = RichProgress(
            TextColumn("{task.description:<28}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            disable=not visible,
        )

    def __enter__(self) -> Self:
        self._rich.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._rich.stop()

    def track(
        self, items: Iterable[A], title: str, total: int, *, per_item: int = 1
    ) -> Iterator[A]:
        """The items, while a bar goes on by `per_item` with each."""
        task = self._rich.add_task(title, total=total)
        for item in items:
            yield item
            self._rich.advance(task, per_item)
        self._rich.update(task, completed=total)
