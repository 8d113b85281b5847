using System.Data.Common;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.AiGateway;

internal sealed partial class SqlAiGatewayStore
{
    private const int MaxMasked = 500;
    private const string SelectSecrets =
        "SELECT secret_id, secret_name, masked_value, provider, auth_config, created_by, created_at, last_updated_by, last_updated_at FROM secrets WHERE workspace = 'default'";

    public Task<GatewaySecret> CreateSecretAsync(CreateGatewaySecret command, CancellationToken cancellationToken = default)
    {
        var (name, provider, user) = (Name(command.Name, "secret_name"), Provider(command.Provider), User(command.CreatedBy));
        var id = NewId("s");
        var masked = Masked(command.Values);
        var encrypted = secrets.Encrypt(id, name, command.Values);
        return database.WriteAsync(
            session =>
            {
                RequireFree(session, "Secret", "secrets", "secret_id", "secret_name", name, id);
                session.Execute(
                    """
                    INSERT INTO secrets (secret_id, secret_name, encrypted_value, wrapped_dek, kek_version, masked_value, provider, auth_config, created_by, created_at, last_updated_by, last_updated_at, workspace)
                    VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $8, $9, 'default')
                    """,
                    id,
                    name,
                    encrypted.Value,
                    encrypted.WrappedKey,
                    encrypted.KeyVersion,
                    masked,
                    provider,
                    AuthConfig(command.AuthConfig),
                    user,
                    Now());
                return Secret(session, id);
            },
            cancellationToken);
    }

    public Task<GatewaySecret> GetSecretAsync(GatewayKey key, CancellationToken cancellationToken = default) =>
        Task.FromResult(database.Read(session => Secret(session, SecretId(session, key))));

    public async Task<GatewaySecret> UpdateSecretAsync(string secretId, UpdateGatewaySecret command, CancellationToken cancellationToken = default)
    {
        var user = User(command.UpdatedBy);
        var old = await GetSecretAsync(GatewayKey.Id(secretId), cancellationToken);

        // Encrypted before the write: deriving the key would hold up everybody's commits. Id and name never change.
        var masked = command.Values.Count == 0 ? null : Masked(command.Values);
        var encrypted = command.Values.Count == 0 ? null : secrets.Encrypt(secretId, old.Name, command.Values);
        return await database.WriteAsync(
            session =>
            {
                session.Execute(
                    "UPDATE secrets SET auth_config = COALESCE($0, auth_config), last_updated_by = $1, last_updated_at = $2 WHERE secret_id = $3",
                    AuthConfig(command.AuthConfig),
                    user,
                    After(Secret(session, secretId).LastUpdatedAt),
                    secretId);
                if (encrypted is not null)
                {
                    session.Execute(
                        "UPDATE secrets SET encrypted_value = $0, wrapped_dek = $1, kek_version = $2, masked_value = $3 WHERE secret_id = $4",
                        encrypted.Value,
                        encrypted.WrappedKey,
                        encrypted.KeyVersion,
                        masked,
                        secretId);
                }

                return Secret(session, secretId);
            },
            cancellationToken);
    }

    public Task DeleteSecretAsync(string secretId, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            SecretId(session, GatewayKey.Id(secretId));
            session.Execute("UPDATE model_definitions SET secret_id = NULL WHERE secret_id = $0", secretId);
            session.Execute("DELETE FROM secrets WHERE secret_id = $0", secretId);
        },
        cancellationToken);

    public Task<IReadOnlyList<GatewaySecret>> ListSecretsAsync(string? provider, CancellationToken cancellationToken = default) => Task.FromResult<IReadOnlyList<GatewaySecret>>(database.Read(session => provider is null
        ? session.Query(SelectSecrets + " ORDER BY created_at, secret_id", ReadSecret)
        : session.Query(SelectSecrets + " AND provider = $0 ORDER BY created_at, secret_id", ReadSecret, provider)));

    private static string SecretId(SqlSession session, GatewayKey key) => RequireId(session, "GatewaySecret", "secrets", "secret_id", "secret_name", key);

    private static GatewaySecret Secret(SqlSession session, string secretId) =>
        session.First(SelectSecrets + " AND secret_id = $0", ReadSecret, SecretId(session, GatewayKey.Id(secretId)))!;

    private static GatewaySecret ReadSecret(DbDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        Pairs(row.GetString(2)),
        row.Text(3),
        Pairs(row.Text(4)),
        row.Text(5),
        row.GetInt64(6),
        row.Text(7),
        row.GetInt64(8));

    private static string? AuthConfig(IReadOnlyList<KeyValue> config) => config.Count == 0 ? null : Dump(config);

    private static string Masked(IReadOnlyList<KeyValue> values)
    {
        var masked = Dump(values.Select(value => value with { Value = GatewaySecrets.Masked(value.Value) }));
        return masked.Length <= MaxMasked
            ? masked
            : throw new MLOpsException(ProblemCode.InvalidArgument, $"The secret has too many values, or too long names: masked they take {masked.Length} characters and at most {MaxMasked} are stored.");
    }
}
