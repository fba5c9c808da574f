"""Run every benchmark, one after the other."""

from bench import (
    carte_bench,
    detect_bench,
    plan_bench,
    reading_bench,
    rules_bench,
    seal_bench,
    serve_bench,
    situation_bench,
    spark_bench,
    spread_bench,
    watch_bench,
)

reading_bench.main()
detect_bench.main()
rules_bench.main()
spark_bench.main()
plan_bench.main()
spread_bench.main()
seal_bench.main()
watch_bench.main()
carte_bench.main()
serve_bench.main()
situation_bench.main()
