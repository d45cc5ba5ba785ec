"""Uploaded pictures: which files are taken, which address they have, and which paths are theirs."""

import hashlib

import pytest

from services.domain.picture_uploads import (
    PictureFile,
    addresses,
    checked_file,
    checked_item,
    checked_type,
)
from services.domain.pictures import ITEM_WIDTH, LIST_WIDTH, MAX_BYTES, width_of
from services.domain.validation import MAX_IMAGE_URL, InvalidFieldError, image_url

A, B = "a" * 64, "b" * 64
DIGEST = hashlib.sha256((A + B).encode()).hexdigest()[:32]
SMALL = PictureFile(LIST_WIDTH, 20_000, A)
LARGE = PictureFile(ITEM_WIDTH, 90_000, B)


def test_the_address_says_what_is_in_both_files() -> None:
    listed, shown = addresses("de", "moon-ring", "image/webp", (SMALL, LARGE))
    assert listed == f"/uploads/de/moon-ring/{DIGEST}-320.webp"
    assert shown == f"/uploads/de/moon-ring/{DIGEST}-960.webp"
    assert (width_of(listed), width_of(shown)) == (320, 960)
    # Another file for lists beside the same large one is another picture.
    other = SMALL._replace(sha256="c" * 64)
    assert addresses("de", "moon-ring", "image/webp", (other, LARGE))[1] != shown
    assert addresses("de", "moon-ring", "image/jpeg", (SMALL, LARGE))[1].endswith("-960.jpg")


def test_the_longest_address_is_one_that_an_item_may_have() -> None:
    longest = addresses("x" * 64, "y" * 64, "image/webp", (SMALL, LARGE))[1]
    assert len(longest) <= MAX_IMAGE_URL
    assert image_url("imageUrl", longest) == longest


@pytest.mark.parametrize(
    "path",
    [
        "/uploads/",
        f"/uploads/de/{DIGEST}-960.webp",
        f"/uploads/de/ring/more/{DIGEST}-960.webp",
        f"/uploads/../ring/{DIGEST}-960.webp",
        f"/uploads/de/ring/{DIGEST}-640.webp",
        f"/uploads/de/ring/{DIGEST}-960.svg",
        f"/uploads/de/ring/{DIGEST}-960.webp.html",
        f"/uploads/de/ring/{DIGEST[1:]}-960.webp",
        f"/uploads/de/ring/{DIGEST.upper()}-960.webp",
        f"/uploads/de/ring/{DIGEST}-960.webp\n",
        f"/uploads/de/ring/{DIGEST}-960.webp?x=1",
        f"uploads/de/ring/{DIGEST}-960.webp",
    ],
)
def test_what_is_no_path_of_an_uploaded_picture(path: str) -> None:
    assert width_of(path) is None
    if path.startswith("/") and path.isprintable() and "/../" not in path:
        with pytest.raises(InvalidFieldError, match="no address of an uploaded picture") as refused:
            image_url("imageUrl", path)
        assert "createPictureUpload" in refused.value.hint


def test_an_item_refers_to_the_larger_file() -> None:
    listed, shown = addresses("de", "ring", "image/webp", (SMALL, LARGE))
    assert image_url("imageUrl", shown) == shown
    with pytest.raises(InvalidFieldError):
        image_url("imageUrl", listed)
    # Somebody else's site may have such a path.
    assert image_url("imageUrl", f"https://h.example{listed}") == f"https://h.example{listed}"


@pytest.mark.parametrize("width", [LIST_WIDTH, ITEM_WIDTH])
def test_files_are_bounded(width: int) -> None:
    most = MAX_BYTES[width]
    assert checked_file("itemFile", width, most, f" {A.upper()} ") == (width, most, A)
    for size in (0, -1, most + 1):
        with pytest.raises(InvalidFieldError, match=f"is not 1 to {most}") as refused:
            checked_file("itemFile", width, size, A)
        assert refused.value.field == "itemFile.bytes"
    for digest in ("", "a" * 63, "g" * 64, "a" * 65):
        with pytest.raises(InvalidFieldError, match="is no SHA-256"):
            checked_file("itemFile", width, 1, digest)


def test_only_two_types_and_only_ids_are_taken() -> None:
    assert checked_type(" image/WebP ") == "image/webp"
    for type_ in ("", "image/svg+xml", "image/png", "text/html", "image/webp; charset=utf-8"):
        with pytest.raises(InvalidFieldError, match="no type of a picture"):
            checked_type(type_)
    assert checked_item("moon-ring") == "moon-ring"
    for item in ("", "..", "a/b", "a b", "x" * 65):
        with pytest.raises(InvalidFieldError, match="no id of an item"):
            checked_item(item)
