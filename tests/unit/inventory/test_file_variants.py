"""Count files as people and programs save them, and what becomes of every row."""

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.domain.stock_files.columns import ColumnNames, configured_names
from tests.support.chain import REGION, add_store, publish_small_catalog
from tests.support.count_bucket import LABS_FILE as LAB
from tests.support.count_bucket import CountBucket, message
from tests.support.moto_table import empty_table

PLAIN = "store_id,item_id,pieces\nde-1,glazed,12\nde-1,latte,3\n"
NAMED = "Filiale;Artikel;Bestand\nMünchen Café;Glasierter Ring;5\n"
BOTH = (2, 0, 0, 0)
ONE = (1, 0, 0, 0)


@dataclass(frozen=True)
class Variant:
    """A file, the fate of its rows (loaded, unchanged, unknown, refused), and what it is read as.

    Attributes:
        content: Bytes, or what makes them, where that takes long.
        status: Where not what the fates say.
        reason: Is in the reason of the first refused row, or of the file.
    """

    name: str
    content: bytes | Callable[[], bytes]
    fates: tuple[int, int, int, int]
    encoding: str = "UTF-8"
    status: str = ""
    reason: str = ""


def of(name: str, text: str, fates: tuple[int, int, int, int], **more: Any) -> Variant:
    return Variant(name, text.encode(), fates, **more)


VARIANTS = [
    of("plain.csv", PLAIN, BOTH),
    of("NIGHT.CSV", PLAIN.replace("12", "13"), BOTH),
    of("no suffix", PLAIN.replace("12", "14"), BOTH),
    of("windows line ends.txt", PLAIN.replace("\n", "\r\n"), BOTH),
    of("old mac line ends.csv", PLAIN.replace("\n", "\r"), BOTH),
    of("no last line end.csv", PLAIN.rstrip(), BOTH),
    of("blank lines.csv", PLAIN.replace("\n", "\n\n"), BOTH),
    Variant("bom.csv", PLAIN.encode("utf-8-sig"), BOTH),
    Variant("excel unicode text.txt", PLAIN.replace(",", "\t").encode("utf-16"), BOTH, "UTF-16"),
    Variant("utf-16 big endian.csv", b"\xfe\xff" + PLAIN.encode("utf-16-be"), BOTH, "UTF-16"),
    Variant("utf-16 without mark.csv", PLAIN.encode("utf-16-le"), BOTH, "UTF-16"),
    Variant("windows-1252.csv", NAMED.encode("cp1252"), ONE, "Windows-1252"),
    of("names.csv", NAMED, ONE),
    of("names without accents.csv", NAMED.replace("ü", "u").replace("é", "e").upper(), ONE),
    of("umlauts spelled out.csv", NAMED.replace("ü", "ue"), ONE),
    Variant("compressed.csv.gz", gzip.compress(PLAIN.encode(), mtime=0), BOTH),
    Variant("compressed without suffix.csv", gzip.compress(LAB.encode(), mtime=0), (0, 0, 6, 0)),
    of("two byte order marks.csv", "\ufeff\ufeff" + PLAIN, BOTH),
    of("semicolons.csv", PLAIN.replace(",", ";"), BOTH),
    of("tabs.tsv", PLAIN.replace(",", "\t"), BOTH),
    of("bars.csv", PLAIN.replace(",", "|"), BOTH),
    of("sep line.csv", "sep=;\n" + PLAIN.replace(",", ";"), BOTH),
    of("sep line, own delimiter.csv", '"sep=^"\n' + PLAIN.replace(",", "^"), BOTH),
    of("all quoted.csv", '"store","item","count"\n"de-1","glazed","2"\n', ONE),
    of("quoted delimiter.csv", 'count,item,store\n6,glazed,"Carte, Torstraße"\n', ONE),
    of("more columns.csv", "date,store,aisle,sku,name,qty\n1.3.,de-1,4,latte,Latte,9\n", ONE),
    of("decimals of a spreadsheet.csv", 'store,item,count\nde-1,glazed,"8,0"\nde-1,latte,8.00\n',
       BOTH),
    of("chain's own columns.csv", "Laden|Ware|Stand\nde-1|glazed|4\n", ONE),
    of("the same twice.csv", PLAIN + "de-1,latte,3\n", (2, 1, 0, 0)),
    of("contradiction.csv", PLAIN + "de-1,latte,4\n", (2, 0, 0, 1), reason="stand in line 3"),
    of("the lab's file.csv", LAB, (0, 0, 6, 0)),
    of("unknown item.csv", PLAIN + "de-1,Echo Dot,4\n", (2, 0, 1, 0)),
    of("ambiguous store.csv", "store,item,count\nZwilling,glazed,4\n", (0, 0, 0, 1),
       reason="twin-1 (Zwilling, Berlin, de), twin-2 (ZWILLING, Bonn, de)"),
    of("ambiguous, then by id.csv", "store,item,count\ntwin-1,glazed,4\n", ONE),
    of("market of the name.csv", "market,store,item,count\nfr,München Café,glazed,4\n",
       (0, 0, 1, 0)),
    of("thousands.csv", PLAIN + 'de-1,latte,"1,234"\n', (2, 0, 0, 1), reason="is not a whole"),
    of("unquoted thousands.csv", PLAIN + "de-1,latte,1,234\n", (2, 0, 0, 1), reason="in quotes"),
    of("negative, empty, words.csv", PLAIN.replace("12", "-1").replace("3", "") + "de-1,latte,ten",
       (0, 0, 0, 3), reason="is not a whole number"),
    of("columns swapped.csv", "store,item,count\nde-1,12,glazed\n", (0, 0, 0, 1),
       reason="'12' is a count, and stands in the column of items"),
    of("count for a name.csv", "store,item,count\nde-1,12,19\n", (0, 0, 0, 1),
       reason="looks like a count"),
    of("stray quote.csv", 'store,item,count\nde-1,"glazed,1\nde-1,latte",2\nde-2,latte,3\n',
       (1, 0, 0, 2), reason="rows of their own"),
    of("stray quote that a doubled one hides.csv",
       'store,item,count\nde-1,"gl""azed,1\nde-1,latte",2\nde-2,latte,3\n',
       (1, 0, 0, 2), reason="rows of their own"),
    of("unclosed quote.csv", PLAIN + 'de-1,"glazed,5\n', (2, 0, 0, 1), reason="never closed"),
    Variant("two encodings.csv", PLAIN.encode() + "de-1,Café,1\n".encode() + b"de-1,Caf\xe9,2\n",
            (2, 0, 1, 1), reason="is not UTF-8, as line 4 is"),
    of("endless line.csv", PLAIN + "x" * 1_100_000 + "\nde-2,latte,4\n", (3, 0, 0, 1),
       reason="longer than 1,000,000"),
    Variant("cut off.csv.gz", gzip.compress((PLAIN * 50).encode(), mtime=0)[:-20], (0, 0, 0, 0),
            status="refused", reason="damaged or cut off"),
    of("header alone.csv", PLAIN[:24], (0, 0, 0, 0)),
    of("empty.csv", "", (0, 0, 0, 0), status="refused", reason="the file is empty"),
    of("other columns.csv", "a,b,c\n1,2,3\n", (0, 0, 0, 0), status="refused", reason="missing"),
    Variant("sheet.xlsx", b"PK\x03\x04" + b"\0" * 60, (0, 0, 0, 0), status="refused",
            reason="spreadsheet"),
    Variant("bomb.csv.gz", lambda: gzip.compress((b" " * 9_999 + b"\n") * 7_000, 9, mtime=0),
            (0, 0, 0, 0), status="refused", reason="expands to more than 200 times"),
]  # fmt: skip


@pytest.fixture(scope="module")
def bucket() -> Iterator[CountBucket]:
    with pytest.MonkeyPatch.context() as patch, empty_table(REGION) as table:
        patch.setenv("CARTE_FAST_READS", "off")
        publish_small_catalog(table)
        add_store(table, "de-1", name="München Café")
        add_store(table, "de-2", name="Carte, Torstraße")
        add_store(table, "twin-1", name="Zwilling")
        add_store(table, "twin-2", name="ZWILLING", city="Bonn")
        own = configured_names("store=Laden; item=Ware|Plu; pieces=Stand")
        yield CountBucket(table, ColumnNames(own))


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_every_row_of_a_file_has_a_fate(bucket: CountBucket, variant: Variant) -> None:
    key = f"counts/Filiale 7/{variant.name}"
    # Each a second after the one before, so that none is older than what it finds.
    at = datetime.now(UTC) - timedelta(hours=1) + timedelta(seconds=VARIANTS.index(variant))
    content = variant.content
    bucket.put(content() if callable(content) else content, key)
    assert bucket.answer(message(key, at=at)) == [], bucket.lines[-2:]
    report = bucket.report_of(key)
    fates = [report.get(fate, 0) for fate in ("loaded", "unchanged", "unknown", "refused")]
    assert tuple(fates) == variant.fates
    assert report.get("rows", 0) == sum(fates)
    assert report.get("encoding", "UTF-8") == variant.encoding
    whole = "loaded" if not sum(fates[2:]) else "partly" if sum(fates[:3]) else "refused"
    assert report["status"] == (variant.status or whole)
    reasons = [report.get("error", ""), *(one["reason"] for one in report.get("problems", ()))]
    assert any(variant.reason in reason for reason in reasons)


def test_a_report_lies_in_the_folders_of_its_upload(bucket: CountBucket) -> None:
    bucket.load(PLAIN + "de-2,latte,1\n", "counts/2026/Filiale 7/mine.csv")
    listed = bucket.s3.list_objects_v2(Bucket="counts-bucket", Prefix="results/2026/Filiale 7/")
    assert listed["KeyCount"] == 1


def test_what_a_report_leaves_out_is_counted(
    bucket: CountBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.domain.stock_files.fates.MAX_LISTED", 2)
    report = bucket.load("store,item,count\n" + "de-1,latte,x\n" * 5, "counts/many problems.csv")
    assert (len(report["problems"]), report["problemsLeftOut"], report["refused"]) == (2, 3, 5)
