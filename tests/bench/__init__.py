"""The benchmark: `make bench` measures and writes `docs/performance.md`. It is no test: nothing here fails for being slow."""
