using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;

namespace MLOps.Gateway.Tests.Mlflow;

/// <summary>A body of many bytes, made as they are sent, whose length is not announced.</summary>
/// <param name="chunks">Its length in chunks of <see cref="Chunk"/> bytes, each with its number at its beginning.</param>
/// <param name="sent">Told the number of chunks after each of them.</param>
internal sealed class GeneratedContent(int chunks, Action<int> sent) : HttpContent
{
    public const int Chunk = 64 << 10;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Of everything, once it is sent.</summary>
    public string Digest { get; private set; } = string.Empty;

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        var chunk = new byte[Chunk];
        for (var number = 1; number <= chunks; number++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(chunk, number);
            _hash.AppendData(chunk);
            await stream.WriteAsync(chunk);
            sent(number);
        }

        Digest = Convert.ToHexStringLower(_hash.GetHashAndReset());
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        _hash.Dispose();
        base.Dispose(disposing);
    }
}
