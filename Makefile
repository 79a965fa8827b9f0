# The commands for users. Each target runs a script that describes itself. ENGINE=docker|podman|native sets where
# train, api and test run; by default docker if it is running, else podman, else native.
.DEFAULT_GOAL := help
.PHONY: help train api stop test check check-containers hooks bench bench-train bench-peers bench-http soak fuzz clean

export ENGINE PORT MODELS PREDICTIONS DATA DATA_ARCHIVE DATA_PASSPHRASE DATA_PASSPHRASE_FILE
export TRAIN_ARGS BUILD_ARGS RUN_ARGS FOREGROUND
export SWAPS OVERLOAD_SECONDS SPIN_MS STALLED REQUESTS LOADS SECONDS_EACH

help: ## Show this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

train: ## Train, measure and bake a new version of models/intent
	@scripts/train

api: ## Serve the highest version on port 4002 (trains one first if there is none)
	@scripts/api

stop: ## Stop what `make api` started
	@scripts/stop

test: ## Send every question of the test set to the API; write predictions.csv
	@scripts/test

check: ## Run all checks: formatting, lints, tests, licences
	@scripts/check

check-containers: ## Run train, api and test in containers, with an engine started for this (root, Debian)
	@scripts/e2e-containers

hooks: ## Install the Git hook that keeps data and passphrases out
	@scripts/hooks/install

bench: ## Compare a fresh instance per request with native code
	@cargo bench --locked --package intent-trainer --bench instance

bench-train: ## Measure training's CPU time and memory as the data grows (FULL=1: to 1M rows)
	@scripts/bench-train

bench-peers: ## Compare with fastText and scikit-learn (PEERS_ARGS="--seeds 1 data/sample")
	@bench/peers/run $(PEERS_ARGS)

bench-http: ## Compare over HTTP with bare hyper, native code and FastAPI (HTTP_ARGS="--rounds 3")
	@scripts/bench-http $(HTTP_ARGS)

soak: ## Test load, overload, swaps, stalls and memory for minutes (SWAPS, REQUESTS, … set how much)
	@scripts/soak

fuzz: ## Run each fuzz target for SECONDS_EACH=600
	@scripts/fuzz

clean: ## Remove what was built and trained
	rm -rf target models predictions.csv
