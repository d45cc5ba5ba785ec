"""Where the edge believes a client to be, and which region is nearest to there."""

from pathlib import Path

import botocore.session
import pytest
from multidict import CIMultiDict

from localcloud.edge.countries import load_countries
from localcloud.edge.places import Locator, place_of
from services.domain.aws_regions import AWS_REGIONS, Coordinates

THREE = {name: AWS_REGIONS[name] for name in ("us-east-1", "eu-west-1", "ap-southeast-1")}


@pytest.fixture
def locator() -> Locator:
    return Locator(THREE, "us-east-1")


def test_every_commercial_region_of_the_sdk_has_coordinates() -> None:
    known = botocore.session.get_session().get_available_regions("dynamodb", "aws")
    assert set(known) <= set(AWS_REGIONS)


@pytest.mark.parametrize(
    ("place", "order"),
    [
        ("eu-west-1", ("eu-west-1", "us-east-1", "ap-southeast-1")),
        ("eu-central-1", ("eu-west-1", "us-east-1", "ap-southeast-1")),
        ("52.52,13.40", ("eu-west-1", "us-east-1", "ap-southeast-1")),
        (" -33.87 , 151.21 ", ("ap-southeast-1", "us-east-1", "eu-west-1")),
        ("35.68,139.69", ("ap-southeast-1", "eu-west-1", "us-east-1")),
        (None, ("us-east-1", "eu-west-1", "ap-southeast-1")),
        ("", ("us-east-1", "eu-west-1", "ap-southeast-1")),
    ],
)
def test_the_nearest_region_comes_first(
    locator: Locator, place: str | None, order: tuple[str, ...]
) -> None:
    assert locator.locate(place).known
    assert locator.locate(place).order == order


@pytest.mark.parametrize(
    "place", ["Atlantis", "91,0", "0,181", "nan,0", "inf,0", "1,2,3", "1,", ",", "ZZ", "\udcff"]
)
def test_a_place_that_means_nothing_is_the_default_and_says_so(
    locator: Locator, place: str
) -> None:
    locator.learn_countries({})
    located = locator.locate(place)
    assert located.order[0] == "us-east-1"
    assert not located.known


def test_countries_are_loaded_when_first_wanted(locator: Locator) -> None:
    assert not locator.wants_countries("eu-west-1")
    assert not locator.wants_countries(None)
    assert locator.wants_countries("de")
    locator.learn_countries({"DE": Coordinates(51, 10)})
    assert not locator.wants_countries("de")
    assert locator.locate("de").order[0] == "eu-west-1"


def test_a_country_is_where_its_people_live(locator: Locator) -> None:
    countries = load_countries()
    locator.learn_countries(countries)
    nearest = {code: locator.locate(code).order[0] for code in ("US", "IE", "JP", "SG", "FR", "IN")}
    assert nearest == {
        "US": "us-east-1",
        "IE": "eu-west-1",
        "JP": "ap-southeast-1",
        "SG": "ap-southeast-1",
        "FR": "eu-west-1",
        "IN": "ap-southeast-1",
    }
    # A mean of longitudes would put Fiji, on both sides of the date line, into Africa.
    assert abs(countries["FJ"].longitude) > 170


def test_the_memory_of_places_is_bounded(locator: Locator) -> None:
    for number in range(10_000):
        locator.locate(f"{number / 1000},0")
    assert len(locator._remembered) <= 4096


@pytest.mark.parametrize(
    ("headers", "query", "place"),
    [
        (
            {"X-Carte-Place": "eu-west-1", "CloudFront-Viewer-Country": "JP"},
            "place=US",
            "eu-west-1",
        ),
        ({"CloudFront-Viewer-Country": "JP"}, "query=%7Ba%7D&place=1.5%2C2", "1.5,2"),
        (
            {
                "CloudFront-Viewer-Latitude": "1",
                "CloudFront-Viewer-Longitude": "2",
                "CloudFront-Viewer-Country": "JP",
            },
            "",
            "1,2",
        ),
        ({"CloudFront-Viewer-Latitude": "1", "CloudFront-Viewer-Country": "JP"}, "", "JP"),
        ({}, "replace=US", None),
        ({}, "", None),
    ],
)
def test_our_own_words_win_over_those_of_cloudfront(
    headers: dict[str, str], query: str, place: str | None
) -> None:
    assert place_of(CIMultiDict(headers), query) == place


def test_the_package_imports_without_the_table_of_cities() -> None:
    source = Path(__file__).parents[4] / "localcloud" / "edge"
    eager = [
        file.name
        for file in source.glob("*.py")
        if any(line.startswith(("import geo", "from geo")) for line in file.read_text().split("\n"))
    ]
    assert eager == []
