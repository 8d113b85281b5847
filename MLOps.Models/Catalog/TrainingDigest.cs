using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace MLOps.Models.Catalog;

/// <summary>SHA-256 of the settings and rows that a training is made from: a checkpoint of others is known by it.</summary>
internal sealed class TrainingDigest : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public TrainingDigest OfSettings<T>(T settings) => OfValues<byte>(JsonSerializer.SerializeToUtf8Bytes(settings));

    public TrainingDigest OfValues<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        // Where one ends and the next begins counts, too.
        _hash.AppendData(BitConverter.GetBytes(values.Length));
        _hash.AppendData(MemoryMarshal.AsBytes(values));
        return this;
    }

    public TrainingDigest OfRows<T>(IEnumerable<T[]> rows)
        where T : unmanaged
    {
        foreach (var row in rows)
        {
            OfValues<T>(row);
        }

        return this;
    }

    public byte[] Value() => _hash.GetCurrentHash();

    public void Dispose() => _hash.Dispose();
}
