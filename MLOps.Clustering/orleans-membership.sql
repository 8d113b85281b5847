-- Orleans' membership for PostgreSQL: which silos there are, agreed on by every one of them. Idempotent: every process of a cluster runs it at its start.
-- Orleans knows the names of the queries, of their parameters and of the columns they return; the rest is ours. Tables are found by the search path.
CREATE SCHEMA IF NOT EXISTS orleans;
-- One row a cluster. Its version counts the changes of the membership; whoever changes it names the version it has seen.
CREATE TABLE IF NOT EXISTS orleans.membership_version (
    deployment_id VARCHAR(150) NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL
);
CREATE TABLE IF NOT EXISTS orleans.membership (
    deployment_id VARCHAR(150) NOT NULL REFERENCES orleans.membership_version ON DELETE CASCADE,
    address VARCHAR(45) NOT NULL,
    port INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    silo_name VARCHAR(150) NOT NULL,
    host_name VARCHAR(253) NOT NULL,
    status INTEGER NOT NULL,
    proxy_port INTEGER NOT NULL,
    suspect_times TEXT,
    start_time TIMESTAMPTZ NOT NULL,
    i_am_alive_time TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (deployment_id, address, port, generation)
);
-- Where Orleans looks for its queries. A view: a newer version of this file replaces them all at once.
CREATE OR REPLACE VIEW orleans.orleansquery (querykey, querytext) AS
SELECT k::text, t::text FROM (VALUES
('InsertMembershipVersionKey', $q$
    WITH made AS (
        INSERT INTO membership_version (deployment_id, version, changed_at) VALUES (@DeploymentId, 0, now())
        ON CONFLICT (deployment_id) DO NOTHING
        RETURNING 1)
    SELECT COUNT(*)::int FROM made
$q$),
-- The version's row is locked by its update: of two changes that have seen the same version the second finds another, and changes nothing.
('InsertMembershipKey', $q$
    WITH counted AS (
        UPDATE membership_version SET version = version + 1, changed_at = now()
        WHERE deployment_id = @DeploymentId AND version = @Version AND NOT EXISTS (
            SELECT 1 FROM membership m
            WHERE m.deployment_id = @DeploymentId AND m.address = @Address AND m.port = @Port AND m.generation = @Generation)
        RETURNING deployment_id),
    made AS (
        INSERT INTO membership (deployment_id, address, port, generation, silo_name, host_name, status, proxy_port, start_time, i_am_alive_time)
        SELECT deployment_id, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM counted
        RETURNING 1)
    SELECT COUNT(*)::int FROM made
$q$),
('UpdateMembershipKey', $q$
    WITH counted AS (
        UPDATE membership_version SET version = version + 1, changed_at = now()
        WHERE deployment_id = @DeploymentId AND version = @Version AND EXISTS (
            SELECT 1 FROM membership m
            WHERE m.deployment_id = @DeploymentId AND m.address = @Address AND m.port = @Port AND m.generation = @Generation)
        RETURNING deployment_id),
    changed AS (
        UPDATE membership m SET status = @Status, suspect_times = @SuspectTimes, i_am_alive_time = @IAmAliveTime
        FROM counted
        WHERE m.deployment_id = counted.deployment_id AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
        RETURNING 1)
    SELECT COUNT(*)::int FROM changed
$q$),
('UpdateIAmAlivetimeKey', $q$
    UPDATE membership SET i_am_alive_time = @IAmAliveTime
    WHERE deployment_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
$q$),
-- The version comes even when there is no such silo.
('MembershipReadRowKey', $q$
    SELECT v.deployment_id AS deploymentid, v.version, m.address, m.port, m.generation, m.silo_name AS siloname, m.host_name AS hostname, m.status,
        m.proxy_port AS proxyport, m.suspect_times AS suspecttimes, m.start_time AS starttime, m.i_am_alive_time AS iamalivetime
    FROM membership_version v
    LEFT JOIN membership m ON m.deployment_id = v.deployment_id AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
    WHERE v.deployment_id = @DeploymentId
$q$),
('MembershipReadAllKey', $q$
    SELECT v.deployment_id AS deploymentid, v.version, m.address, m.port, m.generation, m.silo_name AS siloname, m.host_name AS hostname, m.status,
        m.proxy_port AS proxyport, m.suspect_times AS suspecttimes, m.start_time AS starttime, m.i_am_alive_time AS iamalivetime
    FROM membership_version v
    LEFT JOIN membership m ON m.deployment_id = v.deployment_id
    WHERE v.deployment_id = @DeploymentId
$q$),
('GatewaysQueryKey', $q$
    SELECT address, proxy_port AS proxyport, generation FROM membership
    WHERE deployment_id = @DeploymentId AND status = @Status AND proxy_port > 0
$q$),
('DeleteMembershipTableEntriesKey', $q$
    DELETE FROM membership_version WHERE deployment_id = @DeploymentId
$q$),
-- 3 is Active: a silo that lives is not removed, however long it has been silent.
('CleanupDefunctSiloEntriesKey', $q$
    DELETE FROM membership WHERE deployment_id = @DeploymentId AND status <> 3 AND i_am_alive_time < @IAmAliveTime
$q$)) AS queries (k, t);
