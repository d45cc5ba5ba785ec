"""Nothing secret stands in templates, in the environment of Lambdas, or in logs."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from localcloud import accounts, user_pool
from localcloud.deployer import client
from localcloud.issuer import this_machines
from localcloud.layout import REPO_ROOT
from localcloud.payments.settings import API_KEY, WEBHOOK_SECRETS
from tests.support.local_cloud import LocalCloud


def written(cloud: LocalCloud) -> Iterator[tuple[str, bytes]]:
    """Name and content of every template, log and Lambda's environment of a cloud."""
    folders = (cloud.state_dir / "cdk.out", cloud.layout.logs)
    for folder in folders:
        files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        assert files, f"{folder} is empty"
        for path in files:
            yield str(path.relative_to(cloud.state_dir)), path.read_bytes()
    for region in cloud.layout.regions:
        for page in client(region, "lambda").get_paginator("list_functions").paginate():
            for function in page["Functions"]:
                variables = function.get("Environment", {}).get("Variables", {})
                name = f"environment of {function['FunctionName']} in {region.name}"
                yield name, json.dumps(variables).encode()


def test_no_secret_is_written_where_others_read(cloud: LocalCloud) -> None:
    """After staff signed in, changed something, and sent tokens that are refused."""
    signed_in = accounts.sign_in(cloud.layout, "admin@carte.example")
    token = signed_in["access_token"]
    query = "{ me { id } people { edges { node { id } } } }"
    for sent in (token, f"{token}x", "not-a-token-but-a-password"):
        for region in cloud.layout.region_names:
            cloud.graphql(query, {}, region=region, headers={"authorization": f"Bearer {sent}"})
    cloud.graphql(query, {}, headers={"authorization": f"Bearer {token}"})  # through the edge
    pool = user_pool.load(cloud.layout.state_dir)
    assert pool is not None
    key = json.loads((REPO_ROOT / "build" / "development-issuer.json").read_text())
    assert this_machines().jwks()["keys"][0]["x"] == key["x"]
    secret = {
        "the payment provider's key": API_KEY,
        **{f"webhook secret {at}": one for at, one in enumerate(WEBHOOK_SECRETS)},
        "the password of the ready-made people": pool.password,
        "the private key of the development issuer": key["d"],
        "an access token": token.rpartition(".")[2],
        "a refresh token": signed_in["refresh_token"].rpartition(".")[2],
        "an id token": signed_in["id_token"].rpartition(".")[2],
        "what was sent for a token": "not-a-token-but-a-password",
    }
    found = [
        f"{name}: {what}"
        for name, content in written(cloud)
        for what, value in secret.items()
        if value.encode() in content
    ]
    assert found == []


def test_no_key_or_password_is_written_by_any_name(cloud: LocalCloud) -> None:
    """What has the form of a key, whatever it opens: a secret that the list above forgets."""
    form = re.compile(
        rb"-----BEGIN [A-Z ]*PRIVATE KEY|\b(?:sk|rk)_(?:live|test|local)\w*|\bwhsec_\w+"
        rb"|eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}"
    )
    found = {name: form.findall(content)[:3] for name, content in written(cloud)}
    assert {name: keys for name, keys in found.items() if keys} == {}


def test_the_search_finds_a_planted_secret(cloud: LocalCloud, tmp_path: Path) -> None:
    planted = cloud.layout.logs / f"{tmp_path.name}.log"
    planted.write_text(f"key={API_KEY}\n")
    try:
        assert any(API_KEY.encode() in content for _, content in written(cloud))
    finally:
        planted.unlink()
