"""The opt-out link: one click ends all stock alerts of an address, and nobody else's."""

from html import escape
from typing import Any

import pytest

from services.alerts.opting_out import OptingOut
from services.domain.documents.subscriber import Subscriber
from services.domain.stock_alerts.opt_out import PARAMETER, PATH, link
from services.domain.stock_alerts.texts import TEXTS
from services.storage import keys
from tests.support.alerts import World
from tests.support.mail_world import REGIONS, SITE

HERE = REGIONS[0]


def subscriber(world: World, identity: str) -> Subscriber:
    held = world.subscribers[HERE].held(identity)
    assert held is not None
    return held.subscriber


def request(world: World, method: str, token: str | None, **more: Any) -> dict[str, Any]:
    log: list[str] = []
    event = {
        "httpMethod": method,
        "path": PATH,
        "queryStringParameters": None if token is None else {PARAMETER: token},
        **more,
    }
    answer = OptingOut(HERE, world.subscribers[HERE], log.append).answer(event)
    assert "example.org" not in answer["body"]
    assert log == []
    return answer


def token_of_mail(world: World, identity: str) -> str:
    url = link(SITE, subscriber(world, identity))
    assert url.startswith(f"{SITE}{PATH}?{PARAMETER}=")
    return url.rpartition("=")[2]


def test_a_mail_carries_the_link_for_people_and_for_mail_programs() -> None:
    world = World()
    identity = world.subscribe()
    world.count(HERE, {"echo-plus": 0})
    world.run()
    (mail,) = world.mailbox.mails
    url = link(SITE, subscriber(world, identity))
    # RFC 8058, section 3.1.
    assert mail.headers == {
        "List-Unsubscribe": f"<{url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert url in mail.text
    assert f'href="{url}"' in mail.html


def test_one_post_ends_the_alerts_of_all_stores_and_removes_the_address() -> None:
    world = World()
    identity = world.subscribe("counter@example.org", "berlin", "hamburg")
    token = token_of_mail(world, identity)
    body = "List-Unsubscribe=One-Click"
    for _ in range(2):
        answer = request(world, "POST", token, body=body)
        assert (answer["statusCode"], TEXTS["en"].done in answer["body"]) == (200, True)
    world.tables.deliver_all()
    for region in REGIONS:
        stored = world.replicas[region].get(keys.subscriber(identity))
        assert stored is not None
        assert "example.org" not in str(stored.body)
        assert world.subscribers[region].ids_of("berlin") == []
        assert world.subscribers[region].ids_of("hamburg") == []
    world.count(HERE, {"echo-plus": 0}, "hamburg")
    world.run()
    assert world.mailbox.mails == []


def test_following_the_link_shows_a_button_and_changes_nothing() -> None:
    world = World()
    identity = world.subscribe(language="de")
    token = token_of_mail(world, identity)
    answer = request(world, "GET", token)
    assert answer["statusCode"] == 200
    assert 'method="post"' in answer["body"]
    assert TEXTS["de"].confirm in answer["body"]
    assert '<html lang="de">' in answer["body"]
    assert answer["headers"]["referrer-policy"] == "no-referrer"
    assert subscriber(world, identity).mail == "counter@example.org"


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("change", ["other", "signature", "short", "none", "long", "empty"])
def test_a_link_that_no_mail_carried_ends_nothing(method: str, change: str) -> None:
    world = World()
    identity, other = world.subscribe(), world.subscribe("other@example.org")
    own = token_of_mail(world, identity)
    token = {
        "other": f"{other}-{own.partition('-')[2][::-1]}",
        "signature": f"{identity}-{'0' * 32}",
        "short": own[:-1],
        "none": None,
        "long": own * 10_000,
        "empty": "",
    }[change]
    answer = request(world, method, token)
    assert (answer["statusCode"], TEXTS["en"].wrong in answer["body"]) == (400, True)
    assert subscriber(world, identity).mail
    assert subscriber(world, other).mail


def test_a_link_of_nobody_and_another_method_are_refused() -> None:
    world = World()
    assert request(world, "POST", f"{'0' * 32}-{'0' * 32}")["statusCode"] == 400
    refused = request(world, "DELETE", None)
    assert (refused["statusCode"], refused["headers"]["allow"]) == (405, "GET, HEAD, POST")


def test_an_old_link_still_works_after_subscribing_anew() -> None:
    world = World()
    identity = world.subscribe()
    token = token_of_mail(world, identity)
    assert request(world, "POST", token)["statusCode"] == 200
    world.subscribe()
    assert subscriber(world, identity).mail
    assert request(world, "POST", token)["statusCode"] == 200
    assert subscriber(world, identity).mail is None


def test_a_table_that_fails_is_a_503_that_names_no_link() -> None:
    log: list[str] = []

    class Broken:
        def held(self, _: str) -> None:
            raise ConnectionError("counter@example.org")

    broken: Any = Broken()
    token = f"{'0' * 32}-{'1' * 32}"
    answer = OptingOut(HERE, broken, log.append).answer(
        {"httpMethod": "POST", "queryStringParameters": {PARAMETER: token}}
    )
    assert (answer["statusCode"], answer["headers"]["retry-after"]) == (503, "60")
    (line,) = log
    assert token not in line
    assert "example.org" not in line


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("de-CH, de;q=0.9, en;q=0.8", "de"),
        ("sv, JA;q=0.5", "ja"),
        ("sv", "en"),
        ("", "en"),
        (None, "en"),
        pytest.param("x," * 100_000 + "de", "en", id="long"),
    ],
)
def test_pages_without_a_subscriber_are_in_the_language_of_the_browser(
    accepted: str | None, language: str
) -> None:
    class Broken:
        def held(self, _: str) -> None:
            raise ConnectionError

    broken: Any = Broken()
    headers = {} if accepted is None else {"Accept-Language": accepted}
    for token, words in (
        (f"{'0' * 32}-{'1' * 32}", TEXTS[language].failed),
        ("damaged", TEXTS[language].wrong),
    ):
        answer = OptingOut(HERE, broken, list[str]().append).answer(
            {"httpMethod": "GET", "queryStringParameters": {PARAMETER: token}, "headers": headers}
        )
        assert f'<html lang="{language}">' in answer["body"]
        assert escape(words) in answer["body"]


def test_pages_and_mails_in_a_language_without_words_are_marked_as_english() -> None:
    world = World()
    token = token_of_mail(world, world.subscribe(language="sv"))
    world.count(HERE, {"echo-plus": 0})
    world.run()
    (mail,) = world.mailbox.mails
    assert '<html lang="en">' in mail.html
    assert '<html lang="en">' in request(world, "GET", token)["body"]
