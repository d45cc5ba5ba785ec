"""Every Lambda reads its environment by one loader, which names all that is wrong with it."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from services.configuration import SettingsError
from services.convergence.settings import Settings as ConvergenceSettings
from services.fulfilment.settings import WorkerSettings
from services.fulfilment.sweeper_settings import SweeperSettings
from services.inventory.settings import Settings as InventorySettings
from services.menu_api.settings import Settings as MenuSettings

COMPLETE = {"CARTE_REGION": "eu-west-1", "CARTE_TABLE": "carte"}
OF_ORDERS = {
    "CARTE_REGIONS": "us-east-1,eu-west-1",
    "CARTE_NOTICES_TOPIC": "arn:topic",
    "CARTE_ORDER_QUEUE": "https://queue",
    "CARTE_IMPORTS_TOPIC": "arn:imports",
}
Load = Callable[[Mapping[str, str]], Any]
every_lambda = pytest.mark.parametrize(
    "load",
    [
        MenuSettings.from_environment,
        ConvergenceSettings.from_environment,
        InventorySettings.from_environment,
        WorkerSettings.from_environment,
        SweeperSettings.from_environment,
    ],
    ids=["menu_api", "convergence", "inventory", "fulfilment", "sweeper"],
)


@every_lambda
def test_the_common_variables_name_the_table(load: Load) -> None:
    settings = load({**COMPLETE, **OF_ORDERS, "AWS_ENDPOINT_URL": "http://127.0.0.1:1"})
    assert settings.binding[:3] == ("eu-west-1", "carte", "http://127.0.0.1:1")
    of_dynamodb = {"AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:2"}
    given = {**COMPLETE, **OF_ORDERS, "AWS_ENDPOINT_URL": "http://127.0.0.1:1", **of_dynamodb}
    settings = load(given)
    assert settings.binding.endpoint == "http://127.0.0.1:2"


@every_lambda
def test_all_missing_variables_are_named_at_once(load: Load) -> None:
    with pytest.raises(SettingsError) as caught:
        load({"CARTE_TABLE": ""})
    assert "CARTE_REGION is not set" in caught.value.message
    assert "CARTE_TABLE is not set" in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CARTE_FAST_READS", "false"),
        ("CARTE_BINARY_RESPONSES", "yes"),
        ("CARTE_OIDC_JWKS", "{"),
        ("CARTE_STAGE", "production"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused(name: str, value: str) -> None:
    needs_stage = {"CARTE_OIDC_JWKS": "{}", "CARTE_STAGE": "local"}
    with pytest.raises(SettingsError, match=name):
        MenuSettings.from_environment({**COMPLETE, **needs_stage, name: value})


def test_the_stream_lambda_answers_in_part_except_to_the_emulator() -> None:
    load = ConvergenceSettings.from_environment
    assert load(COMPLETE).partial_answers
    assert load({**COMPLETE, "CARTE_STAGE": "aws"}).partial_answers
    assert not load({**COMPLETE, "CARTE_STAGE": "local"}).partial_answers
    with pytest.raises(SettingsError, match="CARTE_STAGE"):
        load({**COMPLETE, "CARTE_STAGE": "prod"})


def test_alerts_need_a_topic() -> None:
    load = ConvergenceSettings.from_environment
    assert load(COMPLETE).sold_out_topic is None
    assert load({**COMPLETE, "CARTE_SOLD_OUT_TOPIC": "arn"}).sold_out_topic == "arn"


def test_fulfilment_sends_no_mails_without_a_sender() -> None:
    load = WorkerSettings.from_environment
    assert load({**COMPLETE, **OF_ORDERS}).mail_from is None
    settings = load({**COMPLETE, **OF_ORDERS, "CARTE_MAIL_FROM": "a@b.example"})
    assert (settings.mail_from, settings.regions) == ("a@b.example", ("us-east-1", "eu-west-1"))


def test_notices_about_orders_lead_to_the_site_where_the_deployment_has_one() -> None:
    load = WorkerSettings.from_environment
    assert load({**COMPLETE, **OF_ORDERS}).site is None
    settings = load({**COMPLETE, **OF_ORDERS, "CARTE_SITE_URL": "https://menus.example.com/"})
    assert settings.site == "https://menus.example.com"


def test_the_menu_lambda_reads_the_deployed_regions() -> None:
    load = MenuSettings.from_environment
    assert load({**COMPLETE, "CARTE_REGIONS": "us-east-1,eu-west-1"}).regions == (
        "us-east-1",
        "eu-west-1",
    )
    assert load(COMPLETE).regions == ()
