# Each target calls one short script in .ci/, which needs nothing but Python 3.11 or newer.
# Without make, call the scripts: python3 .ci/demo.py
# A system's own Python is built for speed; one that was compiled by hand can take a third longer for the same.
PYTHON ?= $(shell for each in /usr/bin/python3 python3; do \
	$$each -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && exit; done; echo python3)

.PHONY: demo setup test quick pythons coverage mutants test-mutations test-interop test-oracles test-elections drill bench soak format migration translations promises screenshots

demo: ## Set up, load the demo programme, serve it on 127.0.0.1:8000 (PORT=9000 changes the port)
	@$(PYTHON) .ci/demo.py

setup: ## Make .venv from requirements.lock; quick when nothing changed
	@$(PYTHON) .ci/setup.py

test: ## Everything that must hold: ruff, mypy, oxlint, pytest on SQLite and PostgreSQL (ARGS="-k wall" for a part)
	@$(PYTHON) .ci/test.py $(ARGS)

quick: ## The pure rules, counting, sealing, the ledger and the architecture: no database, no browser, 15 seconds
	@$(PYTHON) .ci/quick.py $(ARGS)

pythons: ## The fast lane on each other Python from 3.11 to 3.14 that is here
	@$(PYTHON) .ci/pythons.py

coverage: ## Show which branches of rules, counting, sealing and the ledger their own fast tests never take
	@$(PYTHON) .ci/coverage.py

mutants: ## Break each rule in turn and see its own tests notice (ARGS=governance/board/rules.py for one module)
	@$(PYTHON) .ci/setup.py --test
	@.venv/bin/python -m tests.mutants $(ARGS)

test-mutations: ## Change copies of the ledger and results of votes 8,000 times, and see verify name each (ARGS="500 7": fewer, another seed)
	@$(PYTHON) .ci/setup.py --test
	@.venv/bin/python -m tests.mutations $(ARGS)

test-interop: ## Check the ledger's files with Go's own library (installs Debian's golang-go as root)
	@$(PYTHON) .ci/interop.py

test-oracles: ## Hold the counting rules against large libraries of other people (2 GB, in a .venv of their own)
	@$(PYTHON) .ci/oracles.py $(ARGS)

test-elections: ## Hold the counting rules against real elections in a folder (ARGS="FOLDER [ADDRESS ...]" downloads into it)
	@$(PYTHON) .ci/elections.py $(ARGS)

drill: ## A bad day in a folder that is thrown away: backup, wreck, restore, recover, verify; prints what it saw
	@$(PYTHON) .ci/setup.py --test
	@.venv/bin/python -m tests.drill

bench: ## Compare our speed with a bare Flask app on the same server (ARGS=counting: with other counting libraries; ARGS=files: from each format; ARGS=message: what one message costs; ARGS=ballot: what one ballot costs; ARGS=weight: what a first page weighs; ARGS=threads: what more threads bring on PostgreSQL; ARGS=two_servers: a second app server)
	@$(PYTHON) .ci/setup.py --test
	@.venv/bin/python -m tests.bench$(if $(ARGS),.$(ARGS))

soak: ## Ten minutes in which everything breaks, on both databases (ARGS="bad_day 60 SEED"); ARGS=holding, opening and upgrading: how long a writer waits
	@$(PYTHON) .ci/setup.py --test
	@.venv/bin/python -m tests.soak.$(or $(ARGS),bad_day)

format: ## Put the code into the one style
	@$(PYTHON) .ci/setup.py --test
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format .

migration: ## Write the migration for what changed in the models (NAME="what it does")
	@$(PYTHON) .ci/migration.py "$(NAME)"

translations: ## Collect the words people read and bring them into every language's catalogue
	@$(PYTHON) .ci/translations.py

promises: ## Write what is promised, and where it ends, into SECURITY.md and README.md from governance/data/promises.toml
	@$(PYTHON) .ci/setup.py --test
	@.venv/bin/python -m tests.publishing.documents

screenshots: ## Take the README's pictures again
	@$(PYTHON) .ci/setup.py --test
	@.venv/bin/python -m tests.screenshots
