"""Is what was just deployed alive, and is it what was deployed?"""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any, Final

from infra_cdk.deployment.steps import Step
from services.domain.errors import CarteError

# A new domain name needs a moment until it answers.
_DEADLINE_S: Final = 180.0
_BETWEEN_S: Final = 5.0
_TIMEOUT_S: Final = 10.0
_QUESTION: Final = "{ region { name version } }"

Probe = Callable[[], str | None]
"""Says what is wrong, or None."""


def base_url(step: Step, outputs: Mapping[str, str]) -> str | None:
    """Where a step answers: a region's own host, or its API's address; the edge's site.

    None where it answers nobody by HTTP.
    """
    hosts = [
        one["Properties"]["DomainName"]
        for one in step.template.get("Resources", {}).values()
        if one["Type"] == "AWS::ApiGateway::DomainName"
    ]
    for host in hosts:
        if isinstance(host, str) and host.startswith(f"{step.region}."):
            return f"https://{host}"
    if step.kind == "region":
        return next((url.rstrip("/") for name, url in outputs.items() if "Endpoint" in name), None)
    if step.kind == "edge":
        return _site(step)
    return None


def _site(step: Step) -> str | None:
    """The first name that the distribution answers to."""
    for one in step.template.get("Resources", {}).values():
        if one["Type"] == "AWS::CloudFront::Distribution":
            names = one["Properties"]["DistributionConfig"].get("Aliases", [])
            return f"https://{names[0]}" if names else None
    return None


def smoke_test(
    step: Step,
    url: str,
    version: str,
    *,
    deadline: float = _DEADLINE_S,
    between: float = _BETWEEN_S,
) -> int:
    """Ask a step's probes until all are content; return how many there are.

    Raises:
        CarteError: one was not, until the deadline (seconds) was over.
    """
    probes = _region_probes(step, url, version) if step.kind == "region" else _edge_probes(url)
    until = time.monotonic() + deadline
    while wrong := [said for probe in probes if (said := probe()) is not None]:
        if time.monotonic() > until:
            raise CarteError(
                f"{step.name} does not answer as it should at {url}", detail="\n".join(wrong)
            )
        time.sleep(between)
    return len(probes)


def _region_probes(step: Step, url: str, version: str) -> list[Probe]:
    def alive() -> str | None:
        status, body = _get(f"{url}/health")
        return None if status == 200 else f"/health answers {status}: {body[:200]}"  # noqa: PLR2004

    def ready() -> str | None:
        status, body = _get(f"{url}/ready")
        return None if status == 200 else f"/ready answers {status}: {body[:200]}"  # noqa: PLR2004

    def itself() -> str | None:
        question = json.dumps({"query": _QUESTION}).encode()
        status, body = _get(f"{url}/graphql", question)
        try:
            region: dict[str, Any] = json.loads(body)["data"]["region"]
        except (ValueError, KeyError, TypeError):
            return f"/graphql answers {status}: {body[:200]}"
        if region["name"] != step.region:
            return f"{region['name']} answers for {step.region}"
        if region["version"] != version:
            return f"version {region['version']} answers, not {version}"
        return None

    return [alive, ready, itself]


def _edge_probes(url: str) -> list[Probe]:
    def site() -> str | None:
        status, body = _get(f"{url}/")
        there = status == 200 and "<html" in body  # noqa: PLR2004
        return None if there else f"the site answers {status}: {body[:200]}"

    def api() -> str | None:
        status, body = _get(f"{url}/graphql", json.dumps({"query": _QUESTION}).encode())
        return None if '"name"' in body else f"/graphql answers {status}: {body[:200]}"

    return [site, api]


def _get(url: str, body: bytes | None = None) -> tuple[int, str]:
    headers = {"content-type": "application/json", "accept": "application/json"}
    request = urllib.request.Request(url, data=body, headers=headers)  # noqa: S310 - from the templates
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310
            return answer.status, answer.read().decode(errors="replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(errors="replace")
    except OSError as error:
        return 0, str(error)
