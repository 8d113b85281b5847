#!/usr/bin/env bash
# The load program against a real MLflow and against this platform, one after the other on one machine, each with a database of its own on one private PostgreSQL (fsync on).
# bench/beside-mlflow.sh CHECKOUT PYTHON [seconds a scenario, default 5] [further arguments of the load program]
# CHECKOUT and PYTHON as for tests/foreign/mlflow/run.sh, PYTHON with psycopg2 and gunicorn. MLflow runs with 4 workers, once under gunicorn (its best) and once as shipped (uvicorn).
set -euo pipefail
cd "$(dirname "$0")/.."
checkout=$1 python=$2 seconds=${3:-5}
shift $(($# < 3 ? $# : 3))
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MLFLOW_DISABLE_TELEMETRY=true
dotnet build -c Release MLOps.AppHost -v quiet --nologo
dotnet build -c Release bench/MLOps.Bench -v quiet --nologo
work=$(mktemp -d)
pg=
server=
cleanup() {
    [ -z "$server" ] || { kill "$server" 2>/dev/null && wait "$server" || true; }
    [ -z "$pg" ] || { kill -INT "$pg" 2>/dev/null && wait "$pg" || true; }
    rm -rf "$work"
}
trap cleanup EXIT
port=7971
. tests/foreign/mlflow/postgres.sh
url=http://127.0.0.1:7972

measure() { # name, further arguments of the load program
    for _ in $(seq 1200); do curl -fs "$url/health" >/dev/null && break; sleep 0.1; done
    echo
    echo "== $1"
    dotnet bench/MLOps.Bench/bin/Release/net10.0/*/MLOps.Bench.dll mlflow --url "$url" --seconds "$seconds" "${@:2}" || { tail -n 50 "$work"/*.log >&2; return 1; }
    kill "$server" && wait "$server" || true
    server=
}

mlflow() { # database, further arguments of its server
    psql -qX -d "$MLOPS_POSTGRES/postgres" -c "CREATE DATABASE $1"
    (cd "$checkout" && exec "$python" -m mlflow server --host 127.0.0.1 --port 7972 --workers 4 --backend-store-uri "$MLOPS_POSTGRES/$1" --default-artifact-root "$work/$1" "${@:2}") >"$work/$1.log" 2>&1 &
    server=$!
}

mlflow gunicorn --gunicorn-opts "--log-level warning"
measure "MLflow, gunicorn, 4 workers" "$@"
mlflow uvicorn
measure "MLflow, uvicorn, 4 workers" "$@"
psql -qX -d "$MLOPS_POSTGRES/postgres" -c 'CREATE DATABASE platform'
dotnet MLOps.AppHost/bin/Release/net10.0/*/MLOps.AppHost.dll --urls "$url" --data "$work/platform" --backend-store-uri "$MLOPS_POSTGRES/platform" >"$work/platform.log" 2>&1 &
server=$!
measure "this platform" "$@"
