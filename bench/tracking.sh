#!/usr/bin/env bash
# The load program against this platform on SQLite and on a private PostgreSQL (fsync on), one after the other on one machine.
# bench/tracking.sh [seconds a scenario, default 5] [further arguments of the load program]
# SUITE=mlflow-large bench/tracking.sh 5 --connections 1: reads of 30,000 runs of 100 metrics and of 10^6 points.
set -euo pipefail
seconds=${1:-5}
shift || true
. "$(dirname "$0")/common.sh"
build MLOps.AppHost bench/MLOps.Bench

load() { # title, address, further arguments of the load program
    echo
    echo "== $1"
    bench "${SUITE:-mlflow}" --url "$2" --seconds "$seconds" "${@:3}"
}

url=http://127.0.0.1:7951
platform sqlite "$url"
load "SQLite" "$url" "$@"
stop sqlite

url=http://127.0.0.1:7953
postgres 7952 -c shared_buffers=512MB
sql postgres 'CREATE DATABASE mlflow'
platform postgres "$url" --backend-store-uri "$MLOPS_POSTGRES/mlflow"
load "PostgreSQL $("$bin/postgres" --version | awk '{print $3}')" "$url" "$@"
