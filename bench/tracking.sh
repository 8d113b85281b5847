#!/usr/bin/env bash
# The load program against this platform on SQLite and on a private PostgreSQL (fsync on), one after the other on one machine.
# bench/tracking.sh [seconds a scenario, default 5] [further arguments of the load program]
# SUITE=mlflow-large bench/tracking.sh 5 --connections 1: reads of 30,000 runs of 100 metrics and of 10^6 points.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-5}
shift || true
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet build -c Release MLOps.AppHost -v quiet --nologo
dotnet build -c Release bench/MLOps.Bench -v quiet --nologo
work=$(mktemp -d)
pids=()
cleanup() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT

platform() { # port, further arguments
    local port=$1
    shift
    dotnet MLOps.AppHost/bin/Release/net10.0/*/MLOps.AppHost.dll --urls "http://127.0.0.1:$port" "$@" >"$work/platform-$port.log" 2>&1 &
    pids+=($!)
    for _ in $(seq 300); do curl -fs "http://127.0.0.1:$port/health" >/dev/null && return; sleep 0.1; done
    cat "$work/platform-$port.log" >&2
    return 1
}

load() { # name, port
    echo
    echo "== $1"
    dotnet bench/MLOps.Bench/bin/Release/net10.0/*/MLOps.Bench.dll "${SUITE:-mlflow}" --url "http://127.0.0.1:$2" --seconds "$seconds" "${@:3}"
}

platform 7951 --data "$work/sqlite"
load "SQLite" 7951 "$@"
kill "${pids[-1]}" && wait "${pids[-1]}" || true

bin=$(ls -d /usr/lib/postgresql/*/bin | tail -1)
as=()
[ "$(id -u)" != 0 ] || as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
mkdir "$work/pg" && chmod 755 "$work"
[ "$(id -u)" != 0 ] || chown postgres:postgres "$work/pg"
"${as[@]}" "$bin/initdb" -D "$work/pg/data" -U mlops -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
"${as[@]}" "$bin/postgres" -D "$work/pg/data" -p 7952 -h 127.0.0.1 -c unix_socket_directories= -c shared_buffers=512MB >"$work/pg.log" 2>&1 &
pids+=($!)
for _ in $(seq 100); do "$bin/pg_isready" -qh 127.0.0.1 -p 7952 && break; sleep 0.1; done
psql -h 127.0.0.1 -p 7952 -U mlops -d postgres -qc 'CREATE DATABASE mlflow'
platform 7953 --data "$work/postgres" --backend-store-uri postgresql://mlops@127.0.0.1:7952/mlflow
load "PostgreSQL $("$bin/postgres" --version | awk '{print $3}')" 7953 "$@"
