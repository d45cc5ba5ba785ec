"""Reaching the table of a region: found out quickly, and explained in one error where it fails."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from services.domain.errors import CarteError
from services.storage import keys
from services.storage.binding import Binding

_PROBE_S: Final = 2.0  # for one small read; a region that needs longer takes no import either
_LOCAL: Final = "`carte status` shows what is wrong (`carte thaw REGION` ends a freeze)"
_IN_AWS: Final = (
    "check the credentials (AWS_PROFILE, `aws sso login`) and their rights, the region, and the "
    "table's name (--table)"
)


class RegionUnreachableError(CarteError):
    """The table of a region does not answer."""


def check_region(binding: Binding) -> None:
    """Read one item, with little patience.

    Raises:
        RegionUnreachableError: There is no answer within about six seconds (three attempts).
    """
    from services.storage.table import Table

    with reaching(binding):
        table = Table(binding._replace(read_timeout_s=_PROBE_S))
        table.get(keys.directory("probe"), consistent=True)


@contextmanager
def reaching(binding: Binding) -> Iterator[None]:
    """Turn the failures of reaching DynamoDB into one error that says what to do.

    Args:
        binding: The table that is reached; one without an endpoint is in AWS.

    Raises:
        RegionUnreachableError: A request failed, or was not answered.
    """
    from botocore.exceptions import BotoCoreError, ClientError
    from pynamodb.exceptions import PynamoDBException
    from urllib3.exceptions import HTTPError

    try:
        yield
    except (BotoCoreError, ClientError, PynamoDBException, HTTPError) as error:
        reason = str(getattr(error, "cause", None) or error).splitlines()[0][:300]
        raise RegionUnreachableError(
            f"the table of {binding.region} does not answer: {reason}",
            f"{_LOCAL if binding.endpoint else _IN_AWS}; then run the same command again: what "
            "was written stays, and is not written twice",
        ) from error
