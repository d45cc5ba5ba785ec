"""HEAD of a persisted read, through edge, emulated gateway and Lambda."""

import http.client
import json
from urllib.parse import urlencode, urlsplit

import pytest

from graphql_schema.export import MANIFEST
from tests.support.local_cloud import LocalCloud

MENU = next(key for key, one in json.loads(MANIFEST.read_bytes()).items() if one["name"] == "Menu")


@pytest.mark.parametrize("region", [None, "eu-west-1"], ids=["edge", "region"])
def test_the_head_of_a_menu_that_no_cache_has_is_answered(
    cloud: LocalCloud, region: str | None
) -> None:
    url = urlsplit(cloud.layout.region(region).api_url if region else cloud.layout.edge_url)
    query = urlencode({"variables": json.dumps({"storeId": "us-00001", "locale": "en"})})
    answers = []
    for method in ("HEAD", "GET"):
        cloud.purge()
        connection = http.client.HTTPConnection(url.netloc, timeout=20)
        path = f"{url.path}/graphql/persisted/{MENU}?{query}"
        connection.request(method, path, headers={"accept": "application/json"})
        answer = connection.getresponse()
        answers.append((answer.status, answer.headers["etag"], bool(answer.read())))
        connection.close()
    (head, head_tag, head_body), (get, get_tag, get_body) = answers
    assert (head, get) == (200, 200)
    assert head_tag == get_tag
    assert (head_body, get_body) == (False, True)
