"""`carte seed` and `carte import` as somebody types them, against a real emulator."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from localcloud.layout import REPO_ROOT
from localcloud.single_emulator import Emulator, running
from services.storage.stores import StoreRepository

HEADER = "shopid,shopname,city,latitude,longitude,type\n"
MAPPED = ("--map", "id=shopid,name=shopname", "--set", "market=us,country=US")


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """One emulator with an empty table."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "local")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "local")
        with running(tmp_path_factory.mktemp("emulator")) as started:
            started.new_table()
            yield started


def carte(emulator: Emulator, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        (sys.executable, "-m", "cli.main", *words, "--state-dir", emulator.state_dir),
        cwd=REPO_ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def answer(done: "subprocess.CompletedProcess[str]", code: int) -> Any:
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def seeded(emulator: Emulator) -> Any:
    """What the first seed of the emulator reported."""
    return answer(carte(emulator, "seed", "--stores", "16", "--json"), 0)


def test_seed_says_what_it_did_and_does_it_once(emulator: Emulator, seeded: Any) -> None:
    report = seeded
    assert report["created"] == 16
    assert report["region"] == "us-east-1"
    assert report["documents"]["created"] > 16 * 3
    assert len(report["published"]) == 14
    again = carte(emulator, "seed", "--stores", "16")
    assert again.returncode == 0
    assert "nothing written" in again.stdout
    assert "stores" in again.stderr, "progress goes to stderr"


def test_import_loads_good_rows_and_reports_the_others(emulator: Emulator, tmp_path: Path) -> None:
    file = tmp_path / "shops.csv"
    file.write_text(
        HEADER
        + "4010,WALMART #4599  ,Timnath,40.52654266357422,-104.99043273925781,grocery\n"
        + "949,KING SOOPERS #104  ,Windsor,40.48143005371094,-104.9276123046875,grocery\n"
        + "949,Excalibur Hotel & Casino,Las Vegas,36.0991636474378,-115.17325164241873,shop\n"
        + "7,Negative,Nowhere,north,1,shop\n",
        encoding="utf-8",
    )
    report = answer(carte(emulator, "import", "stores", str(file), *MAPPED, "--json"), 1)
    fates = ("rows", "created", "changed", "unchanged", "refused")
    assert [report["files"][0][fate] for fate in fates] == [4, 2, 0, 0, 2]
    assert report["files"][0]["ignoredColumns"] == ["type"]
    assert [
        (one["file"], one["line"], one["column"]) for one in report["files"][0]["problems"]
    ] == [(str(file), 4, "id"), (str(file), 5, "latitude")]
    profile = StoreRepository(emulator.table()).profile("4010")
    assert profile is not None
    assert (profile["name"], profile["time_zone"]) == ("WALMART #4599", "America/Denver")

    refused = tmp_path / "refused.csv"
    again = carte(emulator, "import", "stores", str(file), *MAPPED, "--refused", str(refused))
    assert again.returncode == 1
    assert "0 documents created, 0 changed" in again.stdout
    assert "2 refused rows written" in again.stdout
    assert refused.read_text(encoding="utf-8").count("\n") == 3


def test_a_price_can_be_imported(emulator: Emulator, seeded: Any, tmp_path: Path) -> None:
    file = tmp_path / "prices.csv"
    file.write_text("store,item,price\njp-00001,glazed-ring,170\n", encoding="utf-8")
    answer(carte(emulator, "import", "assortments", str(file), "--json"), 0)
    documents = StoreRepository(emulator.table()).documents("jp-00001")
    assert documents is not None
    assert documents.assortment is not None
    assert documents.assortment.value("glazed-ring", "price") == 170


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (HEADER.encode().replace(b"city", b"hill"), "missing is 'city'"),
        (b"PK\x03\x04" + bytes(40), "a spreadsheet or a zip archive"),
        (b"", "is empty"),
    ],
)
def test_a_file_that_is_wrong_as_a_whole_is_refused(
    emulator: Emulator, tmp_path: Path, content: bytes, message: str
) -> None:
    good, file = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text(HEADER + "fine,Fine,Denver,39.7,-104.9,x\n", encoding="utf-8")
    file.write_bytes(content)
    done = carte(emulator, "import", "stores", str(good), str(file), *MAPPED)
    assert done.returncode == 2
    assert message in done.stderr
    assert "nothing was written" in done.stderr
    assert StoreRepository(emulator.table()).profile("fine") is None


def test_a_quote_that_is_never_closed_refuses_its_row_and_says_so(
    emulator: Emulator, tmp_path: Path
) -> None:
    file = tmp_path / "quote.csv"
    file.write_text(
        HEADER + 'whole,Whole,Denver,39.7,-104.9,x\nopen,"Open,Paris,48.85,2.35,x\n',
        encoding="utf-8",
    )
    report = answer(carte(emulator, "import", "stores", str(file), *MAPPED, "--json"), 1)
    (problem,) = report["files"][0]["problems"]
    assert problem["line"] == 3
    assert "never closed" in json.dumps(problem)
    assert StoreRepository(emulator.table()).profile("whole") is not None
    assert StoreRepository(emulator.table()).profile("open") is None


def test_a_wish_that_is_wrong_is_refused(emulator: Emulator, tmp_path: Path) -> None:
    file = tmp_path / "shops.csv"
    file.write_text(HEADER, encoding="utf-8")
    done = carte(emulator, "import", "stores", str(file), "--map", "nam=shopname")
    assert done.returncode == 2
    assert "did you mean 'name'" in done.stderr
    over = carte(emulator, "import", "stores", str(file), *MAPPED, "--refused", str(file))
    assert over.returncode == 2
    assert "would overwrite" in over.stderr


def test_a_cloud_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = carte(Emulator("", tmp_path), "seed")
    assert done.returncode == 1
    assert "there is no cloud" in done.stderr
    assert "Traceback" not in done.stderr
