"""The buckets of pictures in the Lambda's environment."""

import pytest

from infra_cdk.picture_buckets import bucket_name, setting
from services.configuration import SettingsError
from services.menu_api.settings import Settings

REGIONS = ("us-east-1", "eu-west-1")


def of(**variables: str) -> Settings:
    return Settings.from_environment({"CARTE_REGION": "r", "CARTE_TABLE": "t", **variables})


def test_buckets_are_read_as_the_stack_writes_them() -> None:
    found = of(CARTE_PICTURE_BUCKETS=setting("123456789012", REGIONS)).picture_buckets
    assert [tuple(one) for one in found] == [
        (region, bucket_name("123456789012", region), None) for region in REGIONS
    ]
    assert of().picture_buckets == ()


def test_a_local_cloud_says_where_each_region_is() -> None:
    found = of(
        CARTE_PICTURE_BUCKETS="us-east-1=a,eu-west-1=b",
        CARTE_PICTURE_ENDPOINTS="eu-west-1=http://127.0.0.1:2,us-east-1=http://127.0.0.1:1",
    ).picture_buckets
    assert [one.endpoint for one in found] == ["http://127.0.0.1:1", "http://127.0.0.1:2"]


@pytest.mark.parametrize("text", ["us-east-1", "us-east-1=", "=bucket"])
def test_what_is_no_pair_is_named(text: str) -> None:
    with pytest.raises(SettingsError, match="CARTE_PICTURE_BUCKETS"):
        of(CARTE_PICTURE_BUCKETS=text)
