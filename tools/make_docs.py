"""Make again what the docs take from the program: the map's JSON Schema, the README's picture.

    python tools/make_docs.py

The picture needs Chromium; without it the one that is there stays.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from shutil import which

from playwright.sync_api import sync_playwright

from cloison.store.hospital_file import json_schema

DOCS = Path(__file__).parents[1] / "docs"
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/")


def main() -> None:
    """Write docs/hospital.schema.json and docs/pictures/situation.png."""
    schema = json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
    (DOCS / "hospital.schema.json").write_text(schema, encoding="utf-8")
    chromium = which("chromium")
    if chromium is None:
        sys.stderr.write("The picture stays as it is: Chromium is not installed (apt-get install chromium).\n")
        return
    program = Path(sys.executable).with_name("cloison")
    with subprocess.Popen(
        [program, "demo", "--port", "0"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as demo:
        try:
            told = (ADDRESS.search(line) for line in demo.stderr or ())
            address = next(found.group() for found in told if found)
            _photograph(chromium, address)
        finally:
            demo.terminate()


def _photograph(chromium: str, address: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.goto(address)
        page.screenshot(path=DOCS / "pictures" / "situation.png")
        browser.close()


main()
