using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Tracking.AiGateway;

namespace MLOps.Tracking;

/// <summary>What MLflow's AI gateway is configured with: secrets, models of providers, endpoints over them and what is bound to those.
/// It is kept for MLflow to use; nothing here calls a model. Every write is durable when its task completes.
/// A secret's value goes in and never comes out.</summary>
/// <exception cref="MLOpsException">NotFound, AlreadyExists (a name that is taken), InvalidArgument, or Unavailable when the store does not answer.</exception>
public interface IAiGatewayStore
{
    Task<GatewaySecret> CreateSecretAsync(CreateGatewaySecret command, CancellationToken cancellationToken = default);

    Task<GatewaySecret> GetSecretAsync(GatewayKey key, CancellationToken cancellationToken = default);

    Task<GatewaySecret> UpdateSecretAsync(string secretId, UpdateGatewaySecret command, CancellationToken cancellationToken = default);

    /// <summary>Models that used it stay, without a secret.</summary>
    Task DeleteSecretAsync(string secretId, CancellationToken cancellationToken = default);

    /// <param name="provider">Null: of all providers.</param>
    Task<IReadOnlyList<GatewaySecret>> ListSecretsAsync(string? provider, CancellationToken cancellationToken = default);

    Task<GatewayModel> CreateModelAsync(CreateGatewayModel command, CancellationToken cancellationToken = default);

    Task<GatewayModel> GetModelAsync(GatewayKey key, CancellationToken cancellationToken = default);

    Task<GatewayModel> UpdateModelAsync(string modelId, UpdateGatewayModel command, CancellationToken cancellationToken = default);

    /// <exception cref="MLOpsException">InvalidState: an endpoint uses it.</exception>
    Task DeleteModelAsync(string modelId, CancellationToken cancellationToken = default);

    /// <param name="provider">Null: of all providers.</param>
    /// <param name="secretId">Null: with any secret.</param>
    Task<IReadOnlyList<GatewayModel>> ListModelsAsync(string? provider, string? secretId, CancellationToken cancellationToken = default);

    /// <summary>Makes the experiment <c>gateway/{name}</c> for its traces when usage is tracked and none is given.</summary>
    Task<GatewayEndpoint> CreateEndpointAsync(CreateGatewayEndpoint command, CancellationToken cancellationToken = default);

    Task<GatewayEndpoint> GetEndpointAsync(GatewayKey key, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="CreateEndpointAsync"/>
    Task<GatewayEndpoint> UpdateEndpointAsync(string endpointId, UpdateGatewayEndpoint command, CancellationToken cancellationToken = default);

    /// <summary>Its links to models, its bindings and its tags go with it.</summary>
    Task DeleteEndpointAsync(string endpointId, CancellationToken cancellationToken = default);

    /// <param name="provider">Null: all; else those with a model of this provider.</param>
    /// <param name="secretId">Null: all; else those with a model that uses this secret.</param>
    Task<IReadOnlyList<GatewayEndpoint>> ListEndpointsAsync(string? provider, string? secretId, CancellationToken cancellationToken = default);

    /// <exception cref="MLOpsException">AlreadyExists: the endpoint has the model in this role.</exception>
    Task<GatewayModelLink> AttachModelAsync(string endpointId, GatewayModelUse use, string? createdBy, CancellationToken cancellationToken = default);

    /// <summary>Takes a model from an endpoint, in each role that it has there.</summary>
    Task DetachModelAsync(string endpointId, string modelId, CancellationToken cancellationToken = default);

    Task<GatewayBinding> CreateBindingAsync(GatewayBindingKey key, string? createdBy, CancellationToken cancellationToken = default);

    Task DeleteBindingAsync(GatewayBindingKey key, CancellationToken cancellationToken = default);

    /// <summary>Null in any place: all.</summary>
    Task<IReadOnlyList<GatewayBinding>> ListBindingsAsync(string? endpointId, string? resourceType, string? resourceId, CancellationToken cancellationToken = default);

    Task SetEndpointTagAsync(string endpointId, KeyValue tag, CancellationToken cancellationToken = default);

    /// <summary>A tag that is not there is no fault, as in MLflow.</summary>
    Task DeleteEndpointTagAsync(string endpointId, string key, CancellationToken cancellationToken = default);
}
