"""Numbers of the edge: statuses that lead to another region, and timeouts.

One definition for CloudFront's configuration, for the function that runs in it, and for the edge of
the local cloud. Plain values: neither the CDK nor a service is needed to read them.
"""

from typing import Final

# CloudFront developer guide, "Create an origin group": 400, 403, 404, 416, 429, 500, 502, 503 and
# 504 may be named. A connection that fails counts as 503, one that is silent as 504; 429 is a
# region that throttles. Whatever else a region says, another one would say too.
FAIL_OVER: Final = (429, 500, 502, 503, 504)
# Default are three attempts of ten seconds: nobody waits that long for a menu.
ATTEMPTS: Final = 1
CONNECT_S: Final = 2
# The first origin of a group is left while a reader still waits, the second may take longer.
FIRST_READ_S: Final = 2
LAST_READ_S: Final = 5
# Writes are not sent twice, and wait as long as the Lambda runs.
WRITE_S: Final = 10
# These are kept whatever they say, and only for this long: the default of 10 s would turn a blink
# into an outage.
ERRORS_KEPT: Final = (404, 414, 500, 501, 502, 503, 504)
ERROR_TTL_S: Final = 1
