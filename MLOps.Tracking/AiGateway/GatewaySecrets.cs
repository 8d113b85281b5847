using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Text;
using MLOps.Tracking.Hosting;
using MLOps.Tracking.Traces;

namespace MLOps.Tracking.AiGateway;

/// <summary>Encrypts secrets as MLflow does, so that MLflow's gateway on the same database can use them: AES-256-GCM with a random key per secret,
/// which is itself encrypted with a key derived from the passphrase. Nothing here decrypts: this server has no use for the values.
/// MLflow without a passphrase takes one that is public; here one is made and kept.</summary>
internal sealed class GatewaySecrets
{
    public const string PassphraseFile = "ai-gateway-secrets.passphrase";
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int Iterations = 600_000;
    private const int ShortestShown = 8;
    private const string Hidden = "***";
    private readonly int _version;
    private readonly Lazy<byte[]> _key;

    public GatewaySecrets(IOptions<AiGatewayOptions> options, IOptions<TrackingOptions> tracking)
    {
        _version = options.Value.SecretKeyVersion!.Value;

        // Derived at the first secret: it takes a good part of a second by design.
        _key = new Lazy<byte[]>(() => DeriveKey(
            options.Value.SecretPassphrase ?? KeptSecret.ReadOrMake(
                Path.Combine(Path.GetFullPath(tracking.Value.DataDirectory), PassphraseFile),
                () => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyBytes))),
            _version));
    }

    public static string Masked(string value)
    {
        var length = CodePoints.Count(value);
        return length < ShortestShown ? Hidden : $"{CodePoints.Cut(value, 3)}...{value[CodePoints.Cut(value, length - 4).Length..]}";
    }

    /// <param name="secretId">With the name, part of what the encryption vouches for: a row's values are worth nothing in another row.</param>
    public EncryptedSecret Encrypt(string secretId, string name, IReadOnlyList<KeyValue> values)
    {
        var key = RandomNumberGenerator.GetBytes(KeyBytes);
        try
        {
            var text = PythonJson.Dump(values.Select(value => KeyValuePair.Create(value.Key, (object?)value.Value)));
            return new EncryptedSecret(
                Encrypt(key, Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes($"{secretId}|{name}")),
                Encrypt(_key.Value, key, []),
                _version);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>PBKDF2 with MLflow's salt, into which the key's number is folded.</summary>
    internal static byte[] DeriveKey(string passphrase, int version)
    {
        var label = "mlflow-secrets-kek-v1-2025"u8;
        var salt = new byte[label.Length + sizeof(int)];
        label.CopyTo(salt);
        BinaryPrimitives.WriteInt32BigEndian(salt.AsSpan(label.Length), version);
        return Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(passphrase), salt, Iterations, HashAlgorithmName.SHA256, KeyBytes);
    }

    private static byte[] Encrypt(byte[] key, byte[] plain, byte[] associated)
    {
        var result = new byte[NonceBytes + plain.Length + TagBytes];
        var nonce = result.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Encrypt(nonce, plain, result.AsSpan(NonceBytes, plain.Length), result.AsSpan(NonceBytes + plain.Length), associated);
        return result;
    }
}
