"""One region more is one name more in the deployment file: what that changes, and what not."""

import json
import re
from typing import Any

from tests.infra.conftest import Assembly

NEW = "sa-east-1"


def stacks(of: Assembly) -> set[str]:
    """Names of the stacks."""
    return {path.name.split(".")[0] for path in of.folder.glob("*.template.json")}


def replicas(of: Assembly) -> dict[str, dict[str, Any]]:
    """The table's replicas by region."""
    (table,) = of.resources("carte-data", "AWS::DynamoDB::GlobalTable").values()
    return {one["Region"]: one for one in table["Replicas"]}


def test_it_is_one_stack_more_and_no_stack_less(production: Assembly, one_more: Assembly) -> None:
    assert stacks(one_more) - stacks(production) == {f"carte-{NEW}"}
    assert stacks(production) <= stacks(one_more)


def test_the_table_gets_a_replica_like_the_others(production: Assembly, one_more: Assembly) -> None:
    before, after = replicas(production), replicas(one_more)
    assert after.keys() - before.keys() == {NEW}
    assert {**after[NEW], "Region": ""} == {**after["eu-west-1"], "Region": ""}
    for region, replica in before.items():
        assert after[region] == replica


def test_the_new_region_is_what_the_others_are(one_more: Assembly) -> None:
    def shape(region: str) -> list[str]:
        bodies = one_more.template(f"carte-{region}")["Resources"].values()
        text = "\n".join(sorted(json.dumps(body, sort_keys=True) for body in bodies))
        text = text.replace(",".join(one_more.deployment.regions), "REGIONS")
        # The buckets of pictures are in two regions, whatever regions there are.
        text = re.sub(r"[a-z0-9-]+=carte-pictures-\d{12}-[a-z0-9-]+", "BUCKET", text)
        text = re.sub(r"carte-pictures-\d{12}-[a-z0-9-]+", "BUCKET", text)
        for name in (region, region.replace("-", "")):
            text = text.replace(name, "REGION")
        # Names end with a hash of what they stand for, the region among it.
        return sorted(re.sub(r"[0-9A-F]{8}(?:[0-9a-f]{32})?", "", text).splitlines())

    assert shape(NEW) == shape("eu-west-1")


def test_the_other_regions_learn_only_its_name(production: Assembly, one_more: Assembly) -> None:
    def with_new_name(text: str) -> str:
        listed = ",".join(production.deployment.regions)
        return text.replace(listed, f"{listed},{NEW}")

    for region in production.deployment.regions:
        before = production.template(f"carte-{region}")["Resources"]
        after = one_more.template(f"carte-{region}")["Resources"]
        changed = {
            name
            for name in before.keys() | after.keys()
            if json.dumps(after.get(name)) != with_new_name(json.dumps(before.get(name)))
        }
        # A Lambda's version is named after what it runs with: a new one, and the alias onto it.
        kinds = {(after.get(name) or before[name])["Type"] for name in changed}
        assert kinds <= {"AWS::Lambda::Version", "AWS::Lambda::Alias"}, changed


def test_the_edge_knows_where_it_is(production: Assembly, one_more: Assembly) -> None:
    def origins(of: Assembly) -> set[str]:
        (found,) = of.resources("carte-edge", "AWS::CloudFront::Distribution").values()
        return {one["Id"] for one in found["DistributionConfig"]["Origins"]}

    assert origins(one_more) - origins(production) == {f"api-{NEW}", f"without-{NEW}"}
    functions = one_more.resources("carte-edge", "AWS::CloudFront::Function").values()
    assert any(NEW in one["FunctionCode"] for one in functions)
