#!/usr/bin/env bash
# The load program against a real MLflow and against this platform, one after the other on one machine, each with a database of its own on one private PostgreSQL (fsync on).
# bench/beside-mlflow.sh CHECKOUT PYTHON [seconds a scenario, default 5] [further arguments of the load program]
# CHECKOUT and PYTHON as for tests/foreign/mlflow/run.sh, PYTHON with psycopg2 and gunicorn. MLflow runs with 4 workers, once under gunicorn (its best) and once as shipped (uvicorn).
set -euo pipefail
[ $# -ge 2 ] || { sed -n '3,4s/^# //p' "$0" >&2; exit 2; }
checkout=$(realpath -e "$1")
python=$(command -v "$2") || { echo "$0: there is no program '$2'" >&2; exit 1; }
python=$(realpath -s "$python") # not what it links to: an interpreter knows its virtual environment by where it was called
seconds=${3:-5}
shift $(($# < 3 ? $# : 3))
. "$(dirname "$0")/common.sh"
export MLFLOW_DISABLE_TELEMETRY=true
build MLOps.AppHost bench/MLOps.Bench
postgres 7971
url=http://127.0.0.1:7972

measure() { # server, title, further arguments of the load program
    echo
    echo "== $2"
    bench mlflow --url "$url" --seconds "$seconds" "${@:3}" || { tail -n 50 "$work/$1.log" >&2; return 1; }
    stop "$1"
}

mlflow() { # database, further arguments of its server
    sql postgres "CREATE DATABASE $1"
    start "$1" "$url" env -C "$checkout" "$python" -m mlflow server --host 127.0.0.1 --port 7972 --workers 4 --backend-store-uri "$MLOPS_POSTGRES/$1" --default-artifact-root "$work/$1" "${@:2}"
    healthy "$1"
}

mlflow gunicorn --gunicorn-opts "--log-level warning"
measure gunicorn "MLflow, gunicorn, 4 workers" "$@"
mlflow uvicorn
measure uvicorn "MLflow, uvicorn, 4 workers" "$@"
sql postgres 'CREATE DATABASE platform'
platform platform "$url" --backend-store-uri "$MLOPS_POSTGRES/platform"
measure platform "this platform" "$@"
