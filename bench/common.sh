# Sourced by the scripts beside it once they have read their arguments. Afterwards the working directory is the repository's root, and
# $work a folder that is removed at the end; the servers that `start` began, and PostgreSQL, end with the script.
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
work=$(mktemp -d)
pg=
declare -A process=() address=()
cleanup() {
    stop "${!process[@]}"
    [ -z "$pg" ] || { kill -INT "$pg" 2>/dev/null && wait "$pg" || true; }
    rm -rf "$work"
}
trap cleanup EXIT

build() { # projects; NO_BUILD=1: they are built already
    local project
    [ -n "${NO_BUILD:-}" ] || for project in "$@"; do dotnet build -c Release "$project" -v quiet --nologo; done
}

dll() { echo "$1"/bin/Release/net10.0/*/"${1##*/}.dll"; } # project

bench() { dotnet "$(dll bench/MLOps.Bench)" "$@"; }

# Once over a suite unmeasured: until the runtime has compiled a server again with what it learnt, all of it is slower.
unmeasured() { bench "$@" --warmup 0 >"$work/unmeasured.log" || { cat "$work/unmeasured.log" >&2; return 1; }; }

start() { # name, address, command: a server in the background
    if curl -s -o /dev/null --max-time 5 "$2"; then
        echo "$0: something answers at $2 already, so $1 is not started" >&2
        exit 1
    fi
    address[$1]=$2
    "${@:3}" >"$work/$1.log" 2>&1 &
    process[$1]=$!
}

healthy() { # name, path, default health: waits until that server answers there; a server that does not, or ends, ends the script
    local until=$((SECONDS + 120)) at=${address[$1]}/${2-health}
    while kill -0 "${process[$1]}" 2>/dev/null && [ "$SECONDS" -lt "$until" ]; do
        ! curl -fs -o /dev/null --max-time 5 "$at" || return 0
        sleep 0.1
    done
    { echo "$0: $1 has ended, or did not answer at $at within 120 s. The end of its log:"; tail -n 50 "$work/$1.log"; } >&2
    exit 1
}

platform() { # name, address, further arguments: this platform as one process
    start "$1" "$2" dotnet "$(dll MLOps.AppHost)" --urls "$2" --data "$work/$1" "${@:3}"
    healthy "$1"
}

stop() { # names
    local name
    for name in "$@"; do kill "${process[$name]}" 2>/dev/null || true; done
    for name in "$@"; do
        wait "${process[$name]}" 2>/dev/null || true
        unset "process[$name]"
    done
}

postgres() { # port, its options: a private PostgreSQL with fsync on; MLOPS_POSTGRES is its address
    port=$1 pg_options=("${@:2}")
    . tests/foreign/mlflow/postgres.sh
}

sql() { psql -XAtq -d "$MLOPS_POSTGRES/$1" -c "$2"; } # database, statement
