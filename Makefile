# The commands to remember. `make run` and `make test` need python3 (3.11 or newer), its venv module and make.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check --no-input
LOCKS := requirements/run.txt requirements/test.txt
LOCK_OPTIONS := --quiet --generate-hashes --universal --python-version 3.11 --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links
.DEFAULT_GOAL := run
.PHONY: setup run test check soak bench evaluate screenshots lock

setup: $(VENV)/run-installed ## what the service needs, and nothing else

run: setup ## the whole service on this machine, until Ctrl-C
	@$(BIN)/huiying up

test: setup $(VENV)/test-installed ## all tests but the slow ones; ARGS is handed to pytest
	@sh deploy/browser.sh
	$(BIN)/pytest --numprocesses auto --dist loadfile $(ARGS)

soak: setup $(VENV)/test-installed ## the slow tests
	@sh deploy/browser.sh
	$(BIN)/pytest -m slow $(ARGS)

bench: setup ## how fast people are told, texts grouped, sources read, watch words matched; on real pages and texts with DATA
	$(BIN)/python benchmarks/telling.py
	$(BIN)/python benchmarks/grouping.py
	$(BIN)/python benchmarks/crawling.py $(DATA)
	$(BIN)/python benchmarks/watching.py $(DATA)

evaluate: setup ## figures of quality beside their targets, measured on the folder DATA
	@$(BIN)/python -m huiying.evaluate $(DATA)

screenshots: setup $(VENV)/test-installed ## the pictures of docs/, taken anew from the demo city
	@sh deploy/browser.sh
	$(BIN)/python deploy/screenshots.py

check: setup $(VENV)/test-installed ## what has to hold before a change is taken in
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(MAKE) --no-print-directory test

lock: $(BIN)/pip ## newest versions that fit together, for Python 3.11 and later, x86_64 and aarch64
	@test -x $(BIN)/uv || $(PIP) install --quiet uv
	$(BIN)/uv pip compile $(LOCK_OPTIONS) --upgrade --extra test pyproject.toml --output-file requirements/test.txt >/dev/null
	$(BIN)/uv pip compile $(LOCK_OPTIONS) --upgrade --constraint requirements/test.txt pyproject.toml \
		--output-file requirements/run.txt >/dev/null
	@sed -i '1i # Made by `make lock`, for every wheel of each release: change pyproject.toml, not this file.' $(LOCKS)
	@! grep -nE '://|^-|@ ' $(LOCKS) || { echo "锁定文件里不得有网址、路径或选项 / a lock must name no place"; exit 1; }

# The marks stand in the virtual environment, so that a lock is installed again only when it changed.
$(VENV)/run-installed: requirements/run.txt pyproject.toml $(BIN)/pip
	@echo "安装运行所需的组件（约一分钟，只在首次或版本有变时）/ installing what the service needs"
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --quiet --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/test-installed: requirements/test.txt $(VENV)/run-installed
	@echo "安装测试所需的组件 / installing what the tests need"
	@$(PIP) install --require-hashes -r requirements/test.txt
	@touch $@

$(BIN)/pip:
	@sh deploy/venv.sh $(VENV)
