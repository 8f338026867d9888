# Rostrum: `make demo` to try it, `make test` to check it. `make help` lists the rest.

PYTHON ?= python3
PORT ?= 5000
AUDIENCE ?= 0
PYTEST_ARGS ?=
ZONES ?= Asia/Kolkata America/St_Johns
ZONE_TESTS ?=

VENV := .venv/bin
COMPILE := CUSTOM_COMPILE_COMMAND="make locks" $(VENV)/pip-compile --quiet --generate-hashes --strip-extras \
	--allow-unsafe --no-emit-index-url --no-emit-find-links

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo demo-reset test test-quick test-zones check locks bench-setup clean

help: ## List what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | awk -F'|' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: ## Install what running needs
	@$(PYTHON) deploy/setup.py

setup-dev: ## Install what running and testing need
	@$(PYTHON) deploy/setup.py --dev

demo: setup ## Start the demonstration (PORT=5000, AUDIENCE=0)
	@exec $(VENV)/python -m webinar_app.cli demo --port $(PORT) --audience $(AUDIENCE)

demo-reset: ## Forget the demonstration's data and start it afresh
	@$(PYTHON) deploy/setup.py --forget-demo
	@exec $(VENV)/python -m webinar_app.cli demo --port $(PORT) --audience $(AUDIENCE)

test: setup-dev ## Run every test, browser tests included
	$(VENV)/python -m pytest -n 2 --dist loadgroup $(PYTEST_ARGS)
	node --test tests/browser_units/*.test.js

test-quick: setup-dev ## Run the tests that need neither browser nor real servers
	$(VENV)/python -m pytest -m "not browser and not live" $(PYTEST_ARGS)
	node --test tests/browser_units/*.test.js

test-zones: setup-dev ## Run the tests without browsers on servers in far zones (ZONES=…, ZONE_TESTS=…)
	for zone in $(ZONES); do echo "TZ=$$zone"; \
	TZ=$$zone $(VENV)/python -m pytest -q -m "not browser and not live" $(ZONE_TESTS) $(PYTEST_ARGS) || exit 1; done

check: setup-dev ## Check style, types and the import ladder
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/mypy webinar_app wsgi.py
	$(VENV)/lint-imports

locks: setup-dev ## Compile both lock files from pyproject.toml
	$(COMPILE) --output-file requirements.lock pyproject.toml
	$(COMPILE) --extra dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml
	sed -i.old '/^# The following packages are considered/d' requirements.lock requirements-dev.lock
	rm -f requirements.lock.old requirements-dev.lock.old

bench-setup: setup-dev ## Build what only benchmarks compare against
	@$(PYTHON) deploy/setup.py --bench

clean: ## Remove what set-up and tools made; data in instance/ stays
	rm -rf .venv node_modules static/vendor static/fonts .setup.lock
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage htmlcov build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
