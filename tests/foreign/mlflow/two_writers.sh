#!/usr/bin/env bash
# A real MLflow and this platform on one PostgreSQL, written to at once: tests/foreign/mlflow/two_writers.sh CHECKOUT PYTHON (as for run.sh; PYTHON with psycopg2).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
checkout=$1 python=$2
work=$(mktemp -d)
pids=()
cleanup() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null && wait "$pid" || true; done
    [ -z "${pg:-}" ] || { kill -INT "$pg" 2>/dev/null && wait "$pg" || true; }
    rm -rf "$work"
}
trap cleanup EXIT
if [ -z "${MLOPS_SERVER:-}" ]; then
    dotnet build "$here/../../../MLOps.AppHost" -c Release -v quiet --nologo
    MLOPS_SERVER=$(ls "$here"/../../../MLOps.AppHost/bin/Release/net10.0/*/MLOps.AppHost.dll)
fi
port=7967
. "$here/postgres.sh"
psql -qX -d "$MLOPS_POSTGRES/postgres" -c 'CREATE DATABASE mlflow'
up() { for _ in $(seq 1200); do curl -fs "$1/health" >/dev/null && return; sleep 0.1; done; cat "$work"/*.log >&2; return 1; }
ours=http://127.0.0.1:7958 theirs=http://127.0.0.1:7959
run=("$MLOPS_SERVER")
[ "${MLOPS_SERVER%.dll}" = "$MLOPS_SERVER" ] || run=(dotnet "$MLOPS_SERVER")
env -u PYTHONPATH "${run[@]}" --urls "$ours" --data "$work/data" --backend-store-uri "$MLOPS_POSTGRES/mlflow" --default-artifact-root "$work/artifacts" >"$work/ours.log" 2>&1 &
pids+=($!)
up "$ours"
(cd "$checkout" && exec "$python" -m mlflow server --host 127.0.0.1 --port 7959 --workers 2 --backend-store-uri "$MLOPS_POSTGRES/mlflow" --default-artifact-root "$work/artifacts") >"$work/mlflow.log" 2>&1 &
pids+=($!)
up "$theirs"
"$python" "$here/two_writers.py" "$ours" "$theirs"
