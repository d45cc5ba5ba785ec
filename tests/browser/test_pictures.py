"""A photo in head office's catalog: chosen, seen, published, and there while a region is lost."""

import re
import struct
import zlib
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.support.browser import PATIENCE_MS, SignIn
from tests.support.local_cloud import LocalCloud, wait_until
from tests.support.page_quality import violations

STORE = "us-00001"
MARKET = "/office/catalog/us"
PATIENT = 2 * PATIENCE_MS
ADDRESS = re.compile(r"^/uploads/us/.+-960\.webp$")


def photo(width: int, height: int, *, seed: int = 0) -> bytes:
    """A PNG that is as hard to encode as a photo: colors that run into each other, with grain."""
    rows = bytearray()
    grain = 12345 + seed
    for y in range(height):
        rows.append(0)
        for x in range(width):
            grain = (grain * 1103515245 + 12345) & 0x7FFFFFFF
            rough = grain >> 27
            rows += bytes(
                (
                    min(255, 90 + 120 * x // width + rough),
                    min(255, 60 + 150 * y // height + rough),
                    min(255, 40 + (x * y // 97 + seed) % 60 + rough),
                )
            )

    def chunk(kind: bytes, content: bytes) -> bytes:
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        # What a camera writes beside the pixels.
        + chunk(b"eXIf", b"II*\x00GPS 52.5N 13.4E")
        + chunk(b"IDAT", zlib.compress(bytes(rows), 1))
        + chunk(b"IEND", b"")
    )


@pytest.fixture
def guest(visitor: Callable[..., BrowserContext]) -> Page:
    """A guest near a region that has no bucket of pictures."""
    return visitor(extra_http_headers={"x-carte-place": "ap-southeast-1"}).new_page()


def open_item(page: Page) -> str:
    """Open the first item's editor; return its id."""
    first = page.get_by_test_id("catalog-item").first
    expect(first).to_be_visible(timeout=PATIENT)  # it may be the first query of a cold region
    first.get_by_test_id("edit-item").click()
    expect(page.get_by_test_id("picture-zone")).to_be_visible(timeout=PATIENT)
    return first.get_attribute("data-item") or ""


def choose(page: Page, name: str, content: bytes, mime: str = "image/png") -> None:
    page.get_by_test_id("picture-file").set_input_files(
        {"name": name, "mimeType": mime, "buffer": content}
    )


def published(page: Page) -> None:
    page.get_by_test_id("to-publish").click()
    page.get_by_test_id("publish").click(timeout=PATIENT)
    page.get_by_test_id("publish-yes").click()
    expect(page.get_by_test_id("catalog-saving")).to_contain_text("Published", timeout=PATIENT)


def test_mistakes_are_named_and_upload_nothing(signed_in: SignIn) -> None:
    page = signed_in("admin@carte.example", MARKET)
    open_item(page)
    before = page.get_by_test_id("item-picture").input_value()
    state = page.get_by_test_id("picture-state")
    for name, content, words in (
        ("notes.png", b"no picture at all", "is no photo that this browser can read"),
        ("icon.png", photo(200, 150), "is too small"),
        ("strip.png", photo(600, 100), "is too small"),
    ):
        choose(page, name, content)
        expect(state).to_contain_text(f"{name} {words}", timeout=PATIENCE_MS)
        assert state.get_attribute("data-state") == "wrong"
    assert page.get_by_test_id("item-picture").input_value() == before
    assert violations(page) == []


@pytest.mark.slow
def test_a_photo_is_seen_by_guests_elsewhere_while_its_first_region_is_frozen(
    signed_in: SignIn, guest: Page, cloud: LocalCloud
) -> None:
    page = signed_in("admin@carte.example", MARKET)
    item = open_item(page)
    choose(page, "ring.png", photo(1200, 800))
    state = page.get_by_test_id("picture-state")
    expect(state).to_contain_text("Uploaded. Save the draft", timeout=PATIENT)
    address = page.get_by_test_id("item-picture").input_value()
    assert ADDRESS.match(address)
    looks = page.get_by_test_id("picture-preview").locator("img")
    expect(looks).to_have_count(2)
    assert violations(page) == []
    page.get_by_test_id("save-item").click()
    expect(page.get_by_test_id("catalog-saving")).to_contain_text("Saved as a draft")
    published(page)

    # Nobody fetched the large file before: it comes from the other region.
    with cloud.frozen(cloud.layout.primary):
        guest_sees_it(cloud, guest, item, address)


def guest_sees_it(cloud: LocalCloud, guest: Page, item: str, address: str) -> None:
    second = cloud.layout.region_names[1]
    assert cloud.get(address)[1]["x-carte-edge"] == f"origin={second}"
    shown = guest.locator(f'img[src="{address}"]')

    def is_seen() -> bool:
        guest.goto(f"/store/{STORE}/item/{item}")
        expect(guest.get_by_test_id("item-page")).to_be_visible(timeout=PATIENT)
        return shown.count() == 1

    wait_until(is_seen, "the guest's item has the picture")
    expect(shown).not_to_have_js_property("naturalWidth", 0, timeout=PATIENT)
    assert shown.evaluate("image => image.currentSrc").endswith(address)
    meta = guest.locator('meta[property="og:image"]')
    assert (meta.get_attribute("content") or "").endswith(address)

    # Telephones get the small file in the menu. No file says what the camera wrote.
    small = address.replace("-960.", "-320.")
    for path, most in ((small, 60_000), (address, 250_000)):
        status, headers, body = cloud.get(path)
        assert (status, headers["content-type"]) == (200, "image/webp")
        # The small one was beside what changes for guests, where it was published.
        assert headers["x-carte-edge"] == "origin=cache"
        assert headers["x-content-type-options"] == "nosniff"
        assert "immutable" in headers["cache-control"]
        assert len(body) <= most
        assert b"GPS" not in body
        assert b"EXIF" not in body
    assert cloud.get(address.replace("-960.", "-640."))[0] == 404
