from time import monotonic, sleep

from tests.ui.web.crisis_night import console_at, prepared_map

from cloison.ops.kit import kit_file
from cloison.ui.kit.keeping import keep_kit


def test_a_console_that_is_served_has_its_kit(tmp_path):
    console = console_at(tmp_path)
    console.map.write_text(prepared_map())
    keep_kit(console)
    until = monotonic() + 120
    while not kit_file(console.home).is_file() and monotonic() < until:
        sleep(0.05)
    assert kit_file(console.home).read_bytes().startswith(b"%PDF")
