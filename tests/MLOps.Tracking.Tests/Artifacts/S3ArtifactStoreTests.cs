using Amazon.S3.Model;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MLOps.Contracts.Problems;
using MLOps.Testing;
using MLOps.Tracking.Artifacts.S3;

[assembly: AssemblyFixture(typeof(SwiftServer))]

namespace MLOps.Tracking.Tests.Artifacts;

/// <summary>The store on a real S3 server.</summary>
public sealed class S3ArtifactStoreTests : ArtifactStoreContract, IDisposable
{
    private const string Root = "team/artifacts";
    private readonly S3Client? _client;
    private readonly string _bucket = string.Empty;
    private readonly HttpClient _http = new();

    public S3ArtifactStoreTests(SwiftServer server)
    {
        if (SwiftServer.Missing is not null)
        {
            return;
        }

        _bucket = server.CreateBucket();
        _client = Connect(server.Endpoint, SwiftServer.SecretAccessKey);
    }

    protected override IArtifactStore Store => Presigned;

    private S3ArtifactStore Presigned
    {
        get
        {
            Assert.SkipWhen(SwiftServer.Missing is not null, SwiftServer.Missing ?? string.Empty);
            return _client!.Store(new S3Address(_bucket, Root));
        }
    }

    public void Dispose()
    {
        _client?.Dispose();
        _http.Dispose();
    }

    [Fact]
    public async Task List_MoreThanAPage_GivesEveryFile()
    {
        await Parallel.ForAsync(0, 110, Ct, async (i, _) => await WriteAsync($"many/{i:d4}", "x"));
        var listed = await Store.ListAsync("many", Ct);
        Assert.Equal(Enumerable.Range(0, 110).Select(i => $"many/{i:d4}"), listed.Select(entry => entry.Path));
        await Store.DeleteAsync("many", Ct);
        Assert.Empty(await Store.ListAsync("many", Ct));
    }

    [Fact]
    public async Task PresignedDownload_FetchedByAnyone_GivesTheFileUntilItExpires()
    {
        await WriteAsync("d/a b.txt", "content");
        var download = await Presigned.PresignDownloadAsync("d/a b.txt", TimeSpan.FromMinutes(5), Ct);
        Assert.Equal(7, download.Size);
        Assert.Equal("content", await _http.GetStringAsync(download.Url, Ct));
        using var changed = await _http.GetAsync(download.Url.OriginalString.Replace("a%20b", "other", StringComparison.Ordinal), Ct);
        Assert.Equal(403, (int)changed.StatusCode);
        var missing = await Assert.ThrowsAsync<MLOpsException>(() => Presigned.PresignDownloadAsync("d/none", TimeSpan.FromMinutes(5), Ct));
        Assert.Equal(ProblemCode.NotFound, missing.Code);
    }

    [Fact]
    public async Task PresignedUpload_PutByAnyone_MakesTheFile()
    {
        var url = await Presigned.PresignUploadAsync("up/m.json", "application/json", TimeSpan.FromMinutes(5), Ct);
        using var content = new StringContent("{}");
        content.Headers.ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue("application/json");
        using var answer = await _http.PutAsync(url, content, Ct);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Ct));
        Assert.Equal("{}", await ReadAsync("up/m.json"));
    }

    [Fact]
    public async Task MultipartUpload_Completed_MakesTheFile()
    {
        byte[][] bytes = [new byte[5 << 20], [1, 2, 3]];
        var upload = await Presigned.CreateMultipartUploadAsync("parts/file", 2, TimeSpan.FromMinutes(5), Ct);
        var parts = new List<UploadedPart>();
        foreach (var (url, index) in upload.Parts.Select((url, index) => (url, index)))
        {
            using var content = new ByteArrayContent(bytes[index]);
            using var answer = await _http.PutAsync(url, content, Ct);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Ct));
            parts.Add(new UploadedPart(index + 1, answer.Headers.ETag!.Tag));
        }

        Assert.Empty(await Store.ListAsync("", Ct));
        await Presigned.CompleteMultipartUploadAsync("parts/file", upload.UploadId, parts, Ct);
        Assert.Equal((5 << 20) + 3, Assert.Single(await Store.ListAsync("parts", Ct)).Size);
        Assert.Empty(await LeftoversAsync());
    }

    [Fact]
    public async Task MultipartUpload_Aborted_LeavesNothing()
    {
        var upload = await Presigned.CreateMultipartUploadAsync("parts/file", 1, TimeSpan.FromMinutes(5), Ct);
        Assert.Single(await LeftoversAsync());
        await Presigned.AbortMultipartUploadAsync("parts/file", upload.UploadId, Ct);
        Assert.Empty(await LeftoversAsync());
        var gone = await Assert.ThrowsAsync<MLOpsException>(() => Presigned.CompleteMultipartUploadAsync("parts/file", upload.UploadId, [new UploadedPart(1, "x")], Ct));
        Assert.Equal(ProblemCode.NotFound, gone.Code);
        await Assert.ThrowsAsync<MLOpsException>(() => Presigned.CreateMultipartUploadAsync("parts/file", 10_001, TimeSpan.FromMinutes(5), Ct));
    }

    [Fact]
    public async Task AnyVerb_BucketThatIsNotThere_SaysSo()
    {
        Assert.SkipWhen(SwiftServer.Missing is not null, SwiftServer.Missing ?? string.Empty);
        var store = _client!.Store(new S3Address("no-such-bucket", ""));
        var refused = await Assert.ThrowsAsync<MLOpsException>(() => store.ListAsync("", Ct));
        Assert.Equal((ProblemCode.NotFound, "There is no bucket 'no-such-bucket' in the S3 server"), (refused.Code, refused.Message));
    }

    [Fact]
    public async Task AnyVerb_WrongSecret_IsPermissionDeniedWithoutTheSecret()
    {
        Assert.SkipWhen(SwiftServer.Missing is not null, SwiftServer.Missing ?? string.Empty);
        using var client = Connect(_client!.Endpoint, "wrong-secret");
        var refused = await Assert.ThrowsAsync<MLOpsException>(() => client.Store(new S3Address(_bucket, "")).ListAsync("", Ct));
        Assert.Equal(ProblemCode.PermissionDenied, refused.Code);
        Assert.DoesNotContain("wrong-secret", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnyVerb_ServerThatIsNotThere_IsUnavailable()
    {
        using var client = Connect("http://127.0.0.1:9", "x");
        var refused = await Assert.ThrowsAsync<MLOpsException>(() => client.Store(new S3Address("b", "")).OpenReadAsync("f", Ct));
        Assert.Equal(ProblemCode.Unavailable, refused.Code);
    }

    protected override async Task<IReadOnlyList<string>> LeftoversAsync()
    {
        var uploads = await _client!.Connection.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = _bucket }, Ct);
        return [.. (uploads.MultipartUploads ?? []).Select(upload => upload.Key)];
    }

    private static S3Client Connect(string endpoint, string secret) => new(
        Options.Create(new S3Options { EndpointUrl = endpoint, AccessKeyId = SwiftServer.AccessKeyId, SecretAccessKey = secret }),
        TimeProvider.System,
        NullLogger<S3Client>.Instance);
}
