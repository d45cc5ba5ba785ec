"""Mails to people about their accounts: a new device, and roles that somebody changed."""

import json
import time
from collections.abc import Callable
from http.client import HTTPConnection
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from localcloud.accounts import SIGN_IN, people
from localcloud.deployer import client
from localcloud.user_pool import load
from services.domain.people.notice_texts import TEXTS
from tests.support.local_cloud import LocalCloud

PATIENCE_S = 90.0


def mails(cloud: LocalCloud, to: str) -> list[dict[str, Any]]:
    """The mails to an address about its account, the oldest first."""
    _, _, body = cloud.get(f"/_mail/messages?to={to}")
    subjects = {
        subject
        for texts in TEXTS.values()
        for subject in (texts.welcome, texts.device, texts.roles)
    }
    found = [one for one in json.loads(body)["messages"] if one["subject"] in subjects]
    return found[::-1]


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.25)


def edited(cloud: LocalCloud, how: str, sub: str) -> None:
    """Grant or revoke a role; repeated where a region starts slowly, which changes nothing."""
    words = ("people", how, sub, "store:us-00001:till")
    until(lambda: cloud.carte(*words, check=False).returncode == 0)


def sign_in(cloud: LocalCloud, name: str, device: str) -> str:
    """Sign in on the pool's page with a browser that has a cookie or none; return its cookie."""
    pool = load(cloud.layout.state_dir)
    assert pool is not None
    form = {
        "response_type": "code",
        "client_id": pool.client_id,
        "redirect_uri": cloud.layout.url + SIGN_IN,
        "scope": "openid email",
        "state": "s",
        "code_challenge": "a" * 43,
        "code_challenge_method": "S256",
        "username": name,
        "password": pool.password,
    }
    edge = HTTPConnection(urlsplit(cloud.layout.edge_url).netloc, timeout=30)
    headers = {"content-type": "application/x-www-form-urlencoded"}
    if device:
        headers["cookie"] = device
    edge.request("POST", "/login", urlencode(form), headers)
    answer = edge.getresponse()
    assert "code" in parse_qs(urlsplit(answer.getheader("location", "")).query), answer.read()
    cookie = answer.getheader("set-cookie", "").partition(";")[0]
    edge.close()
    return cookie


def set_locale(cloud: LocalCloud, name: str, locale: str) -> str:
    """Set the language of an account; return its `sub`."""
    pool = load(cloud.layout.state_dir)
    assert pool is not None
    primary = cloud.layout.region(cloud.layout.primary)
    client(primary, "cognito-idp").admin_update_user_attributes(
        UserPoolId=pool.id,
        Username=name,
        UserAttributes=[{"Name": "locale", "Value": locale}],
    )
    (sub,) = (one["sub"] for one in people(cloud.layout) if one["name"] == name)
    return str(sub)


def test_a_sign_in_from_a_new_device_is_one_mail_and_the_same_device_again_is_none(
    cloud: LocalCloud,
) -> None:
    name = "nobody@carte.example"
    set_locale(cloud, name, "de-AT")
    texts = TEXTS["de"]
    first = sign_in(cloud, name, "")
    until(lambda: [one["subject"] for one in mails(cloud, name)] == [texts.welcome])
    second = sign_in(cloud, name, "")
    assert second != first
    until(lambda: len(mails(cloud, name)) == 2)
    assert sign_in(cloud, name, first) == first
    assert sign_in(cloud, name, second) == second
    # A third device: when its mail has come, those of the two sign-ins before would have, too.
    sign_in(cloud, name, "")
    until(lambda: len(mails(cloud, name)) >= 3)
    found = mails(cloud, name)
    assert [one["subject"] for one in found] == [texts.welcome, texts.device, texts.device]
    assert 'lang="de"' in found[1]["html"]
    assert "/staff" in found[1]["text"]


def test_a_role_that_is_granted_or_revoked_is_mailed_to_the_person_once(cloud: LocalCloud) -> None:
    name = "operator@carte.example"
    sub = set_locale(cloud, name, "fr")
    texts = TEXTS["fr"]
    before = len(mails(cloud, name))
    edited(cloud, "grant", sub)
    until(lambda: len(mails(cloud, name)) > before)
    # Sent to every region by itself, under one operationId.
    edited(cloud, "revoke", sub)
    until(lambda: len(mails(cloud, name)) > before + 1)
    granted, revoked = mails(cloud, name)[before:]
    assert granted["subject"] == revoked["subject"] == texts.roles
    assert f"{texts.granted}:\n- caisse du magasin us-00001\n" in granted["text"]
    assert f"{texts.revoked}:\n- caisse du magasin us-00001\n" in revoked["text"]
    assert "us-00001" in granted["html"]
