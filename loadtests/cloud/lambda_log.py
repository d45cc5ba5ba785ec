"""The log lines that a Lambda of a local cloud wrote, read from the emulator's CloudWatch Logs."""

import json
from collections.abc import Iterator
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from localcloud.deployer import client
from localcloud.layout import Region
from services.domain.errors import CarteError

MENU_HANDLER: Final = "services.menu_api.handler.handler"
CONVERGENCE_HANDLER: Final = "services.convergence.handler.handler"
_PAGE = 10_000


class LambdaLogError(CarteError):
    """The log of a Lambda cannot be read."""


class LambdaLog:
    """The log of the Lambda with a handler, in one region."""

    def __init__(self, region: Region, handler: str) -> None:
        """Find the Lambda.

        Args:
            region: The region.
            handler: The handler's path, such as `MENU_HANDLER`.

        Raises:
            LambdaLogError: The region has no such Lambda, or does not answer.
        """
        self._region = region.name
        self._logs: Any = client(region, "logs")
        try:
            self._group = _log_group(client(region, "lambda"), handler)
        except (BotoCoreError, ClientError) as error:
            raise LambdaLogError(f"{region.name} does not list its Lambdas: {error}") from error
        if not self._group:
            raise LambdaLogError(
                f"{region.name} has no Lambda {handler}",
                "`carte down` and `carte up` deploy the stacks of this checkout",
            )

    def lines(self, since_ms: int, containing: str) -> Iterator[dict[str, Any]]:
        """Read the JSON objects that the Lambda logged.

        Args:
            since_ms: Unix milliseconds of the first line.
            containing: A term without spaces; lines without it are left out by the server.

        Raises:
            LambdaLogError: The log cannot be read.
        """
        for message in self._messages(since_ms, f'"{containing}"'):
            try:
                line = json.loads(message)
            except ValueError:
                continue
            if isinstance(line, dict):
                yield line

    def _messages(self, since_ms: int, pattern: str) -> Iterator[str]:
        """Read page after page.

        AWS continues a full page by `nextToken`. The emulator ends at 10,000 lines and returns no
        token, so a full page without one is continued from the time of its last line.
        """
        arguments: dict[str, Any] = {"logGroupName": self._group, "filterPattern": pattern}
        arguments["startTime"] = since_ms
        seen: set[tuple[str, int, str]] = set()
        while True:
            events, token = self._page(arguments)
            last = events[-1]["timestamp"] if events else 0
            for event in events:
                key = (event["logStreamName"], event["timestamp"], event["message"])
                if key not in seen:
                    yield event["message"]
            if token:
                arguments["nextToken"] = token
            elif len(events) >= _PAGE and last > arguments["startTime"]:
                arguments["startTime"] = last
                seen = {
                    (one["logStreamName"], one["timestamp"], one["message"])
                    for one in events
                    if one["timestamp"] == last
                }
            elif len(events) >= _PAGE:
                raise LambdaLogError(f"{self._region} logged more than {_PAGE:,} lines at one time")
            else:
                return

    def _page(self, arguments: dict[str, Any]) -> tuple[list[dict[str, Any]], str | None]:
        try:
            page = self._logs.filter_log_events(**arguments)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                return [], None  # the Lambda never ran
            raise LambdaLogError(f"{self._region} does not show {self._group}: {error}") from error
        except BotoCoreError as error:
            raise LambdaLogError(f"{self._region} does not show {self._group}: {error}") from error
        return page["events"], page.get("nextToken")


def _log_group(api: Any, handler: str) -> str:
    for page in api.get_paginator("list_functions").paginate():
        for function in page["Functions"]:
            if function.get("Handler") == handler:
                group = function.get("LoggingConfig", {}).get("LogGroup")
                return str(group or f"/aws/lambda/{function['FunctionName']}")
    return ""
