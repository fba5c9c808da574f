from random import Random

import pytest
from bench.spark_cluster import missing, session
from tests.detect.traffic import batch, busy_office, fold, in_order, intrusion

from cloison.model.observations import Kind
from cloison.store.lake import Lake


@pytest.mark.skipif(missing() is not None, reason=missing() or "")
@pytest.mark.filterwarnings("ignore")  # pyspark's own
def test_workers_of_spark_find_what_one_fold_finds(tmp_path):
    from cloison.ops.spark import find_on_spark, tables_of  # noqa: PLC0415 - needs the extra

    rows = in_order([*busy_office(Random(3)), *intrusion(Random(3))])
    alone = fold()
    alone.step(batch(rows))
    lake = Lake(tmp_path / "lake")
    for first in range(0, len(rows), 500):
        lake.add(batch(rows[first : first + 500]))
    # Workers in threads of this process; `python -m bench.spark_bench` does the same on a standalone cluster.
    with session("local[2]") as spark:
        tables = tables_of(spark, tmp_path / "lake")
        assert Kind.FLOW in tables
        assert find_on_spark(tables, parts=2) == alone.findings() != ()
