-- Our own indexes on MLflow's tables, in databases that this platform makes. MLflow neither needs them nor minds them.
-- For a database that MLflow made docs/operating.md has these two lines.
CREATE INDEX mlops_latest_metrics_value ON latest_metrics (key, value, run_uuid, is_nan);
CREATE INDEX mlops_runs_experiment ON runs (experiment_id, start_time DESC, run_uuid);
