using Microsoft.Extensions.Options;
using MLOps.Contracts.Problems;
using MLOps.Tracking.Hosting;

namespace MLOps.Tracking.Webhooks;

/// <summary>Encrypts signing secrets for the database. The key is the configured one; else one made once and kept,
/// readable by its owner alone, in the data directory: MLflow would make a new one per process and lose the secrets with it.</summary>
internal sealed class WebhookSecrets
{
    public const string KeyFile = "webhook-secrets.key";
    private const int MaxStored = 1000;
    private readonly Lazy<Fernet> _fernet;
    private readonly TimeProvider _clock;

    public WebhookSecrets(IOptions<WebhookOptions> options, IOptions<TrackingOptions> tracking, TimeProvider clock)
    {
        _clock = clock;
        _fernet = new Lazy<Fernet>(() => new Fernet(
            options.Value.SecretEncryptionKey is { } configured
                ? Fernet.TryParseKey(configured) ?? throw NoKey("the configured key")
                : ReadOrMake(Path.Combine(Path.GetFullPath(tracking.Value.DataDirectory), KeyFile))));
    }

    /// <exception cref="MLOpsException">InvalidArgument: encrypted, the secret is longer than its column.</exception>
    public string Encrypt(string secret)
    {
        var token = _fernet.Value.Encrypt(secret, _clock.GetUtcNow());
        return token.Length <= MaxStored
            ? token
            : throw new MLOpsException(ProblemCode.InvalidArgument, $"The webhook secret is too long: encrypted it takes {token.Length} characters and at most {MaxStored} are stored (about 650 bytes of secret).");
    }

    /// <exception cref="MLOpsException">InvalidState: it was encrypted with another key.</exception>
    public string Decrypt(string stored) => _fernet.Value.TryDecrypt(stored) ?? throw new MLOpsException(
        ProblemCode.InvalidState,
        $"The webhook's secret was encrypted with another key: set MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY to that key (or bring back {KeyFile}), or give the webhook a new secret.");

    private static byte[] ReadOrMake(string path) => Fernet.TryParseKey(KeptSecret.ReadOrMake(path, Fernet.NewKey)) ?? throw NoKey(path);

    private static MLOpsException NoKey(string where) => new(ProblemCode.InvalidState, $"{where} holds no Fernet key (32 bytes in URL-safe base64): webhook secrets cannot be read or written.");
}
