#!/usr/bin/env bash
# MLflow's own test suites against this platform's server: tests/foreign/mlflow/run.sh CHECKOUT PYTHON [sqlite|postgresql] [what pytest is given]
# CHECKOUT: MLflow's source of the version in docs/mlflow-differences.md. PYTHON: an interpreter that can run its tests (CI has none: no registry with Python packages).
# MLOPS_SERVER: an executable of the platform that is there already. Nothing given to pytest: all suites that talk to a server over HTTP.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
checkout=$1 python=$2 store=${3:-sqlite}
shift $(($# < 3 ? $# : 3))
suites=("$@")
[ $# -gt 0 ] || suites=(
    tests/tracking/test_rest_tracking.py tests/tracking/test_model_registry.py
    tests/tracking/test_client_webhooks.py tests/store/model_registry/test_rest_store_webhooks.py tests/webhooks/test_e2e.py
    tests/tracking/test_mlflow_artifacts.py tests/tracing/test_otel_logging.py tests/tracing/test_otel_loading.py
)
work=$(mktemp -d)
pg=
cleanup() {
    [ -z "$pg" ] || { kill -INT "$pg" 2>/dev/null && wait "$pg" || true; }
    rm -rf "$work"
}
trap cleanup EXIT
if [ -z "${MLOPS_SERVER:-}" ]; then
    dotnet publish "$here/../../../MLOps.AppHost" -p:PublishProfile=server -o "$work/server" -v quiet --nologo
    export MLOPS_SERVER=$work/server/MLOps.AppHost
fi

if [ "$store" = postgresql ]; then
    port=${MLOPS_SUITE_PORT:-7957}
    . "$here/postgres.sh"
fi

cd "$checkout"
PYTHONPATH="$here${PYTHONPATH:+:$PYTHONPATH}" "$python" -m pytest -p mlops_server -p no:cacheprovider -q --tb=short "${suites[@]}"
