-- Our own tables beside MLflow's, in a schema of their own. Idempotent: it runs at every start.
CREATE SCHEMA IF NOT EXISTS mlops;
CREATE TABLE IF NOT EXISTS mlops.mlops_stage_history (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name VARCHAR(256) NOT NULL,
    version INTEGER NOT NULL,
    from_stage VARCHAR(20) NOT NULL,
    to_stage VARCHAR(20) NOT NULL,
    timestamp_ms BIGINT NOT NULL,
    by_user VARCHAR(256) NOT NULL,
    comment TEXT
);
CREATE INDEX IF NOT EXISTS mlops_stage_history_name ON mlops.mlops_stage_history (name, id);
CREATE OR REPLACE FUNCTION mlops.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'the history % is append-only', TG_TABLE_NAME;
END
$body$;
CREATE OR REPLACE TRIGGER mlops_stage_history_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON mlops.mlops_stage_history
    FOR EACH STATEMENT EXECUTE FUNCTION mlops.refuse_change();
CREATE TABLE IF NOT EXISTS mlops.mlops_grain_state (
    grain_type VARCHAR(256) NOT NULL,
    grain_id VARCHAR(512) NOT NULL,
    etag BIGINT NOT NULL,
    payload BYTEA,
    modified_ms BIGINT NOT NULL,
    PRIMARY KEY (grain_type, grain_id)
);
