#!/usr/bin/env bash
# Builds everything and runs every test. Installs what the tests need beyond the .NET SDK
# (Debian packages, when run as root); otherwise says what is missing.
# Its last line is "N passed, N failed, N skipped"; its exit code is 0 only when nothing failed.
set -uo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en

need() { # command package reason
    command -v "$1" >/dev/null && return
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "test.sh: installing $2 ($3)"
        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$2"; } >/dev/null && return
    fi
    echo "test.sh: $1 is missing ($3): install the package $2; the tests that need it will say so" >&2
}
need chromium chromium "the dashboard is tested in a real browser"
for server in swift-proxy swift-account swift-container swift-object; do
    need "$server-server" "$server" "the S3 artifact store is tested on a real S3 server, OpenStack Swift"
done
need memcached memcached "Swift needs it"
need npm npm "the npm packages mlflow and @grpc/grpc-js are run as foreign clients"
if command -v npm >/dev/null && ! npm ci --prefix tests/foreign/npm --silent --no-audit --no-fund; then
    echo "test.sh: npm ci failed in tests/foreign/npm: the tests of those clients will say so" >&2
fi

[ -n "$(ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null)" ] || need initdb postgresql "the stores are tested on a real PostgreSQL"

if ! dotnet build MLOps.sln -v quiet --nologo; then
    echo "0 passed, 1 failed, 0 skipped"
    exit 1
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
dotnet test --solution MLOps.sln --no-build --no-progress "$@" 2>&1 | tee "$log"
status=${PIPESTATUS[0]}
count() { awk -v key="$1:" '$1 == key { n = $2 } END { print n + 0 }' "$log"; }
passed=$(count succeeded) failed=$(count failed) skipped=$(count skipped)
if [ "$status" != 0 ] && [ "$failed" = 0 ]; then
    failed=1 # a test program that crashed or found no test counts as a failure
fi
if [ "$failed" != 0 ]; then
    # Once more, last: a long log is often cut at its beginning.
    echo "test.sh: what failed"
    grep -A 12 '^failed ' "$log" | cut -c 1-400
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
