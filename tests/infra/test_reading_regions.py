"""Which regions are tried on AWS, by function, distribution and records; the local edge too.

Every subset of ill and of drained regions, for clients with every order of the regions.
"""

import json
import shutil
import subprocess
from collections.abc import Callable
from itertools import combinations, permutations, product
from pathlib import Path
from typing import Any

import pytest

from infra_cdk.checks.edge import behaviors, distributions
from infra_cdk.checks.model import Cloud, as_text
from infra_cdk.edge_rules import ATTEMPT_HEADER, FAIL_OVER, PICTURE_FAIL_OVER, WRITE_PATHS
from localcloud.edge.routing import choose
from services.menu_api.application import ATTEMPT
from tests.infra.conftest import Assembly
from tests.infra.zone import Zone

NODE = shutil.which("node") or "node"
RUNTIME = Path(__file__).parents[2] / "infra_cdk" / "edge_function" / "runtime.mjs"
READ = {"method": "GET", "uri": "/graphql/persisted/3f2a"}
WRITES = [{"method": "POST", "uri": path} for path in WRITE_PATHS]
WRITE = WRITES[0]
REGIONS = ("us-east-1", "eu-west-1", "ap-southeast-1")
# Places whose regions are in each of the six orders; Johannesburg's latency differs from its map.
PLACES = {
    ("us-east-1", "eu-west-1", "ap-southeast-1"): (42.4, -71.1),
    ("us-east-1", "ap-southeast-1", "eu-west-1"): (21.3, -157.9),
    ("eu-west-1", "us-east-1", "ap-southeast-1"): (48.9, 2.4),
    ("eu-west-1", "ap-southeast-1", "us-east-1"): (35.7, 51.4),
    ("ap-southeast-1", "eu-west-1", "us-east-1"): (35.7, 139.7),
    ("ap-southeast-1", "us-east-1", "eu-west-1"): (-17.8, 178.0),
}
JOHANNESBURG = (-26.2, 28.0)


def subsets() -> list[frozenset[str]]:
    return [frozenset(some) for size in range(4) for some in combinations(REGIONS, size)]


def all_but(*ill: str) -> Callable[[str], bool]:
    """The health checks of all regions but these pass."""
    return lambda region: region not in ill


class Aws:
    """The deployed edge: the regions that are tried for a request, in order."""

    def __init__(self, cloud: Cloud) -> None:
        self.zone = Zone(cloud)
        ((_, self.config),) = distributions(cloud)
        self.origins = {one["Id"]: one["DomainName"] for one in self.config["Origins"]}
        self.code = next(
            code
            for one in cloud.resources("AWS::CloudFront::Function")
            if "createRequestOriginGroup" in (code := as_text(one.properties["FunctionCode"]))
        )

    def choices(self, requests: list[dict[str, Any]]) -> list[list[str]]:
        """Names of the hosts that are tried for each request."""
        given = {"code": self.code, "runtime": RUNTIME.as_uri(), "requests": requests}
        script = str(Path(__file__).with_name("choices.mjs"))
        done = subprocess.run(
            [NODE, script], input=json.dumps(given), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        chosen = json.loads(done.stdout)
        return [
            [self.origins.get(one, one) for one in found or self._of_behavior(request["uri"])]
            for request, found in zip(requests, chosen, strict=True)
        ]

    def tries(
        self, hosts: list[str], order: tuple[str, ...], healthy: Callable[[str], bool]
    ) -> tuple[str, ...]:
        """The regions behind names; one that would be tried twice only once."""
        return tuple(dict.fromkeys(self.zone.answer(host, order, healthy) for host in hosts))

    def _of_behavior(self, uri: str) -> list[str]:
        pattern = uri.rpartition("/")[0] + "/*" if "persisted" in uri else uri
        (behavior,) = (one for one in behaviors(self.config) if one.get("PathPattern") == pattern)
        target = behavior["TargetOriginId"]
        for group in self.config["OriginGroups"]["Items"]:
            if group["Id"] == target:
                return [one["OriginId"] for one in group["Members"]["Items"]]
        return [target]


@pytest.fixture(scope="module")
def aws(production: Assembly) -> Aws:
    return Aws(Cloud.of_assembly(production.folder))


@pytest.mark.parametrize(
    "client_request", [READ, *WRITES], ids=["read", "first", "second", "third"]
)
def test_the_local_edge_asks_whom_the_deployed_one_asks(
    aws: Aws, client_request: dict[str, str]
) -> None:
    wishes = list(product(PLACES, subsets()))
    requests = [
        # CloudFront does not pass the place of the client to the function of a write.
        {
            **client_request,
            "place": PLACES[order] if client_request is READ else None,
            "flags": ",".join(drained),
        }
        for order, drained in wishes
    ]
    for (order, drained), hosts in zip(wishes, aws.choices(requests), strict=True):
        if client_request is not READ and 1 < len(drained) < len(REGIONS):
            continue  # the map would decide, and there is no place
        for ill in subsets():
            healthy = all_but(*ill)
            route = choose(order, healthy, drained)
            if client_request is not READ:
                route = route.attempt(WRITES.index(client_request) + 1)
            assert aws.tries(hosts, order, healthy) == route.origins, (order, ill, drained, hosts)


def test_three_attempts_of_a_write_reach_three_regions_before_any_check_has_failed(
    aws: Aws,
) -> None:
    for flags in ("", *REGIONS, ",".join(REGIONS[:2])):
        hosts = aws.choices([{**one, "flags": flags, "place": None} for one in WRITES])
        for order in permutations(REGIONS):
            tries = [aws.tries(one, order, all_but()) for one in hosts]
            assert {region for (region,) in tries} == set(REGIONS), (flags, order)


def test_the_second_attempt_never_goes_where_the_first_went_while_two_regions_are_well(
    aws: Aws,
) -> None:
    first, second, _ = aws.choices([{**one, "flags": "", "place": None} for one in WRITES])
    for order in permutations(REGIONS):
        for ill in ("", *REGIONS):
            healthy = all_but(ill)
            assert aws.tries(first, order, healthy) != aws.tries(second, order, healthy)


def test_after_two_regions_are_known_to_be_lost_all_attempts_begin_with_the_third(
    aws: Aws,
) -> None:
    first, *_ = aws.choices([{**one, "flags": "", "place": None} for one in WRITES])
    for order in permutations(REGIONS):
        assert aws.tries(first, order, all_but(*order[:2])) == order[2:]


def test_no_reader_needs_a_drain_flag_when_the_two_nearest_regions_are_gone(aws: Aws) -> None:
    hosts = aws.choices([{**READ, "place": at} for at in PLACES.values()])
    for order, named in zip(PLACES, hosts, strict=True):
        gone = order[:2]
        # Before health checks know, both are tried in vain; afterwards neither is.
        assert aws.tries(named, order, all_but()) == gone
        assert aws.tries(named, order, all_but(*gone))[0] == order[2]


def test_a_lost_region_is_never_the_only_one_asked_also_where_map_and_latency_differ(
    aws: Aws,
) -> None:
    (hosts,) = aws.choices([{**READ, "place": JOHANNESBURG}])
    for order in permutations(REGIONS):
        for known_ill in subsets():
            if len(known_ill) > 1:
                continue
            tries = aws.tries(hosts, order, all_but(*known_ill))
            assert len(tries) == 2
            assert not known_ill & set(tries)


def test_a_drained_region_is_left_at_once_while_it_still_answers(aws: Aws) -> None:
    for region in REGIONS:
        flagged = {"flags": region}
        for hosts in aws.choices(
            [
                {**kind, **flagged, "place": at}
                for kind in (READ, *WRITES[:2])
                for at in PLACES.values()
            ]
        ):
            for order in permutations(REGIONS):
                assert region not in aws.tries(hosts, order, all_but())


def test_failing_over_is_the_same_in_all_three_places(aws: Aws) -> None:
    for group in aws.config["OriginGroups"]["Items"]:
        of_pictures = group["Members"]["Items"][0]["OriginId"].startswith("pictures")
        codes = PICTURE_FAIL_OVER if of_pictures else FAIL_OVER
        assert group["FailoverCriteria"]["StatusCodes"]["Items"] == list(codes)
    assert f"const FAIL_OVER = {json.dumps(FAIL_OVER)};" in aws.code
    assert f"const WRITE_PATHS = {json.dumps(WRITE_PATHS)};" in aws.code
    assert f"request.headers['{ATTEMPT_HEADER}']" in aws.code
    assert ATTEMPT == ATTEMPT_HEADER
