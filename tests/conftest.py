"""What all tests share: marks by folder, one seed, no account to reach, a table and a service."""

import asyncio
import functools
import gc
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from services.storage.table import Table
from tests.support.chain import REGION
from tests.support.cloud_fixtures import another_cloud, assembly, cloud
from tests.support.moto_table import empty_table
from tests.support.one_schema import one_schema_is_built
from tests.support.quick_aws import accounts_start_at_once, models_are_read_once
from tests.support.quick_dynamodb import items_take_a_short_way
from tests.support.seeds import SEED, seed_of_run
from tests.support.service import Service

__all__ = ["another_cloud", "assembly", "cloud"]

TESTS = Path(__file__).parent
# Folders whose tests start real processes, and the marks that their tests get.
PROCESSES = {"integration": ("cloud",), "browser": ("cloud", "browser", "alone")}
SHARED = "the shared cloud"
_SEED = "hypothesis_seed"

# Machines here are shared and noisy: a slow example is no failure, nor is one slow to make.
settings.register_profile(
    "carte",
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("carte")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `make integration` run tests marked `alone` last, and choose those marked `thorough`."""
    parser.addoption(
        "--alone",
        choices=["only", "without"],
        help="run only, or all but, the tests that nothing may run beside",
    )
    parser.addoption(
        "--thorough",
        action="store_true",
        help="run the tests that are marked `thorough`, too (`make test THOROUGH=1`)",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Let Ctrl-C reach what tests start, and choose the seed of all that is random.

    A shell starts background jobs with SIGINT ignored, and children inherit that. Workers of xdist
    get the environment and the options, and so the seed, from the process that starts them.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ[SEED] = str(seed_of_run())
    if config.getoption(_SEED, None) is None:
        setattr(config.option, _SEED, os.environ[SEED])


def pytest_report_header() -> str:
    """Print the seed, and how to use it again."""
    return f"random tests: {SEED}={os.environ[SEED]} repeats this run's choices"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the seed again where a failure is read, also in quiet runs."""
    if terminalreporter.stats.get("failed"):
        terminalreporter.write_line(pytest_report_header())


def pytest_collection_finish() -> None:
    """Leave what stays until the end, modules and tests, out of the collections of garbage.

    And collect less often than after each 700 new objects: together a tenth of all time otherwise.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def made_once() -> Iterator[None]:
    """What botocore, moto and the schema would make anew for each test is made once."""
    with (
        models_are_read_once(),
        accounts_start_at_once(),
        items_take_a_short_way(),
        one_schema_is_built(),
    ):
        yield


@pytest.fixture(scope="session", autouse=True)
def no_account() -> Iterator[None]:
    """Tests never see the credentials or the configuration of whoever runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "local")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "local")
        patch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
        patch.setenv("AWS_CONFIG_FILE", "/dev/null")
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        patch.setenv("CARTE_FAST_READS", "off")  # moto stands behind botocore, not on a socket
        for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(autouse=True)
def no_open_event_loop() -> Iterator[None]:
    """Mangum makes the thread an event loop where it finds none, and leaves it open, as in Lambda.

    Where a test left it so, another one would fail: the one that runs when it is collected.
    """
    asyncio.set_event_loop(None)
    yield
    try:
        left = asyncio.get_event_loop()
    except RuntimeError:
        return
    if not left.is_running():
        left.close()
        asyncio.set_event_loop(None)


@pytest.fixture
def table() -> Iterator[Table]:
    """An empty table in moto."""
    with empty_table(REGION) as made:
        yield made


@pytest.fixture
def service(table: Table) -> Service:
    """The service in front of the empty table."""
    return Service(table)


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist's, which reads the groups
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark tests by their folder; leave out those that `--alone` or `--thorough` does not choose.

    One that is marked `thorough` runs also where a test is named on the command line.

    Files that use the shared cloud are one group, so that one worker starts it; each other file
    with processes is a group of its own. xdist takes groups in the order of their first tests: what
    takes long is first, so that no worker waits for the other at the end.
    """
    of_processes = [one for one in items if _folder(one) in PROCESSES]
    sharing = {one.path for one in of_processes if _uses(one, "cloud")}
    templates = {one.path for one in of_processes if _uses(one, "assembly")}
    slow = {one.path for one in of_processes if "slow" in one.keywords}
    for item in of_processes:
        for mark in PROCESSES[_folder(item)]:
            item.add_marker(mark)
        group = SHARED if item.path in sharing else item.path.stem
        item.add_marker(pytest.mark.xdist_group(group))

    def turn(item: pytest.Item) -> int:
        # The shared cloud makes the templates meanwhile that the third need.
        turns = (sharing, slow - templates, templates)
        return next((at for at, files in enumerate(turns) if item.path in files), len(turns))

    of_processes.sort(key=turn)
    items[:] = [*(one for one in items if _folder(one) not in PROCESSES), *of_processes]
    chosen = config.getoption("--alone")
    thorough = config.getoption("--thorough") or any("::" in one for one in config.args)

    def runs(item: pytest.Item) -> bool:
        is_alone = "alone" in item.keywords
        return (thorough or "thorough" not in item.keywords) and (
            chosen is None or is_alone == (chosen == "only")
        )

    config.hook.pytest_deselected(items=[one for one in items if not runs(one)])
    items[:] = [one for one in items if runs(one)]


def _folder(item: pytest.Item) -> str:
    return _folder_of(item.path)


@functools.cache
def _folder_of(path: Path) -> str:
    return path.relative_to(TESTS).parts[0]


def _uses(item: pytest.Item, fixture: str) -> bool:
    """Return whether a test uses a fixture of `cloud_fixtures`, and none of its module's own."""
    own = hasattr(getattr(item, "module", None), fixture)
    return fixture in getattr(item, "fixturenames", ()) and not own
