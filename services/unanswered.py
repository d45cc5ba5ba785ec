"""Tells requests to AWS that may have been done from those that surely were not.

SES and SNS have no token by which they know a request that they took already. botocore must not
repeat one by itself, and where no answer came, nobody knows whether it was done.
"""

from http import HTTPStatus
from typing import Final

from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError

ONCE: Final = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 1})
"""Makes a client send each request once."""


def why_it_may_be_done(error: Exception) -> str:
    """Return why a request that failed may have been done all the same.

    The service failed by itself, or the connection stood and carried the request. Errors of
    connecting, and of what comes before that, are none of these.

    Returns:
        Why, in words that name nothing of the request; empty: it was not done.
    """
    if isinstance(error, HTTPClientError):
        return f"did not answer: {type(error).__name__}"
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return f"failed: {status} {error.response.get('Error', {}).get('Code', '')}".rstrip()
    return ""
