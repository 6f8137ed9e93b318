# Everything runs in .venv; `make setup` makes it. CORPUS is the folder with the labelled files.
SHELL := bash
VENV := .venv
BIN := $(VENV)/bin
MODEL := models/copydesk-1
CORPUS ?= $(COPYDESK_CORPUS)

.PHONY: setup test lint train evaluate bench bench-lines bench-hooks bench-archive bench-batch cms-ghost cms-nightly corpus wordpress-zip

# Strict, so that mypy follows the package: run it again after adding a file.
setup:
	python3 -m venv $(VENV)
	$(BIN)/pip install --config-settings editable_mode=strict -e '.[lint]'

test:
	$(BIN)/pytest

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy -p copydesk

train: corpus
	$(BIN)/copydesk train $(CORPUS) --output $(MODEL)

evaluate: corpus
	$(BIN)/copydesk evaluate $(CORPUS)

# The time of one article in process, by kind of source, of a whole process with its start, and what costs it by stage and by size.
BENCH := from pathlib import Path; from copydesk import Scorer; score = Scorer.load().score
bench:
	$(BIN)/python -m timeit -u msec -s "$(BENCH); text = Path('examples/12-non-native-writer.txt').read_text()" "score(text=text)"
	$(BIN)/python -m timeit -u msec -s "$(BENCH); html = Path('examples/02-wire-copy-from-feed.html').read_text()" "score(html=html)"
	time $(BIN)/copydesk score examples/06-news-report.html
	$(BIN)/python benchmarks/core.py $(CORPUS)

# What Copydesk and other tools remove from the labelled pages: benchmarks/RESULTS.md and the picture in the README. The model is
# one that has not seen them: ten minutes of training.
bench-lines: corpus
	$(BIN)/pip install --quiet --config-settings editable_mode=strict -e '.[train,bench]'
	$(BIN)/copydesk train $(CORPUS) --output build/unseen/copydesk-1 --no-refit
	$(BIN)/python benchmarks/lines.py $(CORPUS) --model build/unseen/copydesk-1 --output benchmarks --picture docs/removal.png

# The answer time of a webhook, beside a desk that works and one that idles.
bench-hooks:
	$(BIN)/python benchmarks/hooks.py
	$(BIN)/python benchmarks/hooks.py --idle
	$(BIN)/python benchmarks/hooks.py --at-once 8

# An archive of 1,000 to 1,000,000 articles: SIZES=1000,10000 is done in a minute. With CORPUS, of the sentences of real ones.
SIZES ?= 1000,10000,100000
bench-archive:
	$(BIN)/python benchmarks/archive_size.py $(CORPUS) --sizes $(SIZES) --output build/archive

# Time and memory of a batch of 1 to 100,000 files: FILES=1,1000 is done in a minute.
FILES ?= 1,10,100,1000,10000,100000
bench-batch:
	$(BIN)/python benchmarks/batch_memory.py --files $(FILES) --resume

# Real content management systems of the npm registry, installed once into COPYDESK_CMS_CACHE: 2.2 GB for all three.
COPYDESK_CMS_CACHE ?= $(HOME)/.cache/copydesk-cms
export COPYDESK_CMS_CACHE
cms-ghost:
	COPYDESK_CMS=ghost $(BIN)/pytest tests/cms/test_ghost.py

cms-nightly:
	COPYDESK_CMS=ghost,strapi,directus $(BIN)/pytest tests/cms/test_ghost.py tests/cms/test_strapi.py tests/cms/test_directus.py

corpus:
	@test -n "$(CORPUS)" || { echo "CORPUS is not set: make train CORPUS=folder" >&2; exit 2; }

# The plugin as WordPress takes it under Plugins > Add New > Upload.
wordpress-zip:
	python3 plugin/wordpress/build_zip.py dist/copydesk-wordpress.zip
