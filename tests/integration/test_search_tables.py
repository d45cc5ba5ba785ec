"""The Lambda that searches first writes the tables of the search; others read them."""

from typing import Any

from localcloud.deployer import client
from tests.support.local_cloud import LocalCloud, wait_until

SEARCH = 'query Found($n: Int) { stores(search: "paris", first: $n) { totalCount } }'


def test_a_search_leaves_its_tables_in_the_bucket_of_its_region(cloud: LocalCloud) -> None:
    region = cloud.layout.regions[0]
    s3: Any = client(region, "s3")
    (bucket,) = (
        one["Name"]
        for one in s3.list_buckets()["Buckets"]
        if one["Name"].startswith("carte-search-")
    )

    def kept() -> dict[str, str]:
        listed = s3.list_objects_v2(Bucket=bucket).get("Contents", [])
        return {one["Key"]: one["ETag"] for one in listed}

    answer = cloud.graphql(SEARCH, {"n": 1}, region=region.name)
    assert "errors" not in answer, answer
    wait_until(lambda: bool(kept()), "the tables are in the bucket")
    assert all(key.startswith("tables/") for key in kept())
