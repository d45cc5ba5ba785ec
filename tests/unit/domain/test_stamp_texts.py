"""A stamp has one text: other spellings of it are refused, so that a text names one thing."""

import pytest

from services.domain.stamp import InvalidStampError, Stamp

WRITTEN = "019df2a1b4c00001@eu-west-1"


def test_a_stamp_is_read_as_it_is_written() -> None:
    assert str(Stamp.parse(WRITTEN)) == WRITTEN


@pytest.mark.parametrize(
    "text",
    [
        "019DF2A1B4C00001@eu-west-1",
        "0x9df2a1b4c00001@eu-west-1",
        "+19df2a1b4c00001@eu-west-1",
        "-00000000000001a@eu-west-1",
        " 19df2a1b4c00001@eu-west-1",
        "01_df2a1b4c00001@eu-west-1",
        "\N{ARABIC-INDIC DIGIT ZERO}19df2a1b4c00001@eu-west-1",
        "019df2a1b4c0000g@eu-west-1",
        "019df2a1b4c00001@",
    ],
)
def test_another_spelling_is_no_stamp(text: str) -> None:
    with pytest.raises(InvalidStampError):
        Stamp.parse(text)
