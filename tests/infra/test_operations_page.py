"""docs/operations.md explains every alarm that can ring, and no other."""

import re
from pathlib import Path

from infra_cdk.checks.model import Cloud, Resource
from infra_cdk.checks.objectives import COMPOSITE, alarms_that_ring
from tests.infra.conftest import Assembly

PAGE = Path(__file__).parents[2] / "docs" / "operations.md"
# A name may stand for one alarm a region: `carte-unhealthy-<region>`.
ROW = re.compile(r"^\| `(carte-[a-z-]+(?:<region>)?)` \|", re.MULTILINE)
REGION = re.compile(r"[a-z]{2}-[a-z]+-\d$")


def named(*assemblies: Assembly) -> set[str]:
    return {
        REGION.sub("<region>", str(one.properties["AlarmName"]))
        for assembly in assemblies
        for one in rung(Cloud.of_assembly(assembly.folder))
    }


def rung(cloud: Cloud) -> list[Resource]:
    """The alarms that notify somebody."""
    return [*alarms_that_ring(cloud), *cloud.resources(COMPOSITE)]


def test_every_alarm_is_explained(production: Assembly, options: Assembly) -> None:
    assert set(ROW.findall(PAGE.read_text())) == named(production, options)


def test_an_alarm_that_nobody_explained_is_found(production: Assembly) -> None:
    without = ROW.sub("| other |", PAGE.read_text(), count=1)
    assert named(production) - set(ROW.findall(without)) == {"carte-menu-errors"}


def test_every_objective_has_a_section_that_says_what_to_do(production: Assembly) -> None:
    headings = re.findall(r"^### .*$", PAGE.read_text(), re.MULTILINE)
    for alarm in Cloud.of_assembly(production.folder).resources(COMPOSITE):
        stem = str(alarm.properties["AlarmName"]).rpartition("-")[0]
        (heading,) = (one for one in headings if f"`{stem}-…`" in one)
        section = PAGE.read_text().split(heading)[1].split("\n#")[0]
        assert "**fast**" in section
        assert "**slow**" in section


def test_what_the_page_links_to_is_there() -> None:
    for target in re.findall(r"\]\(([a-z_./-]+\.md)", PAGE.read_text()):
        assert (PAGE.parent / target).exists(), target
