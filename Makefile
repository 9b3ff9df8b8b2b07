# The commands a newcomer needs. Each makes or repairs the environment it needs first.
# Written for GNU make 3.81, which macOS ships.

PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
# Two test processes suit the smallest machines; `make test WORKERS=0` runs them in one, as a debugger wants.
WORKERS ?= 2
TESTS ?=
DIST ?= dist
PLUGINS ?= groups national referrals stories

export PORT
# Without bytecode every process compiles thousands of files anew.
unexport PYTHONDONTWRITEBYTECODE
MAKEFLAGS += --no-print-directory

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test lint contract bench lock wheels env-demo env-dev env-deploy lint-deploy test-deploy

help:
	@echo "make demo        start the demonstration: three regions and the national hub (PORT=8001 for another port)"
	@echo "make demo-reset  forget everything the demonstration has stored"
	@echo "make test        run all tests (TESTS=path for some, WORKERS=0 for one process)"
	@echo "make test-deploy try the playbooks on booted hosts: root on Debian (TESTS=test_host.py for some)"
	@echo "make lint        check style, types, import directions, templates and migrations"
	@echo "make bench       measure, and write bench/README.md"
	@echo "make lock        bring requirements/*.txt in line with what is asked for (UPGRADE=1 for newer versions)"
	@echo "make env-deploy  make .venv-deploy with Ansible, for deploy/README.md"
	@echo "make wheels      build every distribution into dist/"

env-demo:
	@$(PYTHON) tools/make_env.py demo

env-dev:
	@$(PYTHON) tools/make_env.py dev

# Ansible and its linter, in .venv-deploy: no part of the product, and its dependencies do not mix with ours.
env-deploy:
	@$(PYTHON) tools/make_env.py deploy

# exec: so that Ctrl-C and a signal sent to make's child reach the demonstration itself.
demo: env-demo
	@exec $(BIN)/zelfregie demo --port "$(PORT)"

demo-reset: env-demo
	@$(BIN)/zelfregie demo --reset

test: env-dev
	$(BIN)/pytest -n $(WORKERS) $(TESTS)

# First whether it can be done at all: that is said in a second, and an environment takes a minute.
test-deploy:
	@cd tests/deploy && $(PYTHON) -m bed check
	@$(MAKE) env-dev env-deploy
	cd tests/deploy && ../../.venv-deploy/bin/python -m pytest -c deploy.ini $(TESTS)

lint: env-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djhtml --tabwidth 2 --check core/src tenants/src plugins
	$(BIN)/python tools/check_migrations.py
	@if [ -x .venv-deploy/bin/ansible-lint ]; then $(MAKE) lint-deploy; else echo "deploy/ is not looked at: make env-deploy"; fi

lint-deploy: env-deploy
	cd deploy && PATH="$(CURDIR)/.venv-deploy/bin:$$PATH" ansible-lint --offline
	cd deploy && for playbook in playbooks/*.yml; do \
		../.venv-deploy/bin/ansible-playbook --syntax-check -i inventories/example/one-machine/hosts.yml $$playbook || exit 1; done

# Every check of the contract of plugins, axe included, in regions that are made for it and thrown away; at last for one
# that the blueprint makes, untouched, in an environment that nothing else sees.
contract: env-dev
	@mkdir -p var/contract && printf '%s\n' $(PLUGINS) | xargs -P $(if $(filter 0,$(WORKERS)),1,$(WORKERS)) -I{} sh -c \
		'$(BIN)/zelfregie plugin check {} --strict >var/contract/{}.txt 2>&1; red=$$?; cat var/contract/{}.txt; exit $$red'
	@rm -rf var/contract && mkdir -p var/contract && $(BIN)/zelfregie plugin new --defaults --into var/contract
	@$(BIN)/pip install --quiet --no-deps --no-index --no-build-isolation --target var/contract/installed \
		var/contract/zelfregie-activities
	@PYTHONPATH=var/contract/installed $(BIN)/zelfregie plugin check activities --strict

bench: env-dev
	$(BIN)/python bench/run.py

lock: env-dev
	$(BIN)/python tools/lock_requirements.py $(if $(UPGRADE),--upgrade)

wheels: env-dev
	rm -rf "$(DIST)"
	.venv/tools/bin/uv build --quiet --all-packages --wheel --no-build-isolation --python $(BIN)/python --out-dir "$(DIST)"
	cp requirements/server.txt "$(DIST)/requirements.txt"
	@ls "$(DIST)"
