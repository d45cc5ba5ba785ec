"""What a profile says of where a function is."""

import pytest

from loadtests.bench.worker import _ROOT, _place


@pytest.mark.parametrize(
    ("file", "line", "place"),
    [
        (f"{_ROOT}services/domain/menu.py", 12, "services/domain/menu.py:12"),
        (
            f"{_ROOT}.venv/lib/python3.13/site-packages/strawberry/types/arguments.py",
            3,
            "strawberry",
        ),
        ("/elsewhere/site-packages/single.py", 3, "single"),
        ("~", 0, ""),
    ],
)
def test_a_function_of_a_library_is_named_by_it_and_ours_by_its_line(
    file: str, line: int, place: str
) -> None:
    assert _place(file, line) == place
