-- Our own tables beside MLflow's. Idempotent: it runs at every start.
-- The registry of record: stages, aliases, renames and deletions. Nothing rewrites a row.
-- model_key stays the same when a model is renamed; name is the name that the model had after the change.
CREATE TABLE IF NOT EXISTS mlops_registry_history (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    model_key VARCHAR(300) NOT NULL,
    name VARCHAR(256) NOT NULL,
    kind VARCHAR(20) NOT NULL,
    version INTEGER,
    alias VARCHAR(256),
    from_value VARCHAR(256),
    to_value VARCHAR(256),
    timestamp_ms BIGINT NOT NULL,
    by_user VARCHAR(256) NOT NULL,
    comment TEXT,
    stage_history_id BIGINT UNIQUE
);
CREATE INDEX IF NOT EXISTS mlops_registry_history_name ON mlops_registry_history (name, id);
CREATE INDEX IF NOT EXISTS mlops_registry_history_key ON mlops_registry_history (model_key, id);
CREATE INDEX IF NOT EXISTS mlops_registry_history_version ON mlops_registry_history (model_key, kind, version, id);
CREATE TRIGGER IF NOT EXISTS mlops_registry_history_no_update BEFORE UPDATE ON mlops_registry_history
BEGIN
    SELECT RAISE(ABORT, 'the registry history is append-only');
END;
CREATE TRIGGER IF NOT EXISTS mlops_registry_history_no_delete BEFORE DELETE ON mlops_registry_history
BEGIN
    SELECT RAISE(ABORT, 'the registry history is append-only');
END;
-- What versions before 0.2 wrote. Read once into the table above, kept as it is.
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
INSERT INTO mlops_registry_history (model_key, name, kind, version, from_value, to_value, timestamp_ms, by_user, comment, stage_history_id)
SELECT 'name:' || h.name, h.name, 'stage', h.version, h.from_stage, h.to_stage, h.timestamp_ms,
    CASE WHEN h.by_user = '' THEN 'anonymous' ELSE h.by_user END, h.comment, h.id
FROM mlops_stage_history h
WHERE NOT EXISTS (SELECT 1 FROM mlops_registry_history r WHERE r.stage_history_id = h.id)
ORDER BY h.id;
CREATE TABLE IF NOT EXISTS mlops_grain_state (
    grain_type VARCHAR(256) NOT NULL,
    grain_id VARCHAR(512) NOT NULL,
    etag BIGINT NOT NULL,
    payload BLOB,
    modified_ms BIGINT NOT NULL,
    PRIMARY KEY (grain_type, grain_id)
) WITHOUT ROWID;
-- Reminders of grains. grain_hash is the grain's place on the ring of silos, from 0 to 2^32 - 1.
CREATE TABLE IF NOT EXISTS mlops_reminder (
    grain_id VARCHAR(512) NOT NULL,
    name VARCHAR(256) NOT NULL,
    grain_hash BIGINT NOT NULL,
    start_ms BIGINT NOT NULL,
    period_ms BIGINT NOT NULL,
    etag VARCHAR(32) NOT NULL,
    PRIMARY KEY (grain_id, name)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS mlops_reminder_hash ON mlops_reminder (grain_hash);
-- Artifacts that have to go with what was removed for good: written with the removal, deleted when they are gone.
CREATE TABLE IF NOT EXISTS mlops_purged_artifacts (
    owner_id VARCHAR(50) NOT NULL PRIMARY KEY,
    artifact_uri TEXT NOT NULL,
    purged_ms BIGINT NOT NULL
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
-- What endpoints went through: nothing rewrites a row, and it outlives the endpoint.
CREATE TABLE IF NOT EXISTS mlops_endpoint_history (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id VARCHAR(64) NOT NULL UNIQUE,
    endpoint VARCHAR(128) NOT NULL,
    kind VARCHAR(32) NOT NULL,
    variant VARCHAR(128),
    message TEXT NOT NULL,
    by_user VARCHAR(256) NOT NULL,
    revision BIGINT NOT NULL,
    timestamp_ms BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS mlops_endpoint_history_endpoint ON mlops_endpoint_history (endpoint, id);
CREATE TRIGGER IF NOT EXISTS mlops_endpoint_history_no_update BEFORE UPDATE ON mlops_endpoint_history
BEGIN
    SELECT RAISE(ABORT, 'the endpoint history is append-only');
END;
CREATE TRIGGER IF NOT EXISTS mlops_endpoint_history_no_delete BEFORE DELETE ON mlops_endpoint_history
BEGIN
    SELECT RAISE(ABORT, 'the endpoint history is append-only');
END;
-- Requests that outcomes can be attached to: a ring of each endpoint's newest.
CREATE TABLE IF NOT EXISTS mlops_request (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    endpoint VARCHAR(128) NOT NULL,
    request_id VARCHAR(256) NOT NULL,
    unit VARCHAR(256) NOT NULL,
    variant VARCHAR(128) NOT NULL,
    model_version INTEGER NOT NULL,
    trial BIGINT NOT NULL,
    timestamp_ms BIGINT NOT NULL,
    too_large SMALLINT NOT NULL,
    inputs BLOB,
    outputs BLOB,
    UNIQUE (endpoint, request_id)
);
CREATE INDEX IF NOT EXISTS mlops_request_endpoint ON mlops_request (endpoint, id);
CREATE INDEX IF NOT EXISTS mlops_request_age ON mlops_request (endpoint, timestamp_ms);
CREATE TABLE IF NOT EXISTS mlops_outcome (
    endpoint VARCHAR(128) NOT NULL,
    request_id VARCHAR(256) NOT NULL,
    metric VARCHAR(250) NOT NULL,
    outcome_value DOUBLE PRECISION,
    label VARCHAR(500),
    timestamp_ms BIGINT NOT NULL,
    received_ms BIGINT NOT NULL,
    PRIMARY KEY (endpoint, request_id, metric)
);
-- Whom a test has counted already, under the metric '' as assigned; and what it has summed up.
CREATE TABLE IF NOT EXISTS mlops_trial_unit (
    endpoint VARCHAR(128) NOT NULL,
    trial BIGINT NOT NULL,
    metric VARCHAR(250) NOT NULL,
    unit VARCHAR(256) NOT NULL,
    PRIMARY KEY (endpoint, trial, metric, unit)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS mlops_trial_sum (
    endpoint VARCHAR(128) NOT NULL,
    trial BIGINT NOT NULL,
    metric VARCHAR(250) NOT NULL,
    variant VARCHAR(128) NOT NULL,
    n BIGINT NOT NULL,
    mean DOUBLE PRECISION NOT NULL,
    squared_deviations DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (endpoint, trial, metric, variant)
);
