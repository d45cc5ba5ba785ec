"""The trace that an invocation belongs to, for its log lines.

X-Ray joins the gateway, the Lambda and the table by one id; the API's access log has it as `trace`.
"""

import os
from typing import Final

# AWS X-Ray developer guide, "Tracing header": `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=...`
HEADER: Final = "x-amzn-trace-id"
# Lambda developer guide, "Defined runtime environment variables": set anew for each invocation.
VARIABLE: Final = "_X_AMZN_TRACE_ID"
_ROOT: Final = "Root="
_LENGTH: Final = 35  # of a trace id: a version, eight digits of time, 24 of chance


def trace_id(header: str | None) -> str | None:
    """Return the trace id of a tracing header, at most 35 characters; None where it has none.

    API Gateway takes a client's own header over, so the id may be anything that a client wrote.
    """
    if header is None or not header.startswith(_ROOT):
        return None
    return header[len(_ROOT) : len(_ROOT) + _LENGTH]


def of_invocation() -> dict[str, str]:
    """Return the member `trace` of a log line for the invocation that runs; empty without one."""
    found = trace_id(os.environ.get(VARIABLE))
    return {"trace": found} if found else {}
