"""Keeps what CloudFront shows the regions' APIs and what these take in step, by their templates.

A region that takes only requests with an origin secret answers 403 to a CloudFront that shows none,
or another one. docs/decisions/origin-secret.md says what the secret is for.
"""

import copy
import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from infra_cdk.edge_rules import ORIGIN_SHOWN_IN
from services.domain.errors import CarteError

Template = Mapping[str, Any]
_DISTRIBUTION: Final = "AWS::CloudFront::Distribution"
_API: Final = "AWS::ApiGateway::RestApi"
_REFERENCE: Final = re.compile(r"{{resolve:secretsmanager:[^{}]+}}")

_ONE_AT_A_TIME: Final = (
    "change `[edge] origin_secret` by one at a time. Up: deploy the regions, then the step "
    "edge, as `carte deploy` does. Down: `carte deploy --step edge` first"
)


def taken(region: Template) -> frozenset[str]:
    """Return the references of the secrets that a region's API takes; empty: it asks for none."""
    return frozenset(
        reference
        for one in region.get("Resources", {}).values()
        if one["Type"] == _API
        for reference in _REFERENCE.findall(json.dumps(one["Properties"].get("Policy", {})))
    )


def shown(edge: Template) -> frozenset[str]:
    """Return the references of the secrets that the edge shows the regions' APIs."""
    return frozenset(reference for origin in _origins(edge) for reference in _values(origin))


def refuse_another(region: Template, edge: Template, what: str, hint: str = _ONE_AT_A_TIME) -> None:
    """Raise where a region's API would not take a secret that the edge shows.

    Args:
        region: The template of the region.
        edge: The template of the edge.
        what: What would be deployed, for the message.
        hint: What to do instead.

    Raises:
        CarteError: It would answer 403 to CloudFront.
    """
    accepted = taken(region)
    unknown = sorted(shown(edge) - accepted) if accepted else []
    if unknown:
        raise CarteError(
            f"{what} cannot be deployed: CloudFront would show {', '.join(map(_name, unknown))}, "
            f"and the region takes {', '.join(map(_name, sorted(accepted)))} alone",
            hint,
        )


def hosts(edge: Template) -> frozenset[str]:
    """Return the hosts of the edge's origins that are no buckets, in lower case."""
    names = (origin["DomainName"] for origin in _origins(edge))
    return frozenset(name.lower() for name in names if isinstance(name, str))


def showing(
    running: Template, wanted: Template, own: Collection[str] = frozenset()
) -> dict[str, Any] | None:
    """Return the edge's running template with the secret that the wanted one shows.

    Nothing else of it changes: it gets none of the wanted template's names, which may lead to what
    is not there yet. Only hosts to which the wanted edge shows a secret get it, and those of `own`,
    which it may not have any more.

    Args:
        running: The template that the edge runs with.
        wanted: The template that it shall run with.
        own: Names that the running edge and regions have made themselves, in lower case.

    Returns:
        None where nothing is to change.
    """
    wants = {
        origin["DomainName"]: reference
        for origin in _origins(wanted)
        if isinstance(origin["DomainName"], str)
        for reference in _values(origin)
    }
    # The edge shows one secret, at each of its origins.
    newest = next(iter(sorted(set(wants.values()), reverse=True)), None)
    made = copy.deepcopy(dict(running))
    changed = False
    for origin in _origins(made):
        host = origin["DomainName"]
        if not isinstance(host, str):
            continue
        reference = wants.get(host, newest if host.lower() in own else None)
        if reference is None or next(_values(origin), None) is not None:
            continue
        header = {"HeaderName": ORIGIN_SHOWN_IN, "HeaderValue": reference}
        kept = [one for one in origin.get("OriginCustomHeaders", []) if not _is_shown_in(one)]
        origin["OriginCustomHeaders"] = [*kept, header]
        changed = True
    return made if changed else None


def _origins(edge: Template) -> Iterator[dict[str, Any]]:
    for one in edge.get("Resources", {}).values():
        if one["Type"] == _DISTRIBUTION:
            for origin in one["Properties"]["DistributionConfig"].get("Origins", []):
                if "CustomOriginConfig" in origin:
                    yield origin


def _values(origin: Mapping[str, Any]) -> Iterator[str]:
    for one in origin.get("OriginCustomHeaders", []):
        if _is_shown_in(one) and isinstance(one["HeaderValue"], str):
            yield one["HeaderValue"]


def _is_shown_in(header: Mapping[str, Any]) -> bool:
    return str(header["HeaderName"]).lower() == ORIGIN_SHOWN_IN.lower()


def _name(reference: str) -> str:
    """Return the name of the secret that a reference leads to."""
    return reference.split(":")[2]
