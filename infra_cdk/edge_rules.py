"""Numbers of the edge: statuses that lead to another region, and timeouts.

One definition for CloudFront's configuration, for the function that runs in it, and for the edge of
the local cloud. Neither the CDK nor a service is needed to read it.
"""

from typing import Final

# CloudFront developer guide, "Create an origin group": 400, 403, 404, 416, 429, 500, 502, 503 and
# 504 may be named. A connection that fails counts as 503, one that is silent as 504; 429 is a
# region that throttles. Any other status would be the same from another region.
FAIL_OVER: Final = (429, 500, 502, 503, 504)
# Another bucket may have a picture that one has not; S3 says 403 for it to who may not list.
PICTURE_FAIL_OVER: Final = (403, 404, *FAIL_OVER)
PICTURES_PATH: Final = "/uploads/*"
# Default are three attempts of ten seconds: too long for a reader of a menu.
ATTEMPTS: Final = 1
CONNECT_S: Final = 2
# The first origin of a group is given up early, while there is time for the second.
FIRST_READ_S: Final = 2
LAST_READ_S: Final = 5
# CloudFront sends a write once, so a client has three paths for it, each to another region. The
# answer of the first two is waited for as long as that of a first read: several times what a
# mutation takes in a cold Lambda, and short enough for a second region within three seconds. The
# last path waits as long as the Lambda runs: an operation that is slow everywhere ends there.
WRITE_PATHS: Final = ("/graphql", "/graphql/next", "/graphql/third")
FIRST_WRITE_S: Final = 2
LAST_WRITE_S: Final = 10
# The answer to a WebSocket handshake waits for the Lambda of a connection, which may start cold.
# Nothing is repeated but by the client.
HANDSHAKE_S: Final = 8
# The request header by which the edge passes to a region which of these paths a request came by: 1,
# 2 or 3. The region repeats it in its answer.
ATTEMPT_HEADER: Final = "x-carte-attempt"
# The payment provider posts its events here, and repeats for days what fails. The wait is that of a
# last read, because the region requests the payment from the provider before it answers.
WEBHOOK_PATH: Final = "/payments/webhook"
# Links in mails lead here to end stock alerts; mail programs send the POST of RFC 8058. Repeating
# it is harmless, and people repeat it.
OPT_OUT_PATH: Final = "/stock-alerts/opt-out"
OPT_OUT_METHODS: Final = ("GET", "HEAD", "POST")
# The third path has DNS names for each pair of regions, which go into one template.
_WITH_THIRD_PATH: Final = range(3, 9)
# These are kept whatever they say, and only for this long: the default of 10 s would turn a blink
# into an outage.
ERRORS_KEPT: Final = (403, 404, 414, 500, 501, 502, 503, 504)
ERROR_TTL_S: Final = 1
# The header in which CloudFront shows the API the origin secret. Resource policies of API Gateway
# compare only this one and User-Agent (developer guide, "AWS condition keys that can be used in API
# Gateway resource policies"); CloudFront replaces a viewer's own, and carte reads it nowhere.
ORIGIN_SHOWN_IN: Final = "Referer"


def origin_secret(number: int) -> str:
    """Return the name of an origin secret in Secrets Manager."""
    return f"carte-origin-{number}"


def origin_secret_reference(number: int) -> str:
    """Return the dynamic reference that CloudFormation replaces by an origin secret's value."""
    return f"{{{{resolve:secretsmanager:{origin_secret(number)}:SecretString}}}}"


def has_third_path(regions: int) -> bool:
    """Return whether the third attempt of a write goes to a region of its own.

    Args:
        regions: How many regions are deployed.
    """
    return regions in _WITH_THIRD_PATH
