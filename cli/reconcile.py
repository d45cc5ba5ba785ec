"""`carte reconcile`: compare the payment provider's list with the orders of the table."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cli.options import DEFAULT_PORT, JsonOption, PortOption, StateDirOption, print_json, the_cloud
from cli.target import ReadAwsOption, TableOption, binding
from services.domain.errors import CarteError

if TYPE_CHECKING:
    from services.payments.intents import Intent
    from services.payments.stripe_api import StripeApi

EXAMPLES: Final = (
    "carte reconcile",
    "carte reconcile --aws --region eu-west-1 --days 7 --json",
)
_DAY_S: Final = 24 * 3600


def command(
    *,
    region: Annotated[
        str,
        typer.Option(
            "--region",
            metavar="REGION",
            help="Region whose orders are compared; `primary` is the local cloud's first region.",
        ),
    ] = "primary",
    days: Annotated[
        int,
        typer.Option(
            min=1,
            max=3650,
            help="Only orders that were placed in the last so many days, and payments since.",
        ),
    ] = 30,
    grace: Annotated[
        int,
        typer.Option(min=0, help="Leave out what changed in the last so many seconds: under way."),
    ] = 60,
    aws: ReadAwsOption = False,
    table_name: TableOption = None,
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compare the payment provider's list with the orders.

    Every difference is named.

    Reads all of both and changes nothing. What differs is looked at again before it is named:
    guests and staff go on meanwhile. Exits with 0 when nothing differs, else with 1.
    """
    from dataload.reaching import check_region, reaching
    from services.domain.stamp import unix_ms
    from services.payments.reconcile import Again, compare
    from services.storage.order_walk import all_orders
    from services.storage.orders import OrderRepository
    from services.storage.table import Table

    target = binding(region, port=port, state_dir=state_dir, aws=aws, table=table_name)
    provider = _provider(target.region, port, state_dir, aws=aws)
    now_ms = unix_ms()
    since = now_ms // 1000 - days * _DAY_S
    check_region(target)
    table = Table(target)
    # Reading takes no list of regions: it finds the facts of all.
    again = Again(OrderRepository(table, ()).read, partial(_payment, provider), unix_ms)
    with reaching(target):
        found = compare(
            # The provider's clock may be another one.
            provider.intents(since - _DAY_S),
            provider.refunds,
            all_orders(table),
            now_ms,
            grace * 1000,
            since_ms=since * 1000,
            again=again,
        )
    if as_json:
        print_json(
            {
                "payments": found.payments,
                "orders": found.orders,
                "differences": [one.to_json() for one in found.differences],
            }
        )
    else:
        for one in found.differences:
            print(one)
        print(
            f"{found.payments:,} payments, {found.orders:,} orders by card: "
            f"{len(found.differences) or 'no'} difference{'s' * (len(found.differences) != 1)}"
        )
    if found.differences:
        raise typer.Exit(1)


def _payment(provider: "StripeApi", name: str) -> "Intent | None":
    """Return a payment as the provider has it now, or None where it has none of that id."""
    from services.payments.stripe_api import RefusedError

    try:
        return provider.intent(name)
    except RefusedError:
        return None


def _provider(region: str, port: int, state_dir: Path | None, *, aws: bool) -> "StripeApi":
    """Return the requests to the provider of the local cloud, or of a deployment.

    Raises:
        CarteError: Stripe's library is not installed, or the cloud has no payment provider.
    """
    try:
        import stripe  # noqa: F401 - only whether it is there
    except ImportError:
        raise CarteError(
            "Stripe's library is not installed", "install it: pip install 'carte[payments]'"
        ) from None
    from localcloud.payments.settings import API_KEY
    from services.payments.secrets import from_secrets_manager
    from services.payments.settings import SECRET_NAME
    from services.payments.stripe_api import StripeApi

    if aws:
        secrets = from_secrets_manager(SECRET_NAME, region)
        return StripeApi(secrets.api_key, renewed=secrets.renewed_api_key)
    layout = the_cloud(port, state_dir)
    if not layout.payments_port:
        raise CarteError(
            "this cloud has no payment provider", "stop it and start it again with `carte up`"
        )
    return StripeApi(lambda: API_KEY, layout.payments_url)
