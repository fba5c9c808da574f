import subprocess
import sys

import pytest
from tests.rehearse.range.furnished import setting_in

from cloison.rehearse.range.serving import main


def test_only_servers_of_ours_are_served(tmp_path):
    with pytest.raises(TypeError, match="pacs"):
        main(["pacs", str(setting_in(tmp_path).save()), "serveurs"])


def test_a_server_loads_nothing_heavy():
    heavy = "{'numpy', 'polars', 'pydantic', 'impacket', 'cryptography'}"
    check = f"import sys, cloison.rehearse.range.serving as s; s.known_part('web'); sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
