"""The runbooks of docs/operations.md, done with their own commands on a cloud of two regions.

What AWS would do between two commands, such as giving a message up, is done here by hand. AWS's
part of `--restore-date-time` is missing: the emulator restores what is there, whatever the time.
"""

import csv
import io
import json
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from localcloud import accounts, user_pool
from localcloud.deployer import client
from localcloud.exceptions import LocalCloudError
from localcloud.issuer import this_machines
from localcloud.payments.settings import API_KEY, WEBHOOK_SECRETS
from localcloud.tables import table_binding
from services.convergence.passes import PassRecord, known_regions
from services.domain.stamp import COUNTER_BITS, MAX_AHEAD_MS, Stamp
from services.storage import keys
from services.storage.regions import RegionRepository
from services.storage.table import Table
from tests.support.local_cloud import LocalCloud, started, wait_until
from tests.support.printed_commands import OperatorShell, PrintedCommands

pytestmark = pytest.mark.slow

US, EU = "us-east-1", "eu-west-1"
STORE, ITEM = "runbook-1", "glazed-ring"
OPERATIONS = PrintedCommands("operations.md")
MENU = """query M($id: ID!) { menu(storeId: $id) { categories { items {
  id price { amountMinor } } } } }"""
INVENTORY = "query I($id: ID!) { inventory(storeId: $id) { lines { itemId counted } } }"
NAME = "query N($id: ID!) { store(id: $id) { name } }"
EDIT = """mutation E($input: EditCatalogItemInput!) { editCatalogItem(input: $input) {
  errors { message } } }"""
PUBLISH = """mutation P($input: PublishCatalogInput!) { publishCatalog(input: $input) {
  version errors { message } } }"""
ROLL_BACK = """mutation R($input: RollbackCatalogInput!) { rollbackCatalog(input: $input) {
  version errors { message } } }"""
PUBLICATIONS = """{ catalogPublications(market: "us", first: 1) {
  edges { node { version replaced inForce } } } }"""
SET_PRICE = """mutation S($input: UpdateAssortmentInput!) { updateAssortment(input: $input) {
  errors { message } } }"""
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory, assembly: Path) -> Iterator[LocalCloud]:
    """Two regions with the store of `first_load`, which all these tests share."""
    options = ("--regions", f"{US},{EU}", "--stores", "1", "--assembly", str(assembly))
    with started(tmp_path_factory.mktemp("runbooks"), *options) as made:
        first_load(made, OperatorShell(made, tmp_path_factory.mktemp("first-load")))
        yield made


@pytest.fixture
def shell(cloud: LocalCloud, tmp_path: Path) -> OperatorShell:
    return OperatorShell(cloud, tmp_path)


def token() -> str:
    return this_machines().token(["chain:admin"], subject="runbooks", lifetime_s=900)


def ask(cloud: LocalCloud, region: str, query: str, **variables: Any) -> Any:
    """The one field of a query, as the chain's admin gets it; repeated where a region is late."""
    headers = {"authorization": f"Bearer {token()}"}
    answers: list[Any] = []

    def answered() -> bool:
        answers.append(cloud.graphql(query, variables, region=region, headers=headers))
        errors = answers[-1].get("errors") or []
        assert all(one.get("extensions", {}).get("retryable") for one in errors), errors
        return not errors and bool(answers[-1].get("data"))

    wait_until(answered, f"{region} answers", within=60)
    (found,) = answers[-1]["data"].values()
    return found


def change(cloud: LocalCloud, region: str, mutation: str, **given: Any) -> Any:
    """Send a mutation with an operation id of its own; its payload, without errors."""
    name = str(uuid.uuid4())
    payload = ask(cloud, region, mutation, input={"operationId": name, **given})
    assert not payload["errors"], payload
    return payload


def price(cloud: LocalCloud, region: str) -> int | None:
    menu = ask(cloud, region, MENU, id=STORE) or {"categories": ()}  # it may not have arrived
    items = [one for category in menu["categories"] for one in category["items"]]
    return next((one["price"]["amountMinor"] for one in items if one["id"] == ITEM), None)


def counted(cloud: LocalCloud, region: str) -> int | None:
    inventory = ask(cloud, region, INVENTORY, id=STORE)
    lines = (inventory or {}).get("lines", ())
    return next((one["counted"] for one in lines if one["itemId"] == ITEM), None)


def everywhere(read: Callable[[LocalCloud, str], Any], cloud: LocalCloud, value: Any) -> None:
    """Wait until both regions show a value."""

    def shown(region: str) -> bool:
        return bool(read(cloud, region) == value)

    for region in (US, EU):
        wait_until(partial(shown, region), f"{value!r} is in {region}")


def write_csv(shell: OperatorShell, file: str, row: Mapping[str, Any]) -> None:
    made = io.StringIO()
    writer = csv.DictWriter(made, row)
    writer.writeheader()
    writer.writerow(row)
    (shell.folder / file).write_text(made.getvalue(), encoding="utf-8")


def import_counts(cloud: LocalCloud, shell: OperatorShell, pieces: int) -> None:
    write_csv(shell, "counts.csv", {"store": STORE, "item": ITEM, "pieces": pieces})
    site = {"https://menus.example.com": cloud.layout.edge_url}
    shell.run(OPERATIONS.line("import stock counts.csv", site), CARTE_TOKEN=token())


def first_load(cloud: LocalCloud, shell: OperatorShell) -> None:
    """ "Deploy": catalogs, then stores, then what they sell, into one region, and counts."""
    cloud.carte("export", "catalog", str(shell.folder / "catalog-us.csv"), "--market", "us")
    place = {"city": "Boston", "state": "MA", "postal_code": "02108"}
    place |= {"latitude": "42.36", "longitude": "-71.06"}
    store = {"id": STORE, "name": "First", "market": "us", "hours": "24/7", **place}
    write_csv(shell, "stores.csv", store)
    write_csv(shell, "assortments.csv", {"store": STORE, "item": ITEM, "price": "2.50"})
    for kind in ("catalog catalog-us.csv", "stores stores.csv", "assortments assortments.csv"):
        shell.run(OPERATIONS.line(f"carte import {kind} --aws --region us-east-1"))
    import_counts(cloud, shell, 12)


def test_what_was_loaded_into_one_region_is_sold_in_the_other(cloud: LocalCloud) -> None:
    everywhere(price, cloud, 250)
    everywhere(counted, cloud, 12)


def pool_id(cloud: LocalCloud) -> str:
    pool = user_pool.load(cloud.layout.state_dir)
    assert pool is not None
    return pool.id


def test_the_first_admin_signs_in_and_grants_roles(cloud: LocalCloud, shell: OperatorShell) -> None:
    password = f"Aa1!{uuid.uuid4()}"
    pool = {"us-east-1_...": pool_id(cloud)}
    # The password that the emulator makes up is too short for the pool.
    own = {**pool, "EMAIL": f"EMAIL --temporary-password '{password}'"}
    shell.run(
        OPERATIONS.line("admin-create-user", own),
        OPERATIONS.line("admin-add-user-to-group", pool),
    )
    cognito = client(cloud.layout.region(US), "cognito-idp")
    cognito.admin_set_user_password(  # the first sign-in sets another one
        UserPoolId=pool_id(cloud), Username="ada@example.com", Password=password, Permanent=True
    )
    ada = accounts.sign_in(cloud.layout, "ada@example.com", password)["access_token"]
    granting = ("people", "grant", "runbook-till", f"store:{STORE}:till", "--token", ada)
    wait_until(
        lambda: cloud.carte(*granting, check=False).returncode == 0, "Ada grants a role", within=90
    )


def test_a_person_who_is_signed_out_renews_no_token(
    cloud: LocalCloud, shell: OperatorShell
) -> None:
    name = "manager@carte.example"
    renewing = accounts.sign_in(cloud.layout, name)["refresh_token"]
    accounts.renew(cloud.layout, renewing)
    renewed = int(time.time())
    wait_until(lambda: int(time.time()) > renewed, "a later second: the emulator compares seconds")
    places = {"us-east-1_...": pool_id(cloud), "ada@example.com": name}
    shell.run(OPERATIONS.line("admin-user-global-sign-out --region", places))
    with pytest.raises(LocalCloudError, match="refuses"):
        accounts.renew(cloud.layout, renewing)


def is_ready(cloud: LocalCloud, region: str) -> bool:
    with suppress(OSError):
        return cloud.get("/ready", region=region)[0] == 200
    return False


def test_a_region_is_drained_by_its_switch_and_takes_part_again(
    cloud: LocalCloud, shell: OperatorShell
) -> None:
    drain, end = (OPERATIONS.line(f"carte drain {EU} {one}--aws") for one in ("", "--end "))
    wait_until(lambda: is_ready(cloud, EU), "the region is ready")
    shell.run(drain)
    wait_until(lambda: not is_ready(cloud, EU), "its health check fails")
    assert is_ready(cloud, US)
    assert "no region would be left" in shell.run(drain.replace(EU, US), check=False)
    via = OPERATIONS.line("--via us-east-1")
    shell.run(f"{end} {via}")
    wait_until(lambda: is_ready(cloud, EU), "what another region wrote puts it back")


def test_a_removed_region_holds_nothing_up_once_its_items_are_deleted(
    cloud: LocalCloud, shell: OperatorShell
) -> None:
    gone = "sa-east-1"
    here, other = (Table(table_binding(cloud.layout, region)) for region in (US, EU))
    away = Table(here.binding)  # of a process of that region, whose requests go to an emulator here
    assert away.get(keys.heartbeat(US)), "connected, before it is told where it is"
    away.binding, away.region = away.binding._replace(region=gone), gone
    RegionRepository(away).beat()
    RegionRepository(away).set_drained(gone, drained=True)
    record = PassRecord(away)
    record.begin(1)
    record.advance(None)
    written = (keys.reconciliation(gone), keys.heartbeat(gone), keys.drain(gone))
    wait_until(lambda: all(other.get(one) for one in written), "its items are in both regions")
    shell.run(OPERATIONS.block("for key in RECONCILIATION", {"<region>": gone}))

    def forgotten(table: Table) -> bool:
        return not any(table.get(one, consistent=True) for one in written)

    for table in (here, other):
        wait_until(partial(forgotten, table), f"its items are gone in {table.region}")
        assert gone not in known_regions(table)


def queue(region: str, name: str) -> dict[str, str]:
    return {"<region>": region, "<queue>": name}


def give_up(cloud: LocalCloud, region: str, name: str, text: str) -> None:
    """Put a message into a dead-letter queue, as AWS does after the last attempt."""
    sqs = client(cloud.layout.region(region), "sqs")
    sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName=name)["QueueUrl"], MessageBody=text)


def left_in(cloud: LocalCloud, region: str, name: str) -> int:
    """How many messages an alarm on the queue would count, those that are hidden included."""
    sqs = client(cloud.layout.region(region), "sqs")
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(found[one]) for one in names)


def look(shell: OperatorShell, places: dict[str, str]) -> tuple[str, Any]:
    """The command that finds the queue, and the message that lies in it."""
    url = OPERATIONS.line("get-queue-url", places)
    region = {"<region>": places["<region>"]}
    (message,) = json.loads(shell.run(url, OPERATIONS.line("receive-message", region)))["Messages"]
    return url, message


def assortment(cloud: LocalCloud, region: str) -> dict[str, Any]:
    key = {"pk": {"S": f"STORE#{STORE}"}, "sk": {"S": "ASSORTMENT"}}
    found = cloud.dynamodb(region).get_item(TableName="carte", Key=key, ConsistentRead=True)
    return dict(found["Item"])


def reconcile(shell: OperatorShell, region: str, **more: Any) -> list[dict[str, Any]]:
    """Invoke the reconciler as the page says: again while its `place` is not null."""
    printed = OPERATIONS.line("--function-name carte-reconciler:live", {"<region>": region})
    answers: list[dict[str, Any]] = []
    while not answers or answers[-1]["place"] is not None:
        place = answers[-1]["place"] if answers else None
        # Two minutes would have to pass before it looks at what was just written.
        payload = json.dumps({"place": place, "graceMs": 0, **more})
        assert '{"place": null}' in printed
        shell.run(printed.replace('{"place": null}', payload))
        answers.append(json.loads((shell.folder / "out.json").read_text()))
    return answers


def test_after_records_were_given_up_the_reconciler_repairs_and_the_queue_is_purged(
    cloud: LocalCloud, shell: OperatorShell
) -> None:
    name = "carte-convergence-dead-letters"
    before = assortment(cloud, US)
    cloud.carte("fault", "inject", "drop-stream-records", "--seconds", "300")
    try:
        line = {"itemId": ITEM, "priceMinor": 777}
        change(cloud, US, SET_PRICE, storeId=STORE, lines=[line])
        after = assortment(cloud, US)["rev"]["S"]
        # As last-writer-wins does: another version replaces the item that has the price. That it
        # is a thousand hours ahead is damage, which must put nothing else into the future.
        ahead = Stamp.parse(after).time + (1000 * MAX_AHEAD_MS << COUNTER_BITS)
        lost = {**before, "rev": {"S": str(Stamp(ahead, US))}}
        cloud.dynamodb(US).put_item(TableName="carte", Item=lost)
        wait_until(lambda: assortment(cloud, EU) == lost, "the price is lost everywhere")
        give_up(cloud, US, name, '{"DDBStreamBatchInfo": {}}')
        url, message = look(shell, queue(US, name))
        assert "DDBStreamBatchInfo" in message["Body"]
        found = [reconcile(shell, region, dryRun=True) for region in (US, EU)]
        assert all(sum(one["found"].get("lost", 0) for one in each) == 1 for each in found)
        repaired = [one["repaired"] for region in (US, EU) for one in reconcile(shell, region)]
        assert sum(repaired) >= 1
        everywhere(price, cloud, 777)
        assert not any(one["found"] for region in (US, EU) for one in reconcile(shell, region))
        shell.run(url, OPERATIONS.line("purge-queue", {"<region>": US}))
        assert left_in(cloud, US, name) == 0
    finally:
        cloud.carte("fault", "heal")


def test_a_count_file_that_was_given_up_is_uploaded_again_and_its_message_deleted(
    cloud: LocalCloud, shell: OperatorShell
) -> None:
    name = "carte-counts-dead-letters"
    give_up(cloud, EU, name, '{"Records": [{"s3": {"object": {"key": "counts/night.csv"}}}]}')
    url, message = look(shell, queue(EU, name))
    assert "counts/night.csv" in message["Body"]
    import_counts(cloud, shell, 31)
    handle = {"<region>": EU, "<handle>": f"'{message['ReceiptHandle']}'"}
    shell.run(url, OPERATIONS.line("delete-message", handle))
    assert left_in(cloud, EU, name) == 0
    everywhere(counted, cloud, 31)


def test_a_region_whose_game_day_never_ended_gets_its_concurrency_back(
    cloud: LocalCloud, shell: OperatorShell
) -> None:
    # The emulator keeps the number, but calls of an alias are not refused by it.
    functions = client(cloud.layout.region(EU), "lambda")
    functions.put_function_concurrency(
        FunctionName="carte-menu-api", ReservedConcurrentExecutions=0
    )
    assert "Concurrency" in functions.get_function(FunctionName="carte-menu-api")
    shell.run(OPERATIONS.line("aws lambda delete-function-concurrency", {"<region>": EU}))
    assert "Concurrency" not in functions.get_function(FunctionName="carte-menu-api")


def provider_takes(cloud: LocalCloud, *api_keys: str) -> None:
    """Have the payment provider accept these keys alone."""
    request = urllib.request.Request(  # noqa: S310 - on this machine
        f"{cloud.layout.payments_url}/_control",
        data=json.dumps({"apiKeys": api_keys}).encode(),
        headers={"content-type": "application/json"},
        method="PUT",
    )
    with _OPENER.open(request, timeout=30) as answer:
        assert answer.status == 200


def card_is_held(cloud: LocalCloud) -> None:
    """Place an order by card, and wait until the provider holds its total."""
    words = ("order", "place", STORE, f"{ITEM}:1", "--name", "Ada", "--card", "pm_card_visa")
    command = (*words, "--operation-id", str(uuid.uuid4()), "--json")
    printed: list[str] = []

    def placed() -> bool:
        done = cloud.carte(*command, check=False)
        printed.append(done.stdout)
        return done.returncode == 0

    wait_until(placed, "the order is placed", within=90)
    order = json.loads(printed[-1])["id"]
    query = f'{{ order(id: "{order}") {{ payment {{ state }} }} }}'
    wait_until(
        lambda: ask(cloud, US, query)["payment"]["state"] == "AUTHORIZED",
        "the card is held",
        within=120,
    )


@pytest.mark.thorough
def test_the_key_of_the_payment_provider_is_replaced_and_no_order_waits(
    cloud: LocalCloud, shell: OperatorShell
) -> None:
    put = OPERATIONS.line("put-secret-value --secret-id carte-payments")

    def write(api_key: str) -> None:
        value = {"apiKey": api_key, "webhookSecrets": list(WEBHOOK_SECRETS)}
        (shell.folder / "keys.json").write_text(json.dumps(value))
        for region in cloud.layout.regions:  # AWS copies what was written in the first one
            shell.run(put, AWS_DEFAULT_REGION=region.name, AWS_ENDPOINT_URL=region.endpoint)

    try:
        card_is_held(cloud)  # Lambdas know the old key now
        provider_takes(cloud, API_KEY, "sk_local_second")
        write("sk_local_second")
        provider_takes(cloud, "sk_local_second")
        card_is_held(cloud)
    finally:
        provider_takes(cloud, API_KEY)
        write(API_KEY)


def test_a_catalog_that_should_not_have_been_published_is_rolled_back(cloud: LocalCloud) -> None:
    # A store that sets no price of its own shows the catalog's.
    clearing = {"itemId": ITEM, "clear": ["PRICE"]}
    change(cloud, US, SET_PRICE, storeId=STORE, lines=[clearing])
    wait_until(lambda: price(cloud, US) == price(cloud, EU), "both show the catalog's price")
    before = price(cloud, EU)
    change(cloud, US, EDIT, market="us", itemId=ITEM, priceMinor=1_999)
    change(cloud, US, PUBLISH, market="us")
    everywhere(price, cloud, 1_999)
    (newest,) = ask(cloud, EU, PUBLICATIONS)["edges"]
    assert newest["node"]["inForce"]
    change(cloud, EU, ROLL_BACK, market="us", version=newest["node"]["replaced"])
    everywhere(price, cloud, before)


def exported_row(path: Path) -> dict[str, str]:
    """The row of the store in an export."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        (row,) = (one for one in csv.DictReader(file) if one["id"] == STORE)
    return row


RESTORE = ("restore-table-to-point-in-time", "wait table-exists")


def test_a_damaged_store_is_written_back_from_a_restored_table(
    cloud: LocalCloud, shell: OperatorShell
) -> None:
    export = OPERATIONS.line("carte export stores stores.csv")
    write_back = OPERATIONS.line("carte import stores stores.csv")
    shell.run(*(OPERATIONS.line(one) for one in RESTORE))
    shell.run(export)
    good = exported_row(shell.folder / "stores.csv")
    write_csv(shell, "stores.csv", {**good, "name": "Damaged"})
    shell.run(write_back)

    def named(cloud: LocalCloud, region: str) -> str:
        return str(ask(cloud, region, NAME, id=STORE)["name"])

    everywhere(named, cloud, "Damaged")
    shell.run(export)
    damaged_only = exported_row(shell.folder / "stores.csv")
    assert damaged_only == good, "the restored table has no part in what came after"
    write_csv(shell, "stores.csv", damaged_only)
    shell.run(write_back)
    everywhere(named, cloud, good["name"])
    shell.run(OPERATIONS.line("aws dynamodb delete-table"))
    tables = cloud.dynamodb(US).list_tables()["TableNames"]
    assert "carte-restored" not in tables


def test_a_restored_table_has_what_the_template_gives_the_table(
    cloud: LocalCloud, shell: OperatorShell
) -> None:
    settings = ("update-table --region", "update-time-to-live", "update-continuous-backups")
    shell.run(*(OPERATIONS.line(one) for one in (*RESTORE, *settings)))
    dynamodb = cloud.dynamodb(US)
    try:

        def settings_of(name: str) -> list[Any]:
            table = dynamodb.describe_table(TableName=name)["Table"]
            return [table["StreamSpecification"], table["KeySchema"]]

        restored = "carte-restored"
        assert settings_of(restored) == settings_of("carte")
        # AWS's table has these three (tests/infra/test_table.py), a local cloud's has none.
        ttl = dynamodb.describe_time_to_live(TableName=restored)["TimeToLiveDescription"]
        assert (ttl["TimeToLiveStatus"], ttl["AttributeName"]) == ("ENABLED", "expires")
        backups = dynamodb.describe_continuous_backups(TableName=restored)
        recovery = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
        assert recovery["PointInTimeRecoveryStatus"] == "ENABLED"
        assert dynamodb.describe_table(TableName=restored)["Table"]["DeletionProtectionEnabled"]
    finally:
        dynamodb.update_table(TableName="carte-restored", DeletionProtectionEnabled=False)
        dynamodb.delete_table(TableName="carte-restored")
