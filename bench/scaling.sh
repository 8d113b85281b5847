#!/usr/bin/env bash
# One, two and three silos on this machine, with a gateway and a private PostgreSQL (fsync on): metrics logged, runs read, an MLP asked.
# For each: calls a second, latency, and what a call costs gateway, silos, database and load program of processor time.
# bench/scaling.sh [seconds a scenario, default 3] [file for the figures, default bench/scaling.jsonl]
# Afterwards: MLOps.Bench simulate --measured bench/scaling.jsonl
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-3}
figures=$(realpath -m "${2:-bench/scaling.jsonl}")
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
if [ -z "${NO_BUILD:-}" ]; then
    for project in MLOps.Silo MLOps.Gateway bench/MLOps.Bench; do dotnet build -c Release "$project" -v quiet --nologo; done
fi
work=$(mktemp -d)
pids=()
stop() { for pid in "$@"; do kill "$pid" 2>/dev/null || true; done; for pid in "$@"; do wait "$pid" 2>/dev/null || true; done; }
cleanup() { stop "${pids[@]}"; rm -rf "$work"; }
trap cleanup EXIT
bench() { dotnet bench/MLOps.Bench/bin/Release/net10.0/*/MLOps.Bench.dll "$@"; }
started() { for _ in $(seq 600); do curl -fs "$1/health" >/dev/null && return; sleep 0.1; done; tail -n 30 "$work"/*.log >&2; return 1; }

bin=$(ls -d /usr/lib/postgresql/*/bin | tail -1)
as=()
[ "$(id -u)" != 0 ] || as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
mkdir "$work/pg" && chmod 755 "$work"
[ "$(id -u)" != 0 ] || chown postgres:postgres "$work/pg"
flush=$("${as[@]}" "$bin/pg_test_fsync" -s 1 -f "$work/pg/flush" | awk '/one 8kB write/ { one = 1 } one && $1 == "fdatasync" { print $4; exit }')
"${as[@]}" "$bin/initdb" -D "$work/pg/data" -U mlops -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
"${as[@]}" "$bin/postgres" -D "$work/pg/data" -p 7972 -h 127.0.0.1 -c unix_socket_directories= -c shared_buffers=512MB -c max_connections=200 >"$work/pg.log" 2>&1 &
pids+=($!)
postgres=$!
for _ in $(seq 100); do "$bin/pg_isready" -qh 127.0.0.1 -p 7972 && break; sleep 0.1; done
sql() { psql -h 127.0.0.1 -p 7972 -U mlops -d "$1" -Atqc "$2"; }

export Orleans__Clustering__ProviderType=AdoNet Orleans__ServiceId=mlops Orleans__Endpoints__AdvertisedIPAddress=127.0.0.1
export MLFLOW_ARTIFACTS_DESTINATION="$work/artifacts" Logging__LogLevel__Default=Warning
[ -n "${APPEND:-}" ] || echo "{\"cores\":$(nproc),\"flushMicroseconds\":$flush,\"load\":\"$(cut -d' ' -f1-3 /proc/loadavg)\"}" | tee "$figures"
gateway=http://127.0.0.1:7973
# Rows of one transaction have its number.
logged() { sql "mlflow$silos" "SELECT count(*) || ' ' || count(DISTINCT xmin::text) FROM metrics WHERE key = 'loss'"; }
for silos in ${SILOS:-1 2 3}; do
    sql postgres "CREATE DATABASE mlflow$silos"
    export MLFLOW_BACKEND_STORE_URI="postgresql://mlops@127.0.0.1:7972/mlflow$silos" Orleans__ClusterId="bench$silos"
    members=() roles=(--process "postgres=$postgres")
    for silo in $(seq "$silos"); do
        MLOps__Tracking__DataDirectory="$work/silo$silo" Orleans__Endpoints__SiloPort=$((7980 + silo)) Orleans__Endpoints__GatewayPort=$((7990 + silo)) \
            dotnet MLOps.Silo/bin/Release/net10.0/*/MLOps.Silo.dll --urls "http://127.0.0.1:$((7974 + silo))" >"$work/silo$silo.log" 2>&1 &
        members+=($!) pids+=($!) roles+=(--process "silo=$!")
    done
    for silo in $(seq "$silos"); do started "http://127.0.0.1:$((7974 + silo))"; done
    MLOps__Tracking__DataDirectory="$work/gateway" dotnet MLOps.Gateway/bin/Release/net10.0/*/MLOps.Gateway.dll --urls "$gateway" >"$work/gateway.log" 2>&1 &
    members+=($!) pids+=($!) roles+=(--process "gateway=$!")
    started "$gateway"
    bench deploy-models --url "$gateway" --replicas "$((2 * silos))"
    # Once over everything unmeasured: until the runtime has compiled it again with what it learnt, all of it is slower.
    bench mlflow --url "$gateway" --scenario log-metric --scenario get-run --warmup 0 --seconds "${WARM:-10}" >/dev/null
    bench oip --url "$gateway" --model bench-mlp --scenario infer-binary --warmup 0 --seconds "${WARM:-10}" >/dev/null
    for connections in 1 16; do
        echo "== $silos silos, load $(cut -d' ' -f1 /proc/loadavg)"
        to=(--url "$gateway" --connections "$connections" --warmup 0.5 --seconds "$seconds" --record "$figures" --label "$silos" "${roles[@]}")
        before=$(logged)
        bench mlflow "${to[@]}" --scenario log-metric
        awk -v s="$silos" -v c="$connections" -v counts="$before $(logged)" 'BEGIN { split(counts, n, " "); printf "{\"silos\":%d,\"connections\":%d,\"metricsPerCommit\":%.2f}\n", s, c, (n[3] - n[1]) / (n[4] - n[2]) }' | tee -a "$figures"
        bench mlflow "${to[@]}" --scenario get-run
        bench oip "${to[@]}" --model bench-mlp --scenario infer-binary
    done
    stop "${members[@]}"
done
