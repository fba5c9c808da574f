"""A standalone Spark cluster on the loopback of this machine: a master, two workers, gone when the context ends."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from time import monotonic, sleep

PATIENCE = 60.0
"""Seconds that the master may take to listen."""


def missing() -> str | None:
    """Name what is not installed here; None when a cluster can be started."""
    if find_spec("pyspark") is None:
        return "pyspark is not installed (pip install cloison[spark])"
    return None if shutil.which("java") else "there is no Java here"


@contextmanager
def cluster(folder: Path, workers: int = 2) -> Iterator[str]:
    """Start a master and its workers; give the master's address. Their files go in `folder`."""
    import pyspark  # noqa: PLC0415 - an extra of the package

    home = Path(pyspark.__file__).parent
    environment = {
        **os.environ,
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_NO_DAEMONIZE": "1",
        "PYSPARK_PYTHON": sys.executable,
    }
    port = _free_port()
    address = f"spark://127.0.0.1:{port}"
    common = [str(home / "bin" / "spark-class")]
    master = ["org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", "0"]
    worker = ["org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1", "--webui-port", "0", "--cores", "1"]
    running = []
    try:
        with (folder / "cluster.log").open("wb") as log:
            start = lambda words: subprocess.Popen(  # noqa: E731
                [*common, *words], env=environment, stdout=log, stderr=log, cwd=folder
            )
            running.append(start(master))
            _wait(port)
            for number in range(workers):
                place = folder / f"worker-{number}"
                running.append(start([*worker, "--memory", "1g", "--work-dir", str(place), address]))
            yield address
    finally:
        for process in reversed(running):
            process.terminate()
        for process in running:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def session(address: str) -> Iterator[object]:
    """Open a session on a cluster whose workers run this interpreter."""
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra of the package

    paths = os.pathsep.join(path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path)
    builder = (
        SparkSession.builder.master(address)
        .appName("cloison")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.executor.memory", "768m")
        .config("spark.executorEnv.PYTHONPATH", paths)
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "100000")
        .config("spark.sql.adaptive.enabled", "false")
        .config("spark.log.level", "ERROR")
    )
    spark = builder.getOrCreate()
    try:
        yield spark
    finally:
        spark.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int) -> None:
    until = monotonic() + PATIENCE
    while monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        sleep(0.1)
    raise TimeoutError(f"nothing listens on 127.0.0.1:{port}")
