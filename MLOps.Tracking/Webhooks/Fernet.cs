using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace MLOps.Tracking.Webhooks;

/// <summary>Fernet tokens (github.com/fernet/spec): AES-128-CBC and HMAC-SHA256, the format in which MLflow stores secrets.
/// A token is version 0x80, seconds since 1970, 16 bytes of IV, the ciphertext and the HMAC of all of it.</summary>
internal sealed class Fernet(byte[] key)
{
    private const int KeyBytes = 32;
    private const int HeaderBytes = 1 + 8 + 16;
    private const int MacBytes = 32;
    private const byte Version = 0x80;

    private ReadOnlySpan<byte> SigningKey => key.AsSpan(0, 16);

    /// <returns>The 32 bytes of a key in URL-safe base64; null: it is none.</returns>
    public static byte[]? TryParseKey(string text)
    {
        var bytes = TryDecode(text);
        return bytes is { Length: KeyBytes } ? bytes : null;
    }

    /// <returns>A new random key in URL-safe base64.</returns>
    public static string NewKey() => Encode(RandomNumberGenerator.GetBytes(KeyBytes));

    public string Encrypt(string text, DateTimeOffset now) => Encrypt(text, now, RandomNumberGenerator.GetBytes(16));

    /// <param name="iv">16 bytes; a test gives the published ones.</param>
    internal string Encrypt(string text, DateTimeOffset now, byte[] iv)
    {
        using var aes = Cipher();
        var ciphertext = aes.EncryptCbc(Encoding.UTF8.GetBytes(text), iv);
        var token = new byte[HeaderBytes + ciphertext.Length + MacBytes];
        token[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(token.AsSpan(1), now.ToUnixTimeSeconds());
        iv.CopyTo(token, 9);
        ciphertext.CopyTo(token, HeaderBytes);
        HMACSHA256.HashData(SigningKey, token.AsSpan(0, token.Length - MacBytes), token.AsSpan(token.Length - MacBytes));
        return Encode(token);
    }

    /// <returns>Null: the token is damaged or was made with another key.</returns>
    public string? TryDecrypt(string text)
    {
        if (TryDecode(text) is not { Length: > HeaderBytes + MacBytes } token || token[0] != Version)
        {
            return null;
        }

        var signed = token.AsSpan(0, token.Length - MacBytes);
        if (!CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(SigningKey, signed), token.AsSpan(signed.Length)))
        {
            return null;
        }

        using var aes = Cipher();
        return Encoding.UTF8.GetString(aes.DecryptCbc(signed[HeaderBytes..], signed.Slice(9, 16)));
    }

    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).Replace('+', '-').Replace('/', '_');

    private static byte[]? TryDecode(string text)
    {
        if (!Base64Url.IsValid(text))
        {
            return null;
        }

        return Base64Url.DecodeFromChars(text);
    }

    private Aes Cipher()
    {
        var aes = Aes.Create();
        aes.Key = key[16..];
        return aes;
    }
}
