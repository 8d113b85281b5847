using System.Buffers.Binary;
using System.Security.Cryptography;

namespace MLOps.Gateway.Endpoints;

/// <summary>Ids of requests, to which outcomes are attached later.</summary>
internal static class RequestIds
{
    public const int MaxLength = 128;

    // Unique among processes by chance, within one by counting: no entropy is drawn for a request.
    private static readonly string Prefix = $"{BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)):x16}-";
    private static long _last;

    public static string Next() => string.Create(Prefix.Length + 16, Interlocked.Increment(ref _last), static (text, number) =>
    {
        Prefix.CopyTo(text);
        number.TryFormat(text[Prefix.Length..], out _, "x16");
    });

    /// <returns>The caller's id when it can be an HTTP header and a key: 1 to 128 printable ASCII characters. Else null, and one is made.</returns>
    public static string? Accept(string? given) => given is { Length: > 0 and <= MaxLength } && given.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0 && given.Trim().Length == given.Length ? given : null;
}
