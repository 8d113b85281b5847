using System.Data.Common;
using MLOps.Contracts.Problems;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.AiGateway;

internal sealed partial class SqlAiGatewayStore
{
    private const int MaxResource = 255;
    private const string SelectBindings =
        "SELECT b.endpoint_id, b.resource_type, b.resource_id, b.display_name, b.created_by, b.created_at, b.last_updated_by, b.last_updated_at FROM endpoint_bindings b";

    private const string OfKey = " WHERE endpoint_id = $0 AND resource_type = $1 AND resource_id = $2";

    public Task<GatewayBinding> CreateBindingAsync(GatewayBindingKey key, string? createdBy, CancellationToken cancellationToken = default)
    {
        NameRules.MaxLength(key.ResourceId, "resource_id", MaxResource);
        var user = User(createdBy);
        return database.WriteAsync(
            session =>
            {
                EndpointId(session, GatewayKey.Id(key.EndpointId));
                if (session.First(SelectBindings + OfKey, ReadBinding, key.EndpointId, key.ResourceType, key.ResourceId) is not null)
                {
                    throw new MLOpsException(ProblemCode.AlreadyExists, $"The {key.ResourceType} '{key.ResourceId}' is already bound to endpoint '{key.EndpointId}'");
                }

                session.Execute(
                    """
                    INSERT INTO endpoint_bindings (endpoint_id, resource_type, resource_id, created_by, created_at, last_updated_by, last_updated_at)
                    VALUES ($0, $1, $2, $3, $4, $3, $4)
                    """,
                    key.EndpointId,
                    key.ResourceType,
                    key.ResourceId,
                    user,
                    Now());
                return session.First(SelectBindings + OfKey, ReadBinding, key.EndpointId, key.ResourceType, key.ResourceId)!;
            },
            cancellationToken);
    }

    public Task DeleteBindingAsync(GatewayBindingKey key, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            if (session.Execute("DELETE FROM endpoint_bindings" + OfKey, key.EndpointId, key.ResourceType, key.ResourceId) == 0)
            {
                throw new MLOpsException(
                    ProblemCode.NotFound,
                    $"GatewayEndpointBinding not found (endpoint_id='{key.EndpointId}', resource_type='{key.ResourceType}', resource_id='{key.ResourceId}')");
            }
        },
        cancellationToken);

    public Task<IReadOnlyList<GatewayBinding>> ListBindingsAsync(string? endpointId, string? resourceType, string? resourceId, CancellationToken cancellationToken = default) => Task.FromResult<IReadOnlyList<GatewayBinding>>(database.Read(session =>
        session.Query(
            SelectBindings + " JOIN endpoints e ON e.endpoint_id = b.endpoint_id WHERE e.workspace = 'default' AND b.endpoint_id = COALESCE($0, b.endpoint_id) AND b.resource_type = COALESCE($1, b.resource_type) AND b.resource_id = COALESCE($2, b.resource_id) ORDER BY b.created_at, b.resource_id",
            ReadBinding,
            endpointId,
            resourceType,
            resourceId)));

    private static GatewayBinding ReadBinding(DbDataReader row) => new(
        new GatewayBindingKey(row.GetString(0), row.GetString(1), row.GetString(2)),
        row.Text(3),
        row.Text(4),
        row.GetInt64(5),
        row.Text(6),
        row.GetInt64(7));
}
