import io
import subprocess
import sys
from importlib.resources import files
from zipfile import ZipFile

from cloison import __version__
from cloison.ops.own_wheel import own_wheel


def test_the_wheel_installs_and_runs_what_runs_here(tmp_path):
    name, content = own_wheel()
    (tmp_path / name).write_bytes(content)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    target = tmp_path / "there"
    # pip checks each file against the record of the wheel.
    subprocess.run(
        [*pip, "install", "--no-deps", "--no-index", "--no-compile", "-t", target, tmp_path / name], check=True
    )
    told = subprocess.run(
        [sys.executable, "-c", "import cloison; print(cloison.__file__, cloison.__version__)"],
        env={"PYTHONPATH": str(target)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert told == [str(target / "cloison" / "__init__.py"), __version__]
    assert (target / "bin" / "cloison").is_file()


def test_the_wheel_holds_every_file_of_the_package_and_is_always_the_same():
    name, content = own_wheel()
    assert own_wheel() == (name, content)
    inside = ZipFile(io.BytesIO(content)).namelist()
    assert "cloison/ui/kit/kit.typ" in inside
    assert not [one for one in inside if "__pycache__" in one]
    assert {f"cloison/{path.name}" for path in files("cloison").iterdir() if path.is_file()} <= set(inside)
