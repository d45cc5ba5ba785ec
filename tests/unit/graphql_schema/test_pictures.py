"""createPictureUpload: forms that take this very file alone, for both regions."""

import base64
import hashlib
import hmac
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from services.storage.table import Table
from services.storage.upload_forms import UploadForm
from tests.support.chain import publish_small_catalog
from tests.support.one_schema import schema_of_tests
from tests.support.service import Service
from tests.support.tokens import ISSUER

UPLOAD = """mutation U($input: CreatePictureUploadInput!) { createPictureUpload(input: $input) {
  upload { imageUrl expiresAt forms { width region url fields { name value } } }
  errors { __typename message path } } }"""
EDIT = """mutation E($input: EditCatalogItemInput!) { editCatalogItem(input: $input) {
  errors { __typename message path } } }"""
SMALL, LARGE = b"small", b"large picture"
DIGESTS = tuple(hashlib.sha256(one).hexdigest() for one in (SMALL, LARGE))
NAME = hashlib.sha256("".join(DIGESTS).encode()).hexdigest()[:32]
WANTED = {
    "operationId": "operation-1",
    "market": "de",
    "itemId": "glazed",
    "contentType": "image/webp",
    "listFile": {"bytes": len(SMALL), "sha256": DIGESTS[0]},
    "itemFile": {"bytes": len(LARGE), "sha256": DIGESTS[1]},
}


@pytest.fixture
def shop(service: Service) -> Service:
    publish_small_catalog(service.table)
    return service


def ask(shop: Service, query: str, role: str = "market:de:editor", **fields: Any) -> Any:
    answer = orjson.loads(shop.post(query, ISSUER.bearer(role), variables={"input": fields}).body)
    return answer.get("data") or answer["errors"][0]["extensions"]["code"]


def upload(shop: Service, **fields: Any) -> Any:
    return ask(shop, UPLOAD, **{**WANTED, **fields})["createPictureUpload"]


def policy_of(form: Any) -> tuple[dict[str, str], Any]:
    fields = {one["name"]: one["value"] for one in form["fields"]}
    return fields, orjson.loads(base64.b64decode(fields["policy"]))


def test_each_file_goes_to_two_regions_by_a_form_that_binds_all_of_it(shop: Service) -> None:
    made = upload(shop)["upload"]
    assert made["imageUrl"] == f"/uploads/de/glazed/{NAME}-960.webp"
    assert [(one["width"], one["region"], one["url"]) for one in made["forms"]] == [
        (width, region, url)
        for width in (320, 960)
        for region, url in (
            (
                "us-east-1",
                "https://carte-pictures-1-us-east-1.s3.us-east-1.amazonaws.com/",
            ),
            ("eu-west-1", "http://127.0.0.1:4566/carte-pictures-1-eu-west-1"),
        )
    ]
    for form in made["forms"]:
        content = SMALL if form["width"] == 320 else LARGE
        fields, policy = policy_of(form)
        conditions = policy["conditions"]
        assert {"key": f"uploads/de/glazed/{NAME}-{form['width']}.webp"} in conditions
        assert {"Content-Type": "image/webp"} in conditions
        assert {"Cache-Control": "public, max-age=31536000, immutable"} in conditions
        assert ["content-length-range", len(content), len(content)] in conditions
        checksum = base64.b64encode(hashlib.sha256(content).digest()).decode()
        assert {"x-amz-checksum-sha256": checksum} in conditions
        assert {"x-amz-checksum-algorithm": "SHA256"} in conditions
        # Guests get whatever is kept with the file.
        assert not [name for name in fields if name.startswith("x-amz-meta-")]
        bound = {name for one in conditions if isinstance(one, dict) for name in one}
        assert fields.keys() - {"policy", "x-amz-signature"} <= bound
        # S3 API reference, "Browser-Based Uploads Using POST", calculating a signature; of the
        # bucket's region, whichever region answers.
        key = b"AWS4" + os.environ["AWS_SECRET_ACCESS_KEY"].encode()
        for part in (fields["x-amz-date"][:8], form["region"], "s3", "aws4_request"):
            key = hmac.digest(key, part.encode(), "sha256")
        assert (
            fields["x-amz-signature"] == hmac.digest(key, fields["policy"].encode(), "sha256").hex()
        )
        left = datetime.fromisoformat(policy["expiration"]) - datetime.now(UTC)
        assert 0 < left.total_seconds() <= 300


def test_the_schema_says_how_many_forms_and_fields_there_are(shop: Service) -> None:
    def most(type_: str, field: str) -> int | None:
        size = schema_of_tests().weights[type_, field].size
        return size.assumed_size if size else None

    forms = upload(shop)["upload"]["forms"]
    assert len(forms) == most("PictureUpload", "forms")
    for form in forms:
        # A Lambda signs with a session's token, which is one field more.
        assert len(form["fields"]) + 1 <= (most("PictureForm", "fields") or 0)


def test_forms_are_taken_until_the_first_of_them_ends(
    shop: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    uploads: Any = shop.application._services.picture_uploads
    signed = uploads.forms
    made: list[UploadForm] = []

    def slowly(*file: Any) -> Iterator[tuple[str, UploadForm]]:
        """Sign as a process does that stands still for a minute before each form but the first."""
        for region, form in signed(*file):
            made.append(form._replace(expires=form.expires + timedelta(minutes=len(made))))
            yield region, made[-1]

    monkeypatch.setattr(uploads, "forms", slowly)
    found = upload(shop)["upload"]
    assert len(made) == 4
    assert datetime.fromisoformat(found["expiresAt"]) == made[0].expires


def test_files_of_the_size_that_is_allowed_are_taken(shop: Service) -> None:
    sizes = {"listFile": 60_000, "itemFile": 250_000}
    files = {name: {"bytes": size, "sha256": DIGESTS[0]} for name, size in sizes.items()}
    assert upload(shop, **files)["errors"] == []


def test_the_same_picture_has_the_same_address_and_the_draft_takes_it(shop: Service) -> None:
    address = upload(shop)["upload"]["imageUrl"]
    assert upload(shop, operationId="operation-2")["upload"]["imageUrl"] == address
    fields = {"operationId": "operation-3", "market": "de", "itemId": "glazed"}
    assert ask(shop, EDIT, **fields, imageUrl=address)["editCatalogItem"]["errors"] == []
    small = address.replace("-960.", "-320.")
    fields["operationId"] = "operation-4"
    (error,) = ask(shop, EDIT, **fields, imageUrl=small)["editCatalogItem"]["errors"]
    assert (error["__typename"], error["path"]) == ("InvalidValueError", ["imageUrl"])


def test_only_editors_of_the_market_get_forms(shop: Service) -> None:
    for role in ("market:fr:editor", "store:de-1:manager", "market:de:manager", "chain:operator"):
        assert ask(shop, UPLOAD, role, **WANTED) == "FORBIDDEN", role
    elsewhere = {**WANTED, "market": "fr"}
    assert ask(shop, UPLOAD, "market:de:editor", **elsewhere) == "FORBIDDEN"
    assert ask(shop, UPLOAD, "chain:admin", **WANTED)["createPictureUpload"]["errors"] == []


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"operationId": "x"}, ["operationId"]),
        ({"itemId": "../ring"}, ["itemId"]),
        ({"contentType": "image/svg+xml"}, ["contentType"]),
        ({"contentType": "text/html"}, ["contentType"]),
        ({"listFile": {"bytes": 60_001, "sha256": DIGESTS[0]}}, ["listFile", "bytes"]),
        ({"itemFile": {"bytes": 250_001, "sha256": DIGESTS[0]}}, ["itemFile", "bytes"]),
        ({"itemFile": {"bytes": 0, "sha256": DIGESTS[0]}}, ["itemFile", "bytes"]),
        ({"itemFile": {"bytes": 1, "sha256": "../x"}}, ["itemFile", "sha256"]),
    ],
)
def test_what_is_no_picture_gets_no_form(
    shop: Service, fields: dict[str, Any], path: list[str]
) -> None:
    found = upload(shop, **fields)
    assert found["upload"] is None
    (error,) = found["errors"]
    assert (error["__typename"], error["path"]) == ("InvalidValueError", path)


def test_a_market_that_does_not_exist_is_named(shop: Service) -> None:
    found = ask(shop, UPLOAD, "chain:admin", **{**WANTED, "market": "atlantis"})
    (error,) = found["createPictureUpload"]["errors"]
    assert error["path"] == ["market"]


def test_a_deployment_without_buckets_says_what_to_do(table: Table) -> None:
    shop = Service(table, takes_pictures=False)
    publish_small_catalog(shop.table)
    (error,) = upload(shop)["errors"]
    assert "takes no pictures; set imageUrl" in error["message"]
