using System.Data.Common;
using MLOps.Contracts.Problems;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.AiGateway;

internal sealed partial class SqlAiGatewayStore
{
    private const int MaxModelName = 256;
    private const string ModelColumns =
        "d.model_definition_id, d.name, d.secret_id, s.secret_name, d.provider, d.model_name, d.created_by, d.created_at, d.last_updated_by, d.last_updated_at";

    private const string SelectModels = $"SELECT {ModelColumns} FROM model_definitions d LEFT JOIN secrets s ON s.secret_id = d.secret_id WHERE d.workspace = 'default'";

    public Task<GatewayModel> CreateModelAsync(CreateGatewayModel command, CancellationToken cancellationToken = default)
    {
        var (name, provider, modelName, user) = (Name(command.Name, "name"), Provider(command.Provider), ModelName(command.ModelName), User(command.CreatedBy));
        var id = NewId("d");
        return database.WriteAsync(
            session =>
            {
                SecretId(session, GatewayKey.Id(command.SecretId));
                RequireFree(session, "Model definition", "model_definitions", "model_definition_id", "name", name, id);
                session.Execute(
                    """
                    INSERT INTO model_definitions (model_definition_id, name, secret_id, provider, model_name, created_by, created_at, last_updated_by, last_updated_at, workspace)
                    VALUES ($0, $1, $2, $3, $4, $5, $6, $5, $6, 'default')
                    """,
                    id,
                    name,
                    command.SecretId,
                    provider,
                    modelName,
                    user,
                    Now());
                return Model(session, GatewayKey.Id(id));
            },
            cancellationToken);
    }

    public Task<GatewayModel> GetModelAsync(GatewayKey key, CancellationToken cancellationToken = default) =>
        Task.FromResult(database.Read(session => Model(session, key)));

    public Task<GatewayModel> UpdateModelAsync(string modelId, UpdateGatewayModel command, CancellationToken cancellationToken = default)
    {
        var (name, provider, modelName, user) = (
            command.Name is null ? null : Name(command.Name, "name"),
            Provider(command.Provider),
            command.ModelName is null ? null : ModelName(command.ModelName),
            User(command.UpdatedBy));
        return database.WriteAsync(
            session =>
            {
                var old = Model(session, GatewayKey.Id(modelId));
                if (name is not null)
                {
                    RequireFree(session, "Model definition", "model_definitions", "model_definition_id", "name", name, modelId);
                }

                if (command.SecretId is not null)
                {
                    SecretId(session, GatewayKey.Id(command.SecretId));
                }

                session.Execute(
                    "UPDATE model_definitions SET name = $0, secret_id = $1, provider = $2, model_name = $3, last_updated_by = $4, last_updated_at = $5 WHERE model_definition_id = $6",
                    name ?? old.Name,
                    command.SecretId ?? old.SecretId,
                    provider ?? old.Provider,
                    modelName ?? old.ModelName,
                    user ?? old.LastUpdatedBy,
                    After(old.LastUpdatedAt),
                    modelId);
                return Model(session, GatewayKey.Id(modelId));
            },
            cancellationToken);
    }

    public Task DeleteModelAsync(string modelId, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            ModelId(session, GatewayKey.Id(modelId));
            if (session.Scalar("SELECT 1 FROM endpoint_model_mappings WHERE model_definition_id = $0 LIMIT 1", modelId) is not null)
            {
                throw new MLOpsException(ProblemCode.InvalidState, "Cannot delete model definition that is currently in use by endpoints. Detach it from all endpoints first.");
            }

            session.Execute("DELETE FROM model_definitions WHERE model_definition_id = $0", modelId);
        },
        cancellationToken);

    public Task<IReadOnlyList<GatewayModel>> ListModelsAsync(string? provider, string? secretId, CancellationToken cancellationToken = default) => Task.FromResult<IReadOnlyList<GatewayModel>>(database.Read(session =>
        session.Query(SelectModels + " ORDER BY d.created_at, d.model_definition_id", ReadModel)
            .FindAll(model => (provider is null || model.Provider == provider) && (secretId is null || model.SecretId == secretId))));

    private static string ModelId(SqlSession session, GatewayKey key) => RequireId(session, "GatewayModelDefinition", "model_definitions", "model_definition_id", "name", key);

    private static GatewayModel Model(SqlSession session, GatewayKey key) =>
        session.First(SelectModels + " AND d.model_definition_id = $0", ReadModel, ModelId(session, key))!;

    private static GatewayModel ReadModel(DbDataReader row) => ReadModel(row, 0);

    private static GatewayModel ReadModel(DbDataReader row, int first) => new(
        row.GetString(first),
        row.GetString(first + 1),
        row.Text(first + 2),
        row.Text(first + 3),
        row.GetString(first + 4),
        row.GetString(first + 5),
        row.Text(first + 6),
        row.GetInt64(first + 7),
        row.Text(first + 8),
        row.GetInt64(first + 9));

    private static string ModelName(string name) => NameRules.MaxLength(name, "model_name", MaxModelName);
}
