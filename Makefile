# `make run` starts a studio, `make test` runs all tests; `make help` lists the rest.

PYTHON ?= python3
BIN := .venv/bin
PACKAGE := server/rushes
WEB_SOURCES := $(shell find web/src web/public -type f 2>/dev/null) web/index.html web/docs.html web/vite.config.ts
export UV_NO_PROGRESS := 1

.DEFAULT_GOAL := help
.PHONY: help setup run dev demo test test-python test-web test-tools check fix types faults bench lock wheel clean

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.installed web/dist/.built ## Install everything and build the web app

run: setup ## Start the studio at http://127.0.0.1:3000
	@exec $(BIN)/rushes serve

demo: setup ## The same with known passwords and sample videos, for this machine alone
	@exec $(BIN)/rushes serve --demo

dev: setup ## Start the studio and rebuild the web app as it changes (at http://127.0.0.1:5173)
	@trap 'kill 0' EXIT; (cd web && npm run dev) & $(BIN)/rushes serve

test: setup test-tools test-python test-web ## Run all tests: Python, web units, browser journeys

test-python:
	@# Four at a time press a small machine hard, and some of them kill servers and drive browsers against real
	@# clocks. What fails beside others is told, and tried once more by itself: what fails then has failed.
	$(BIN)/pytest -n 4 --dist loadgroup || $(BIN)/pytest --last-failed --last-failed-no-failures none

test-web: web/dist/.built
	cd web && npm test

test-tools: ## Install what the tests stand on (Chromium, PostgreSQL, Redis, nginx, Prometheus, curl, by apt on Debian as root)
	@sh tests/install_tools.sh

check: setup ## Format, lint, types and layers, of server and web app
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -q tests/architecture
	cd web && npm run format:check && npm run lint && npm run check

fix: setup ## Format and mend what can be mended by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	cd web && npm run format

types: setup ## Generate the web app's API types from the server's OpenAPI
	$(BIN)/rushes openapi --output .venv/openapi.json
	cd web && npm run types

faults: setup ## Hundreds of videos at every adapter while faults are injected and the studio is killed
	PYTHONPATH=examples/rushes-acme/src $(BIN)/python -m tests.faults.campaign --videos 200 --kills 12

bench: setup bench/peers/node_modules/.installed ## Measure, as ratios to a peer or limit in the same run (half an hour)
	@sh tests/install_tools.sh wrk
	$(BIN)/python bench/animatic.py
	$(BIN)/python bench/cut.py
	$(BIN)/python bench/fanout.py
	$(BIN)/python bench/rest.py
	$(BIN)/python bench/files.py
	$(BIN)/python bench/search.py
	$(BIN)/python bench/library_page.py
	$(BIN)/python bench/poller.py
	$(BIN)/python bench/webhooks.py
	$(BIN)/python bench/sockets.py

lock: .venv/.installed ## Bring the locked Python packages up to date
	$(BIN)/uv pip compile pyproject.toml --all-extras --group dev --universal --generate-hashes \
		--no-annotate --upgrade -q -o requirements.lock

wheel: setup ## Build the wheel, with the web app in it
	$(BIN)/uv build --wheel --no-build-isolation -q

clean: ## Remove what was built and installed, but no data
	rm -rf .venv web/node_modules bench/peers/node_modules web/dist dist

.venv/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Rushes needs Python 3.11 or newer: make run PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@test -x $(BIN)/uv || $(BIN)/python -m pip install -q --disable-pip-version-check "$$(grep -o '^uv==[0-9.]*' requirements.lock)"
	@echo "Installing the Python packages …"
	@$(BIN)/uv pip sync -q --require-hashes requirements.lock
	@$(BIN)/uv pip install -q --no-deps --no-build-isolation -e .
	@touch $@

web/node_modules/.installed: web/package-lock.json
	@node -e 'const [major, minor] = process.versions.node.split(".").map(Number); process.exit(major < 20 || (major === 20 && minor < 19) ? 1 : 0)' || { echo "Rushes needs Node 20.19 or newer to build its web app."; exit 1; }
	@echo "Installing the web packages …"
	@cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

bench/peers/node_modules/.installed: bench/peers/package-lock.json
	@echo "Installing what is measured against …"
	@cd bench/peers && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

web/dist/.built: web/node_modules/.installed $(WEB_SOURCES)
	@echo "Building the web app …"
	@cd web && npm run build --silent
	@touch $@
