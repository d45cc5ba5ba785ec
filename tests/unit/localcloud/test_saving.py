"""A stop that could not save tables says so: the emulator's exit code does not."""

from pathlib import Path

import pytest

from localcloud import supervisor, teardown
from localcloud.layout import CloudLayout, ProcessRecord
from localcloud.plan import make_layout
from localcloud.saving import SavedTables, UnsavedTablesError
from localcloud.startup import StartOptions, Startup
from localcloud.supervisor import StopRequested

# As ministack 1.5.33 wrote it when its folder lay on a full disk; it ended with exit code 0.
FULL = (
    "2026-11-28 09:32:12 ERROR [persistence] Persistence: failed to save dynamodb: "
    "[Errno 28] No space left on device\n"
)


@pytest.fixture
def layout(tmp_path: Path) -> CloudLayout:
    made = make_layout(9000, state_dir=tmp_path)
    made.logs.mkdir()
    for region in made.region_names[:2]:
        # Of a process that is no more: nobody has this creation time.
        made = made.with_process(ProcessRecord("emulator", region, 1, 1.0))
    return made


def log(layout: CloudLayout, text: str) -> None:
    with layout.log(f"emulator-{layout.region_names[1]}").open("a") as file:
        file.write(text)


# As it wrote it where the state of a service could not be made.
NO_STATE = (
    "2026-11-29 05:01:40 ERROR [persistence] Persistence: error getting state for dynamodb: "
    "dictionary changed size during iteration\n"
)


def test_a_state_that_could_not_be_made_was_not_saved(layout: CloudLayout) -> None:
    saved = SavedTables(layout)
    log(layout, NO_STATE)
    (failure,) = saved.failures()
    assert failure.endswith("dynamodb: dictionary changed size during iteration")


class Stopped(Startup):
    """A start that is stopped at once."""

    def run(self) -> None:
        raise StopRequested


@pytest.mark.parametrize("discard", [False, True])
def test_a_cloud_in_the_foreground_ends_with_an_error_where_a_table_was_not_saved(
    layout: CloudLayout, monkeypatch: pytest.MonkeyPatch, *, discard: bool
) -> None:
    monkeypatch.setattr(supervisor, "Startup", Stopped)
    monkeypatch.setattr(teardown, "sweep", lambda _: log(layout, FULL))
    cloud = supervisor.Supervisor(layout, lambda _: None)
    if discard:
        (layout.state_dir / "discard").touch()
        cloud.run(StartOptions(), lambda: None)
    else:
        with pytest.raises(UnsavedTablesError, match="No space left"):
            cloud.run(StartOptions(), lambda: None)


def test_what_was_not_saved_since_the_stop_began_is_named(layout: CloudLayout) -> None:
    log(layout, FULL)  # of the last time
    saved = SavedTables(layout)
    assert saved.failures() == []
    saved.check()
    log(layout, "WARNING something else\n" + FULL)
    name = f"emulator-{layout.region_names[1]}"
    assert saved.failures() == [f"{name}: dynamodb: [Errno 28] No space left on device"]
    with pytest.raises(UnsavedTablesError) as raised:
        saved.check()
    assert str(layout.state_dir) in raised.value.hint


@pytest.mark.parametrize("discard", [False, True])
def test_carte_down_fails_where_a_table_was_not_saved_unless_the_data_is_removed(
    layout: CloudLayout, monkeypatch: pytest.MonkeyPatch, *, discard: bool
) -> None:
    monkeypatch.setattr(teardown, "sweep", lambda _: log(layout, FULL))
    if discard:
        assert teardown.stop(layout, discard=True).stopped == 0
    else:
        with pytest.raises(UnsavedTablesError, match="No space left"):
            teardown.stop(layout)
