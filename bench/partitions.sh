#!/usr/bin/env bash
# MLflow's table of metrics in a private PostgreSQL, as it is and in 64 partitions by run: bytes of a row, and what writing and reading cost when it has grown.
# bench/partitions.sh [rows, default 2000000]
set -euo pipefail
rows=${1:-2000000}
. "$(dirname "$0")/common.sh"
postgres 7957 -c shared_buffers=512MB -c max_wal_size=4GB
for kind in plain partitioned; do
    echo "== $kind, $rows rows of 1,000 runs, interleaved as they are logged"
    psql -XqAt -v ON_ERROR_STOP=1 -d "$MLOPS_POSTGRES/postgres" -v rows="$rows" -v kind="$kind" <<'SQL'
DROP TABLE IF EXISTS metrics;
SELECT CASE :'kind' WHEN 'plain' THEN '' ELSE 'PARTITION BY HASH (run_uuid)' END AS clause \gset
CREATE TABLE metrics (
    key VARCHAR(250) NOT NULL, value DOUBLE PRECISION NOT NULL, "timestamp" BIGINT NOT NULL, run_uuid VARCHAR(32) NOT NULL,
    step BIGINT DEFAULT 0 NOT NULL, is_nan BOOLEAN DEFAULT false NOT NULL,
    CONSTRAINT metric_pk PRIMARY KEY (key, "timestamp", step, run_uuid, value, is_nan)
) :clause;
CREATE INDEX index_metrics_run_uuid ON metrics USING btree (run_uuid);
CREATE INDEX index_metrics_run_uuid_key_step ON metrics USING btree (run_uuid, key, step);
SELECT format('CREATE TABLE metrics_%s PARTITION OF metrics FOR VALUES WITH (MODULUS 64, REMAINDER %s)', i, i) FROM generate_series(0, 63) i WHERE :'kind' = 'partitioned' \gexec
\timing on
INSERT INTO metrics SELECT 'metric_' || n % 10, random(), 1700000000000 + n, md5((n % 1000)::text), n / 1000, false FROM generate_series(1, :rows) n;
\timing off
SELECT 'bytes a row: table ' || sum(pg_table_size(c.oid)) / :rows || ', indexes ' || sum(pg_indexes_size(c.oid)) / :rows FROM pg_class c WHERE c.relname LIKE 'metrics%' AND c.relkind = 'r';
ANALYZE metrics;
SELECT 'largest index: ' || pg_size_pretty(max(pg_relation_size(c.oid))) FROM pg_class c WHERE c.relkind = 'i' AND (c.relname LIKE 'metric%' OR c.relname LIKE 'index_metrics%');
\echo '1,000 rows more, as a silo writes them:'
\timing on
INSERT INTO metrics SELECT 'metric_' || n % 10, random(), 1800000000000 + n, md5((n % 1000)::text), n, false FROM generate_series(1, 1000) n;
\echo 'one history:'
SELECT count(*) FROM metrics WHERE run_uuid = md5('7') AND key = 'metric_7';
SELECT count(*) FROM metrics WHERE run_uuid = md5('8') AND key = 'metric_8';
\timing off
SQL
done
