#!/usr/bin/env bash
# One, two and three silos on this machine, with a gateway and a private PostgreSQL (fsync on): metrics logged, runs read, an MLP asked.
# For each: calls a second, latency, and what a call costs gateway, silos, database and load program of processor time.
# bench/scaling.sh [seconds a scenario, default 3] [file for the figures, default bench/scaling.jsonl]
# SILOS="1 2": only those; WARM=20: seconds of each unmeasured pass, default 10; APPEND=1: another pass into the same file.
# Afterwards: MLOps.Bench simulate --measured bench/scaling.jsonl
set -euo pipefail
seconds=${1:-3}
figures=${2:+$(realpath -m "$2")}
. "$(dirname "$0")/common.sh"
figures=${figures:-$PWD/bench/scaling.jsonl}
build MLOps.Silo MLOps.Gateway bench/MLOps.Bench
postgres 7972 -c shared_buffers=512MB -c max_connections=200
flush=$(as "$bin/pg_test_fsync" -s 1 -f "$work/pg/flush" | awk '/one 8kB write/ { one = 1 } one && $1 == "fdatasync" { print $4; exit }')

export Orleans__Clustering__ProviderType=AdoNet Orleans__ServiceId=mlops Orleans__Endpoints__AdvertisedIPAddress=127.0.0.1
export MLFLOW_ARTIFACTS_DESTINATION="$work/artifacts" Logging__LogLevel__Default=Warning
[ -n "${APPEND:-}" ] || echo "{\"cores\":$(nproc),\"flushMicroseconds\":$flush,\"load\":\"$(cut -d' ' -f1-3 /proc/loadavg)\"}" | tee "$figures"
gateway=http://127.0.0.1:7973
# Rows of one transaction have its number.
logged() { sql "mlflow$silos" "SELECT count(*) || ' ' || count(DISTINCT xmin::text) FROM metrics WHERE key = 'loss'"; }
for silos in ${SILOS:-1 2 3}; do
    sql postgres "CREATE DATABASE mlflow$silos"
    export MLFLOW_BACKEND_STORE_URI="$MLOPS_POSTGRES/mlflow$silos" Orleans__ClusterId="bench$silos"
    members=() roles=(--process "postgres=$pg")
    for silo in $(seq "$silos"); do
        url=http://127.0.0.1:$((7974 + silo))
        MLOps__Tracking__DataDirectory="$work/silo$silo" Orleans__Endpoints__SiloPort=$((7980 + silo)) Orleans__Endpoints__GatewayPort=$((7990 + silo)) \
            start "silo$silo" "$url" dotnet "$(dll MLOps.Silo)" --urls "$url"
        members+=("silo$silo") roles+=(--process "silo=${process[silo$silo]}")
    done
    for silo in "${members[@]}"; do healthy "$silo"; done
    MLOps__Tracking__DataDirectory="$work/gateway" start gateway "$gateway" dotnet "$(dll MLOps.Gateway)" --urls "$gateway"
    healthy gateway
    members+=(gateway) roles+=(--process "gateway=${process[gateway]}")
    bench deploy-models --url "$gateway" --replicas "$((2 * silos))"
    unmeasured mlflow --url "$gateway" --scenario log-metric --scenario get-run --seconds "${WARM:-10}"
    unmeasured oip --url "$gateway" --model bench-mlp --scenario infer-binary --seconds "${WARM:-10}"
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
