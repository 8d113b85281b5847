using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MLOps.Tracking;

namespace MLOps.Clustering;

/// <summary>Makes the cluster's tables before Orleans, whose silo and client read them first thing.</summary>
internal sealed partial class ClusterSchemaStart(ClusterDatabase database, IOptions<WebhookOptions> webhooks, IOptions<AiGatewayOptions> aiGateway, ILogger<ClusterSchemaStart> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(webhooks.Value.SecretEncryptionKey))
        {
            LogOwnKey(logger, "MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY");
        }

        if (string.IsNullOrWhiteSpace(aiGateway.Value.SecretPassphrase))
        {
            LogOwnKey(logger, "MLFLOW_CRYPTO_KEK_PASSPHRASE");
        }

        return database.PrepareAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Warning, "{Variable} is not set: each process of the cluster makes a key of its own, and one cannot read what another has encrypted. Give all of them the same")]
    private static partial void LogOwnKey(ILogger logger, string variable);
}
