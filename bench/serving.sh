#!/usr/bin/env bash
# The load program against the embedded platform's serving, side by side with the ceiling: the same web server echoing the same bodies.
# bench/serving.sh [seconds a scenario, default 5] [further arguments of the load program]
set -euo pipefail
seconds=${1:-5}
shift || true
. "$(dirname "$0")/common.sh"
build MLOps.AppHost MLOps.Silo MLOps.Gateway bench/MLOps.Bench
platform=http://127.0.0.1:7961 echo=http://127.0.0.1:7962 # and the port after it, for gRPC

platform platform "$platform"
start echo "$echo" dotnet "$(dll bench/MLOps.Bench)" echo --url "$echo"
healthy echo ""
bench deploy-models --url "$platform" || { tail -n 50 "$work/platform.log" >&2; exit 1; }

warm() { for model in bench-mlp bench-tcn; do unmeasured oip --url "$1" --model "$model" --connections 4 --seconds 3; done; }
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
MLOps__Tracking__DataDirectory="$work/silo" start silo "$silo" dotnet "$(dll MLOps.Silo)" --urls "$silo"
healthy silo
MLOps__Tracking__DataDirectory="$work/gateway" start gateway "$gateway" dotnet "$(dll MLOps.Gateway)" --urls "$gateway"
healthy gateway
bench deploy-models --url "$gateway" || { tail -n 50 "$work/silo.log" "$work/gateway.log" >&2; exit 1; }
warm "$gateway"
for model in bench-mlp bench-tcn; do
    echo
    echo "== $model, 1 connection"
    bench oip --url "$gateway" --ceiling "$echo" --model "$model" --connections 1 --seconds "$seconds" "$@"
done
stop gateway silo

echo
echo "== bench-heavy, one place and one in the queue, at twice what it can do"
# The load program's threads must not look for work between requests that are due, on processors that the platform needs meanwhile.
DOTNET_ThreadPool_UnfairSemaphoreSpinLimit=0 bench overload --url "$platform" --model bench-heavy --rows 32 --connections 8 --seconds "$seconds"
