"""The Carte of a large group of hospitals, in a real browser: weight of the page, time to its answer and to its plan."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket
from tempfile import TemporaryDirectory
from threading import Thread
from time import perf_counter

import uvicorn
from playwright.sync_api import Page, sync_playwright
from tests.chart.large_maps import large_hospital
from tests.ui.web.consoles import live, session_of

from cloison.model.people import Role
from cloison.store.writing import hospital_text
from cloison.ui.web.app import make_app

CHROMIUM = Path("/usr/bin/chromium")
ZONES, ASSETS, CONDUITS = 2_000, 50_000, 20_000
ROUNDS = 5
VIEWS = {
    "section": "/carte",
    "plan": "/carte?vue=plan",
    "plan, 4 kinds opened": "/carte?vue=plan&ouvert=kind:office&ouvert=kind:server&ouvert=kind:care&ouvert=kind:ot",
    "sheet": "/carte/feuille",
}
DRAWN = "#plan[data-state=drawn]"


def main() -> None:
    """Print medians, and what crosses the wire; scripts are kept by browsers after the first page."""
    if not CHROMIUM.exists():
        print("carte: not measured (Chromium is needed)")
        return
    logging.disable(logging.WARNING)
    with TemporaryDirectory() as folder, _served(Path(folder)) as (address, cookie), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(viewport={"width": 1366, "height": 768})
        context.add_cookies([{"name": "cloison", "value": cookie, "url": address}])
        page = context.new_page()
        page.set_default_timeout(300_000)
        started = perf_counter()
        page.goto(f"{address}/carte")
        print(f"carte: {ZONES:,} compartments, {ASSETS:,} machines; first page {perf_counter() - started:.1f} s")
        for name, path in VIEWS.items():
            rounds = sorted(_visit(page, address + path) for _ in range(ROUNDS))
            answered, usable, weight = rounds[ROUNDS // 2]
            print(f"  {name}: answered in {answered:.0f} ms, usable in {usable:.0f} ms, {weight / 1000:.0f} kB of page")
        opened = sorted(_open_a_place(page, address) for _ in range(ROUNDS))
        print(f"  a place opened on the plan: drawn in {opened[ROUNDS // 2]:.0f} ms")
        browser.close()


def _visit(page: Page, address: str) -> tuple[float, float, int]:
    page.goto(address)
    timing = page.evaluate("performance.getEntriesByType('navigation')[0].toJSON()")
    usable = timing["domContentLoadedEventEnd"]
    if "vue=plan" in address:
        page.wait_for_selector(DRAWN)
        usable = float(page.get_attribute("#plan", "data-drawn-after") or 0)
    return timing["responseEnd"] - timing["requestStart"], usable, timing["encodedBodySize"]


def _open_a_place(page: Page, address: str) -> float:
    page.goto(address + VIEWS["plan"])
    page.wait_for_selector(DRAWN)
    before = page.get_attribute("#plan", "data-drawn-after")
    started = perf_counter()
    page.locator("a.toggle[aria-expanded=false]").nth(3).click()
    page.wait_for_selector(f"#plan[data-state=drawn]:not([data-drawn-after='{before}'])")
    return (perf_counter() - started) * 1000


@contextmanager
def _served(home: Path) -> Iterator[tuple[str, str]]:
    (home / "hospital.toml").write_text(hospital_text(large_hospital(ZONES, ASSETS, CONDUITS)), encoding="utf-8")
    console = live(home)
    cookie = session_of(console, Role.READER).cookie
    with socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        server = uvicorn.Server(uvicorn.Config(make_app(console), log_level="error", lifespan="off"))
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", cookie
        finally:
            server.should_exit = True
            thread.join()
            console.database.close()


if __name__ == "__main__":
    main()
