"""Smoke tests: the deployed step answers, and with the version that was deployed."""

import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from infra_cdk.deployment.steps import Step
from infra_cdk.edge_rules import ORIGIN_SHOWN_IN
from services.domain.errors import CarteError

# A new domain name needs a moment until it answers.
_DEADLINE_S: Final = 180.0
_BETWEEN_S: Final = 5.0
_TIMEOUT_S: Final = 10.0
_QUESTION: Final = "{ region { name version } }"

_URL: Final = "Url"
# The API's policy names the newest first.
_SECRET: Final = re.compile(r"\{\{resolve:secretsmanager:([^:}]+):SecretString\}\}")

Probe = Callable[[], str | None]
"""Returns what is wrong, or None."""
Get = Callable[..., tuple[int, str]]


def base_url(step: Step, outputs: Mapping[str, str]) -> str | None:
    """Return the URL at which a deployed step answers; None where it answers nothing by HTTP.

    A region answers at the output `Url` of its stack: where the deployment has a domain, API
    Gateway refuses every other host (the execute-api endpoint is disabled).

    Raises:
        CarteError: A region's stack has no such output, so nothing could be tested.
    """
    if step.kind == "region":
        if _URL not in outputs:
            raise CarteError(
                f"the stack {step.stack} has no output {_URL}, so it cannot be smoke-tested",
                "add the output in infra_cdk/stacks/regional.py",
            )
        return outputs[_URL].rstrip("/")
    if step.kind == "edge":
        return _site(step)
    return None


def origin_secret_of(step: Step) -> str | None:
    """Return the name of the newest origin secret that a region's API takes; None: no secret."""
    for one in step.template.get("Resources", {}).values():
        if one["Type"] == "AWS::ApiGateway::RestApi":
            found = _SECRET.search(json.dumps(one["Properties"].get("Policy", {})))
            return found[1] if found else None
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
    front: str | None = None,
    secret: str | None = None,
) -> int:
    """Run a step's probes until all pass; return how many there are.

    Args:
        step: What was deployed.
        url: Its base URL.
        version: The software version that must answer.
        deadline: Seconds after which a probe that fails fails the step.
        between: Seconds between two rounds.
        front: URL that receives the requests in place of the host of `url`.
        secret: Origin secret without which a region's API refuses requests; None: it needs none.

    Raises:
        CarteError: A probe still failed at the deadline.
    """

    def get(path: str, body: bytes | None = None) -> tuple[int, str]:
        return _get(f"{url}{path}", body, front, secret)

    probes = _region_probes(step, get, version) if step.kind == "region" else _edge_probes(get)
    until = time.monotonic() + deadline
    while wrong := [said for probe in probes if (said := probe()) is not None]:
        if time.monotonic() > until:
            raise CarteError(
                f"{step.name} does not answer as it should at {url}", detail="\n".join(wrong)
            )
        time.sleep(between)
    return len(probes)


def _region_probes(step: Step, get: Get, version: str) -> list[Probe]:
    def alive() -> str | None:
        status, body = get("/health")
        return None if status == 200 else f"/health answers {status}: {body[:200]}"  # noqa: PLR2004

    def ready() -> str | None:
        status, body = get("/ready")
        return None if status == 200 else f"/ready answers {status}: {body[:200]}"  # noqa: PLR2004

    def itself() -> str | None:
        question = json.dumps({"query": _QUESTION}).encode()
        status, body = get("/graphql", question)
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


def _edge_probes(get: Get) -> list[Probe]:
    def site() -> str | None:
        status, body = get("/")
        there = status == 200 and "<html" in body  # noqa: PLR2004
        return None if there else f"the site answers {status}: {body[:200]}"

    def api() -> str | None:
        status, body = get("/graphql", json.dumps({"query": _QUESTION}).encode())
        return None if '"name"' in body else f"/graphql answers {status}: {body[:200]}"

    return [site, api]


def _get(url: str, body: bytes | None, front: str | None, secret: str | None) -> tuple[int, str]:
    headers = {"content-type": "application/json", "accept": "application/json"}
    if secret is not None:
        headers[ORIGIN_SHOWN_IN] = secret
    if front is not None:
        parts = urlsplit(url)
        headers["host"] = parts.netloc
        url = f"{front}{parts.path}"
    request = urllib.request.Request(url, data=body, headers=headers)  # noqa: S310 - from the templates
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310
            return answer.status, answer.read().decode(errors="replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(errors="replace")
    except OSError as error:
        return 0, str(error)
