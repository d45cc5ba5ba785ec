"""Saved queries of CloudWatch Logs Insights: what people look for first in a region's logs."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from aws_cdk import aws_logs as logs
from constructs import Construct

_MENU: Final = "/carte/menu-api"
_GATEWAY: Final = "/carte/api-access"
_CONVERGENCE: Final = "/carte/convergence"


class _Query(NamedTuple):
    group: str
    text: str


# Name to query. `infra_cdk/checks/queries.py` holds the fields to what is logged.
QUERIES: Final[Mapping[str, _Query]] = {
    "carte/faults-by-code": _Query(
        _MENU, 'filter level = "ERROR" | stats sum(Faults) as faults by Code, bin(5m)'
    ),
    "carte/faults-by-operation": _Query(
        _MENU,
        'filter level = "ERROR" | stats sum(Faults) as faults by Code, operation'
        " | sort faults desc",
    ),
    "carte/last-faults": _Query(
        _MENU,
        'filter level = "ERROR" | fields at, trace, operation, path, status, Code, fault'
        " | sort @timestamp desc | limit 20",
    ),
    "carte/slow-requests": _Query(
        _MENU,
        "filter ispresent(ms) | fields at, trace, method, operation, path, status, ms,"
        " dynamodb.requests | sort ms desc | limit 50",
    ),
    "carte/operations": _Query(
        _MENU,
        "filter ispresent(ms) | stats count(*) as calls, pct(ms, 50) as p50, pct(ms, 99) as p99,"
        " avg(dynamodb.requests) as requests by operation | sort calls desc",
    ),
    # One failed request each, to be opened in X-Ray and found in the Lambda's log by its trace.
    "carte/gateway-traces": _Query(
        _GATEWAY,
        "filter status >= 500 | fields trace, route, status, error, ms, lambdaMs, lambdaRequest"
        " | sort @timestamp desc | limit 50",
    ),
    "carte/gateway-errors": _Query(
        _GATEWAY,
        "filter status >= 500 or status = 429"
        " | stats count(*) as answers by route, status, error, bin(5m)",
    ),
    "carte/addresses": _Query(
        _GATEWAY, "stats count(*) as requests by ip, status | sort requests desc | limit 50"
    ),
    "carte/repairs": _Query(
        _CONVERGENCE, "filter ispresent(Repairs) | stats sum(Repairs) as repairs by bin(5m)"
    ),
    "carte/convergence-faults": _Query(
        _CONVERGENCE,
        'filter level = "ERROR" | fields trace, region, failed, faults, Code'
        " | sort @timestamp desc | limit 20",
    ),
}


class SavedQueries(Construct):
    """The queries of one region."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        for name, query in QUERIES.items():
            logs.CfnQueryDefinition(
                self,
                name.rpartition("/")[2],
                name=name,
                log_group_names=[query.group],
                query_string=query.text,
            )
