"""A catalog's pointer that arrives in a region before the version that it names."""

import pytest

from services.domain import faults
from services.storage import keys
from services.storage.catalogs import POINTER_MAX_AGE_S, RETRY_S, CatalogRepository
from services.storage.exceptions import CatalogMissingError, CatalogNotReplicatedError
from services.storage.fault_codes import code_of
from services.storage.keys import Key
from services.storage.replica import Stored, Write
from services.storage.table import Table
from tests.support.chain import add_store, publish_small_catalog, set_draft, set_stock
from tests.support.moto_table import process_of
from tests.support.service import Service
from tests.support.tokens import ISSUER

SELL = "mutation ($i: RecordSaleInput!) { recordSale(input: $i) { errors { __typename } } }"
SALE = {
    "operationId": "sale-0001",
    "storeId": "de-1",
    "lines": [{"itemId": "glazed", "pieces": 1}],
}


def versions(table: Table) -> list[Stored]:
    """The published versions of the market, oldest first."""
    return table.partition(keys.catalog_partition("de"), prefix=keys.VERSION_PREFIX)


def lose(table: Table, version: Stored) -> None:
    """Take a version away, as if replication had not brought it yet."""
    table.item(version.key.pk, version.key.sk).delete()


def arrive(table: Table, version: Stored) -> None:
    """Bring a version that replication had not brought."""
    table.write(Write(version.key, version.body, table.clock.tick(), None))


@pytest.fixture
def behind(table: Table) -> tuple[Table, Stored, Stored]:
    """A region whose pointer names the second of two versions; it has the first one only."""
    publish_small_catalog(table)
    add_store(table, "de-1")
    set_stock(table, "de-1", {"glazed": 5})
    (first,) = versions(table)
    set_draft(table, "de", "latte", price=330)
    CatalogRepository(table).publish("de")
    _, second = versions(table)
    lose(table, second)
    return process_of(table.region), first, second


def test_the_newest_version_that_is_here_is_served_until_the_named_one_arrives(
    behind: tuple[Table, Stored, Stored],
) -> None:
    table, first, second = behind
    now = [0.0]
    catalogs = CatalogRepository(table, monotonic=lambda: now[0])
    assert f"VERSION#{catalogs.current('de').version}" == first.key.sk
    arrive(table, second)
    now[0] += RETRY_S
    assert f"VERSION#{catalogs.current('de').version}" == second.key.sk


def test_a_sale_is_recorded_and_a_menu_served_meanwhile(
    behind: tuple[Table, Stored, Stored],
) -> None:
    service = Service(behind[0])
    menu = service.ask('{ menu(storeId: "de-1") { categories { items { id } } } }')["menu"]
    assert [item["id"] for one in menu["categories"] for item in one["items"]] == ["glazed"]
    answer = service.post(SELL, ISSUER.bearer("store:de-1:till"), variables={"i": SALE})
    assert answer.body == b'{"data":{"recordSale":{"errors":[]}}}'


def test_a_process_that_has_a_version_reads_the_pointer_again_after_a_second_only(
    behind: tuple[Table, Stored, Stored], monkeypatch: pytest.MonkeyPatch
) -> None:
    table, first, second = behind
    now = [0.0]
    catalogs = CatalogRepository(table, monotonic=lambda: now[0])
    arrive(table, second)
    catalogs.current("de")
    lose(table, second)
    lose(table, first)
    table.change(
        keys.pointer("de"),
        lambda current, stamp: current.assign({"version": str(stamp)}, stamp),  # type: ignore[union-attr]  # it is there
    )
    table._written.clear()
    reads: list[str] = []
    get = table.reader.get

    def counted(key: Key, **how: bool) -> Stored | None:
        reads.append(key.sk)
        return get(key, **how)

    monkeypatch.setattr(table.reader, "get", counted)
    now[0] += POINTER_MAX_AGE_S
    for _ in range(5):
        assert f"VERSION#{catalogs.current('de').version}" == second.key.sk
    assert len(reads) == 2, "the pointer, and the version that it names"
    now[0] += RETRY_S
    catalogs.current("de")
    assert len(reads) == 4


def test_a_region_that_has_no_version_yet_fails_so_that_the_request_is_repeated(
    behind: tuple[Table, Stored, Stored],
) -> None:
    table, first, _ = behind
    lose(table, first)
    with pytest.raises(CatalogNotReplicatedError) as caught:
        CatalogRepository(table).current("de")
    assert code_of(caught.value) == faults.TABLE_UNAVAILABLE
    service = Service(table)
    for answer in (
        service.post('{ menu(storeId: "de-1") { version } }'),
        service.post(SELL, ISSUER.bearer("store:de-1:till"), variables={"i": SALE}),
    ):
        assert answer.status == 503
        assert int(answer.headers["retry-after"]) > 0


def test_a_market_without_a_pointer_has_published_nothing(table: Table) -> None:
    with pytest.raises(CatalogMissingError):
        CatalogRepository(table).current("de")
