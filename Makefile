# The commands of this project. Each is safe to run twice and says what it does.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000

.PHONY: setup setup-dev run test test-postgres lint check bench demo-data lock clean journeys conformance

setup: $(VENV)/.installed ## create .venv and install the locked dependencies, fonts and the package

$(VENV)/.installed: requirements.lock requirements-fonts.lock pyproject.toml tools/setup.sh
	@PYTHON="$(PYTHON)" VENV="$(VENV)" sh tools/setup.sh run

setup-dev: $(VENV)/.installed-dev ## also what tests, linters and benchmarks need

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.lock
	@PYTHON="$(PYTHON)" VENV="$(VENV)" sh tools/setup.sh dev

run: setup ## prepare the demo region on SQLite and serve the site on PORT
	@PORT="$(PORT)" $(BIN)/guantong run-demo

demo-data: setup ## build the demo region's data again from nothing
	@$(BIN)/guantong demo build --rebuild

lint: setup-dev ## ruff, mypy strict, import contracts
	@$(BIN)/ruff check guantong tests bench tools
	@$(BIN)/ruff format --check guantong tests bench tools
	@$(BIN)/lint-imports
	@$(BIN)/mypy

check: lint

test: setup-dev ## all tests on SQLite, with the browser journeys
	@sh tools/test.sh

test-postgres: setup-dev ## the same tests on PostgreSQL, installed and started by itself
	@sh tools/test-postgres.sh

bench: setup-dev ## measured figures as ratios to a limit in the same run
	@$(BIN)/python -m bench

conformance: setup-dev ## admission against public golden data, read where it lies: make conformance DATA=FOLDER
	@$(BIN)/python -m tests.conformance "$(DATA)"

lock: ## renew the lock files (needs uv in .venv)
	@sh tools/lock.sh

clean:
	rm -rf $(VENV) var .pytest_cache .mypy_cache .ruff_cache
