#!/usr/bin/env bash
# The load program against the embedded platform's serving, side by side with the ceiling: the same web server echoing the same bodies.
# bench/serving.sh [seconds a scenario, default 5] [further arguments of the load program]
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
bench() { dotnet bench/MLOps.Bench/bin/Release/net10.0/*/MLOps.Bench.dll "$@"; }
platform=http://127.0.0.1:7961 echo=http://127.0.0.1:7962 # and the port after it, for gRPC

dotnet MLOps.AppHost/bin/Release/net10.0/*/MLOps.AppHost.dll --urls "$platform" --data "$work/data" >"$work/platform.log" 2>&1 &
pids+=($!)
bench echo --url "$echo" >"$work/echo.log" 2>&1 &
pids+=($!)
for _ in $(seq 300); do curl -fs "$platform/health" >/dev/null && curl -fs "$echo" >/dev/null && break; sleep 0.1; done
bench deploy-models --url "$platform" || { cat "$work/platform.log" >&2; exit 1; }

# Once over everything unmeasured: until the runtime has compiled it again with what it learnt, all of it is slower.
warm() { for model in bench-mlp bench-tcn; do bench oip --url "$1" --model "$model" --connections 4 --warmup 0 --seconds 3 >/dev/null; done; }
warm "$platform"
for model in bench-mlp bench-tcn; do
    for connections in 1 16; do
        echo
        echo "== $model, $connections connections"
        bench oip --url "$platform" --ceiling "$echo" --model "$model" --connections "$connections" --seconds "$seconds" "$@"
    done
done

echo
echo "== a silo and a gateway, each a process of its own"
export MLFLOW_BACKEND_STORE_URI="sqlite:///$work/shared.db" MLFLOW_ARTIFACTS_DESTINATION="$work/artifacts"
silo=http://127.0.0.1:7965 gateway=http://127.0.0.1:7966
started() { for _ in $(seq 300); do curl -fs "$1/health" >/dev/null && return; sleep 0.1; done; cat "$work"/*.log >&2; return 1; }
MLOps__Tracking__DataDirectory="$work/silo" dotnet MLOps.Silo/bin/Release/net10.0/*/MLOps.Silo.dll --urls "$silo" >"$work/silo.log" 2>&1 &
pids+=($!)
started "$silo"
MLOps__Tracking__DataDirectory="$work/gateway" dotnet MLOps.Gateway/bin/Release/net10.0/*/MLOps.Gateway.dll --urls "$gateway" >"$work/gateway.log" 2>&1 &
pids+=($!)
started "$gateway"
bench deploy-models --url "$gateway" || { cat "$work/gateway.log" >&2; exit 1; }
warm "$gateway"
for model in bench-mlp bench-tcn; do
    echo
    echo "== $model, 1 connection"
    bench oip --url "$gateway" --ceiling "$echo" --model "$model" --connections 1 --seconds "$seconds" "$@"
done
kill "${pids[@]: -2}"
unset MLFLOW_BACKEND_STORE_URI MLFLOW_ARTIFACTS_DESTINATION

echo
echo "== bench-heavy, one place and one in the queue, at twice what it can do"
bench overload --url "$platform" --model bench-heavy --rows 32 --connections 8 --seconds "$seconds"
