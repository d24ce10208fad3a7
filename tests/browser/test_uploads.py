"""A tape goes up in a real Chromium: over a lost line, a reload, a pause, and not at all."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from marketplace.demo.cast import email
from tests.browser.conftest import AXE_DARK, People, axe, press, sees, sideways, turn, zh
from tests.browser.site import Site
from tests.portfolios.tapes import as_csv, good_row, with_cell

pytestmark = pytest.mark.browser

MANAGER = email("LINGNAN", "manager")
SLOW = 2 << 20
"""Bytes a second: slow enough to look at an upload."""


@pytest.fixture(scope="module")
def tape(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some 20 MiB: three chunks."""
    rows = [with_cell(good_row(n), "备注", "无" * 3_000) for n in range(1, 2_300)]
    path = tmp_path_factory.mktemp("tapes") / "王小明 2026.csv"
    path.write_bytes(as_csv(rows))
    assert 2 * (8 << 20) < path.stat().st_size < 3 * (8 << 20)
    return path


@pytest.fixture
def tab(people: People) -> Iterator[Page]:
    tab = people.tab(MANAGER)
    yield tab
    # Chromium reports every request that a lost line takes with it.
    people.errors[:] = [said for said in people.errors if "net::ERR_" not in said]


class Line:
    """The tab's line to the server: how fast it is, and whether it is there at all."""

    def __init__(self, tab: Page) -> None:
        self.devtools = tab.context.new_cdp_session(tab)
        self.devtools.send("Network.enable")

    def be(self, bytes_per_second: int, *, offline: bool = False) -> None:
        conditions = {
            "offline": offline, "latency": 0, "downloadThroughput": -1,
            "uploadThroughput": bytes_per_second,
        }  # fmt: skip
        self.devtools.send("Network.emulateNetworkConditions", conditions)


def choose(tab: Page, tape: Path, name: str) -> None:
    tab.goto("/lender/tapes/new")
    tab.get_by_label(zh("Tape")).set_input_files(tape)
    tab.get_by_label(zh("Name of the portfolio")).fill(name)


def sent_offsets(tab: Page) -> list[int]:
    """The offsets of the chunks that the page sends from now on."""
    offsets: list[int] = []
    tab.on(
        "request",
        lambda request: (
            offsets.append(int(request.headers["upload-offset"]))
            if request.method == "PATCH"
            else None
        ),
    )
    return offsets


def percent(tab: Page) -> float:
    return float(
        tab.locator("progress").evaluate(
            "bar => bar.hasAttribute('value') ? bar.value / bar.max * 100 : 0"
        )
    )


def wait_for_percent(tab: Page, least: int) -> None:
    tab.wait_for_function(
        "least => { const bar = document.querySelector('progress');"
        " return bar.hasAttribute('value') && bar.value / bar.max * 100 >= least }",
        arg=least,
    )


def kept(tab: Page) -> dict[str, str]:
    """What the browser's storage holds of uploads."""
    stored = json.loads(tab.evaluate("JSON.stringify(localStorage)"))
    return {name: value for name, value in stored.items() if "upload" in name + value}


def arrives(tab: Page, name: str) -> None:
    tab.wait_for_url("**/lender/tapes/TP-*", timeout=60_000)
    expect(tab.get_by_role("heading", name=zh("Match columns")).first).to_be_visible()
    assert kept(tab) == {}


def test_an_upload_goes_on_by_itself_when_the_line_is_back(tab: Page, tape: Path) -> None:
    choose(tab, tape, "Lost line")
    line = Line(tab)
    line.be(SLOW)
    offsets = sent_offsets(tab)
    press(tab, "Upload")
    wait_for_percent(tab, 45)
    line.be(SLOW, offline=True)
    sees(tab, "The connection was lost. The upload goes on when it is back, or press Continue.")
    assert offsets[-1] >= 8 << 20, "the first chunk is through"
    offsets.clear()
    line.be(10 * SLOW)
    arrives(tab, "Lost line")
    assert offsets[0] >= 8 << 20


def test_a_reload_loses_nothing_and_the_browser_keeps_no_name(
    tab: Page, tape: Path, site: Site
) -> None:
    choose(tab, tape, "Reloaded")
    Line(tab).be(SLOW)
    press(tab, "Upload")
    wait_for_percent(tab, 45)
    press(tab, "Pause")
    sees(tab, "Paused. What was sent is kept for a day.")
    expect(tab.get_by_role("button", name=zh("Continue"), exact=True)).to_be_focused()
    found = kept(tab)
    assert len(found) == 1
    for hidden in ("王小明", "csv", MANAGER, "2026.csv"):
        assert hidden not in str(found)
    tab.reload()
    offsets = sent_offsets(tab)
    choose(tab, tape, "Reloaded")
    press(tab, "Upload")
    arrives(tab, "Reloaded")
    assert offsets[0] >= 8 << 20
    assert site.sql("SELECT count(*) FROM uploads WHERE tape_id IS NULL") == [(0,)]


def test_a_cancelled_upload_is_gone_from_both_sides(tab: Page, tape: Path, site: Site) -> None:
    choose(tab, tape, "Cancelled")
    Line(tab).be(SLOW)
    press(tab, "Upload")
    wait_for_percent(tab, 5)
    with tab.expect_response(lambda answer: answer.request.method == "DELETE") as deleted:
        press(tab, "Cancel")
    assert deleted.value.status == 204
    sees(tab, "Cancelled.")
    expect(tab.get_by_role("button", name=zh("Upload"), exact=True)).to_be_focused()
    assert kept(tab) == {}
    assert site.sql("SELECT count(*) FROM uploads WHERE tape_id IS NULL") == [(0,)]


def test_a_refused_file_is_told_in_words_and_the_next_one_goes_up(
    tab: Page, tmp_path: Path
) -> None:
    wrong, right = tmp_path / "scan.pdf", tmp_path / "small.csv"
    wrong.write_bytes(b"%PDF-1.7")
    right.write_bytes(as_csv([good_row(1)]))
    choose(tab, wrong, "Refused")
    press(tab, "Upload")
    sees(tab, "The file %(name)s is neither a CSV file nor an Excel workbook.", name="scan.pdf")
    assert kept(tab) == {}
    tab.get_by_label(zh("Tape")).set_input_files(right)
    press(tab, "Upload")
    arrives(tab, "Refused")


def test_an_upload_needs_no_mouse(tab: Page, tmp_path: Path) -> None:
    """Keyboard only, and what a running upload looks like."""
    path = tmp_path / "keys.csv"
    path.write_bytes(as_csv([good_row(n) for n in range(1, 9_000)]))
    choose(tab, path, "Keys")
    line = Line(tab)
    line.be(1 << 18)
    tab.get_by_role("button", name=zh("Upload"), exact=True).focus()
    tab.keyboard.press("Enter")
    wait_for_percent(tab, 10)
    expect(tab.get_by_role("button", name=zh("Pause"), exact=True)).to_be_focused()
    expect(tab.locator("[data-figures]")).to_contain_text("%")
    assert axe(tab) == []
    turn(tab, "dark")
    assert axe(tab, **AXE_DARK) == []
    turn(tab, "light")
    tab.set_viewport_size({"width": 320, "height": 640})
    assert sideways(tab) == 0
    tab.set_viewport_size({"width": 1440, "height": 900})
    tab.get_by_role("button", name=zh("Pause"), exact=True).focus()
    tab.keyboard.press("Space")
    expect(tab.get_by_role("button", name=zh("Continue"), exact=True)).to_be_focused()
    before = percent(tab)
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("button", name=zh("Pause"), exact=True)).to_be_focused()
    assert before < 100
    line.be(-1)
    arrives(tab, "Keys")
