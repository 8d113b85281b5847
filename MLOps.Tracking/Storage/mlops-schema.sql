-- Our own tables beside MLflow's. Idempotent: it runs at every start.
CREATE TABLE IF NOT EXISTS mlops_stage_history (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name VARCHAR(256) NOT NULL,
    version INTEGER NOT NULL,
    from_stage VARCHAR(20) NOT NULL,
    to_stage VARCHAR(20) NOT NULL,
    timestamp_ms BIGINT NOT NULL,
    by_user VARCHAR(256) NOT NULL,
    comment TEXT
);
CREATE INDEX IF NOT EXISTS mlops_stage_history_name ON mlops_stage_history (name, id);
CREATE TRIGGER IF NOT EXISTS mlops_stage_history_no_update BEFORE UPDATE ON mlops_stage_history
BEGIN
    SELECT RAISE(ABORT, 'the stage history is append-only');
END;
CREATE TRIGGER IF NOT EXISTS mlops_stage_history_no_delete BEFORE DELETE ON mlops_stage_history
BEGIN
    SELECT RAISE(ABORT, 'the stage history is append-only');
END;
CREATE TABLE IF NOT EXISTS mlops_grain_state (
    grain_type VARCHAR(256) NOT NULL,
    grain_id VARCHAR(512) NOT NULL,
    etag BIGINT NOT NULL,
    payload BLOB,
    modified_ms BIGINT NOT NULL,
    PRIMARY KEY (grain_type, grain_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS mlops_webhook_delivery (
    delivery_id VARCHAR(36) NOT NULL PRIMARY KEY,
    webhook_id VARCHAR(256) NOT NULL,
    payload TEXT NOT NULL,
    failures INTEGER NOT NULL,
    created_ms BIGINT NOT NULL,
    next_attempt_ms BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS mlops_webhook_delivery_due ON mlops_webhook_delivery (next_attempt_ms);
CREATE INDEX IF NOT EXISTS mlops_webhook_delivery_webhook ON mlops_webhook_delivery (webhook_id);
