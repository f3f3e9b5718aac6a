"""The parts of `docs/` that are printed from the code: `python -m tests.docs` writes them, a test says when they are stale."""
