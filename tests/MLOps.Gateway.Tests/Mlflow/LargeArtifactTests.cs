using System.Security.Cryptography;

namespace MLOps.Gateway.Tests.Mlflow;

/// <summary>Files that are larger than the memory they may take: they go through the gateway piece by piece.</summary>
[Collection(MemoryCollection.Name)]
public sealed class LargeArtifactTests(LocalArtifactsPlatform local, S3Platform s3) : IClassFixture<LocalArtifactsPlatform>, IClassFixture<S3Platform>
{
    private const int Chunks = (320 << 20) / GeneratedContent.Chunk;
    private const int ChunksBetweenLooks = (16 << 20) / GeneratedContent.Chunk;

    /// <summary>A fifth of the file: an upload to S3 holds a few parts of it (32 MiB measured, none for a folder).</summary>
    private const long MaxLive = 64 << 20;

    /// <summary>Half of the file: what was freed may not have gone back to the system.</summary>
    private const long MaxWorking = 160 << 20;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public Task UploadAndDownload_OfALargeFileInAFolder_HoldLittleOfIt() => TransferAsync(local.Platform.Http.BaseAddress!);

    [Fact]
    public Task UploadAndDownload_OfALargeFileInS3_HoldLittleOfIt() => TransferAsync(s3.Platform.Http.BaseAddress!);

    private static async Task TransferAsync(Uri server)
    {
        using var http = new HttpClient { BaseAddress = server, Timeout = Timeout.InfiniteTimeSpan };

        // Pools and code that every transfer needs are there before the watch begins.
        await UploadAsync(http, "warm.bin", ChunksBetweenLooks, _ => { });
        await DownloadAsync(http, "warm.bin", _ => { });

        var watch = new MemoryWatch();
        var looks = 0;
        void Look(int chunks)
        {
            if (chunks % ChunksBetweenLooks == 0)
            {
                watch.Look();
                looks++;
            }
        }

        var sent = await UploadAsync(http, "large.bin", Chunks, Look);
        Assert.Equal(sent, await DownloadAsync(http, "large.bin", Look));
        Assert.Equal(2 * Chunks / ChunksBetweenLooks, looks);
        Assert.InRange(watch.MostLive, long.MinValue, MaxLive);
        Assert.InRange(watch.MostWorking, long.MinValue, MaxWorking);
    }

    /// <returns>The digest of what was sent.</returns>
    private static async Task<string> UploadAsync(HttpClient http, string name, int chunks, Action<int> sent)
    {
        using var content = new GeneratedContent(chunks, sent);
        using var answer = await http.PutAsync($"{MlflowHttp.Proxy}artifacts/large/{name}", content, Ct);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Ct));
        return content.Digest;
    }

    /// <returns>The digest of what came.</returns>
    private static async Task<string> DownloadAsync(HttpClient http, string name, Action<int> came)
    {
        using var answer = await http.GetAsync($"{MlflowHttp.Proxy}artifacts/large/{name}", HttpCompletionOption.ResponseHeadersRead, Ct);
        Assert.True(answer.IsSuccessStatusCode);
        await using var body = await answer.Content.ReadAsStreamAsync(Ct);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var chunk = new byte[GeneratedContent.Chunk];
        for (var number = 1; await body.ReadAtLeastAsync(chunk, chunk.Length, throwOnEndOfStream: false, Ct) is var read and > 0; number++)
        {
            hash.AppendData(chunk.AsSpan(0, read));
            came(number);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
