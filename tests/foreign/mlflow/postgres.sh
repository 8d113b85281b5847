# Sourced: a private PostgreSQL in $work/pg on $port, MLOPS_POSTGRES its address, $pg its process, pg_options further options of it.
bin=$(ls -d /usr/lib/postgresql/*/bin | tail -1)
as() { if [ "$(id -u)" = 0 ]; then exec setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; else exec "$@"; fi; }
mkdir "$work/pg" && chmod 755 "$work"
[ "$(id -u)" != 0 ] || chown postgres:postgres "$work/pg"
(as "$bin/initdb" -D "$work/pg/data" -U mlops -A trust -E UTF8 --locale=C.UTF-8 >/dev/null)
as "$bin/postgres" -D "$work/pg/data" -p "$port" -h 127.0.0.1 -c unix_socket_directories= ${pg_options[@]+"${pg_options[@]}"} >"$work/pg.log" 2>&1 &
pg=$!
for _ in $(seq 300); do ! "$bin/pg_isready" -qh 127.0.0.1 -p "$port" || break; sleep 0.1; done
kill -0 "$pg" && "$bin/pg_isready" -qh 127.0.0.1 -p "$port" || { tail -n 50 "$work/pg.log" >&2; exit 1; }
export MLOPS_POSTGRES=postgresql://mlops@127.0.0.1:$port
