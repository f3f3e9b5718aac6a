# `make help` lists the targets. All work is in Python: deploy/ serves, tests/services/ tests.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run test check format lock bench shots clean runtime dev

# The first Python of the machine that is new enough, else whatever python3 is (which then says so).
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && exit; done; echo python3)
VENV := .venv/bin/python

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

runtime:
	@$(PYTHON) -c 'import sys; sys.version_info < (3, 11) and sys.exit("ICM Portal needs Python 3.11 or newer; this is " + sys.version.split()[0] + ".")'
	@$(PYTHON) -m deploy.install runtime

dev:
	@$(PYTHON) -c 'import sys; sys.version_info < (3, 11) and sys.exit("ICM Portal needs Python 3.11 or newer; this is " + sys.version.split()[0] + ".")'
	@$(PYTHON) -m deploy.install dev

run: runtime ## set up and serve the portal with its demo; PORT=8000, Ctrl-C stops it
	@exec $(VENV) -m deploy.embedded

test: dev ## run every test on PostgreSQL, Redis, Celery and Chromium, then the embedded part on SQLite; ARGS goes to pytest
	@exec $(VENV) -m tests.services.run $(ARGS)

check: dev ## everything but the tests: format, lint, types, layers, migrations, deployment
	@exec $(VENV) -m deploy.check

format: dev ## bring Python and templates into shape
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix --quiet . ; git ls-files -z 'templates/*.html' | xargs -0r .venv/bin/djade --target-version 5.2

lock: dev ## write requirements/*.txt anew from the ranges in pyproject.toml
	@exec $(VENV) -m deploy.lock

bench: dev ## measure and write docs/performance.md
	@exec $(VENV) -m tests.bench

shots: dev ## take the screenshots of every page at three widths
	@exec $(VENV) -m tests.shots

clean: ## remove what was built; the data in var/ stays
	@rm -rf build node_modules .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage* test-results
