"""Dividing a file's rows into good ones and refused ones, before anything is written."""

from collections.abc import Callable
from typing import TypeVar

from dataload.importing.cells import Row
from dataload.importing.problems import Problem
from dataload.importing.report import FileReport
from dataload.importing.sheet import Sheet
from dataload.progress import Progress

G = TypeVar("G")

Parse = Callable[[Row], G | list[Problem]]


def check_rows(sheet: Sheet, parse: Parse[G], progress: Progress) -> tuple[list[G], FileReport]:
    """Return the good rows as `parse` reads them, and a report that holds the refused ones."""
    report = FileReport(
        sheet.file,
        sheet.header,
        sheet.ignored,
        encoding=sheet.encoding,
        own_names=sheet.own_names,
    )
    report.refused += [(row, [problem]) for row, problem in sheet.broken]
    good: list[G] = []
    for row in progress.track(sheet.rows, "reading rows", len(sheet.rows)):
        parsed = parse(row)
        if isinstance(parsed, list):
            report.refused.append((row, parsed))
        else:
            good.append(parsed)
    report.rows = len(sheet.rows) + len(sheet.broken)
    return good, report
