"""Run every benchmark, one after the other."""

from bench import plan_bench, reading_bench

reading_bench.main()
plan_bench.main()
