using System.Text;
using Microsoft.AspNetCore.Http;
using MLOps.Contracts.Problems;
using MLOps.Tracking.Rest;

namespace MLOps.Tracking.Tests.Rest;

/// <summary>Artifacts through an upstream that fails; what works is tested before a real server in MLOps.Gateway.Tests.</summary>
public sealed class UpstreamArtifactStoreTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Write_RefusedAtFirst_IsSentWholeAgainWithItsLength(bool canSeek)
    {
        long? length = null;
        await using var upstream = await FakeUpstream.StartAsync(FakeUpstream.Html(503), http =>
        {
            length = http.Request.ContentLength;
            return FakeUpstream.Json("{}")(http);
        });
        using var client = upstream.Client(ImpatientTime.Options);
        using var content = new MemoryStream(Encoding.UTF8.GetBytes("weights"));
        await using var oneWay = new OneWayStream(content);
        await new UpstreamArtifactStore(client).WriteAsync("0/r/artifacts/a b%.txt", canSeek ? content : oneWay, Cancelled);
        Assert.Equal(7, length);
        Assert.Equal(["weights", "weights"], upstream.Requests.Select(request => request.Body));
        Assert.All(upstream.Requests, request => Assert.Equal(("PUT", "/api/2.0/mlflow-artifacts/artifacts/0/r/artifacts/a b%.txt"), (request.Method, request.Path)));
    }

    [Fact]
    public async Task Read_OfAnAnswerWithoutLength_HasOneAllTheSame()
    {
        await using var upstream = await FakeUpstream.StartAsync(async http =>
        {
            await http.Response.Body.WriteAsync("wei"u8.ToArray());
            await http.Response.Body.FlushAsync();
            await http.Response.Body.WriteAsync("ghts"u8.ToArray());
        });
        using var client = upstream.Client(ImpatientTime.Options);
        await using var file = await new UpstreamArtifactStore(client).OpenReadAsync("f", Cancelled);
        Assert.Equal(7, file.Length);
        using var reader = new StreamReader(file);
        Assert.Equal("weights", await reader.ReadToEndAsync(Cancelled));
    }

    [Fact]
    public async Task Read_ThatBreaksOff_IsUnavailableAndNeverAShortFile()
    {
        await using var upstream = await FakeUpstream.StartAsync(async http =>
        {
            http.Response.ContentLength = 100;
            await http.Response.Body.WriteAsync("half"u8.ToArray());
            await http.Response.Body.FlushAsync();
            http.Abort();
        });
        using var client = upstream.Client(ImpatientTime.Options);
        var refusal = await Assert.ThrowsAsync<MLOpsException>(async () =>
        {
            await using var file = await new UpstreamArtifactStore(client).OpenReadAsync("f", Cancelled);
            await file.CopyToAsync(Stream.Null, Cancelled);
        });
        Assert.Equal(ProblemCode.Unavailable, refusal.Code);
    }

    [Fact]
    public async Task Read_ThatStandsStill_IsUnavailable()
    {
        FakeUpstream? server = null;
        await using var upstream = server = await FakeUpstream.StartAsync(async http =>
        {
            http.Response.ContentLength = 100;
            await http.Response.Body.WriteAsync("half"u8.ToArray());
            await http.Response.Body.FlushAsync();
            await server!.Silence(http);
        });
        using var client = upstream.Client(new UpstreamOptions { TransferTimeout = TimeSpan.FromMilliseconds(200), MaxRetries = 0 }, TimeProvider.System);
        var refusal = await Assert.ThrowsAsync<MLOpsException>(async () =>
        {
            await using var file = await new UpstreamArtifactStore(client).OpenReadAsync("f", Cancelled);
            await file.CopyToAsync(Stream.Null, Cancelled);
        });
        Assert.Contains("within 0.2 s", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_OfWhatIsNotThere_IsNotFound()
    {
        await using var upstream = await FakeUpstream.StartAsync(FakeUpstream.Error(404, "RESOURCE_DOES_NOT_EXIST"));
        using var client = upstream.Client(ImpatientTime.Options);
        var refusal = await Assert.ThrowsAsync<MLOpsException>(() => new UpstreamArtifactStore(client).OpenReadAsync("f", Cancelled));
        Assert.Equal(ProblemCode.NotFound, refusal.Code);
    }

    [Theory]
    [InlineData("../secret")]
    [InlineData("")]
    public async Task Write_ToAPathThatIsNone_NeverLeavesThisProcess(string path)
    {
        await using var upstream = await FakeUpstream.StartAsync(FakeUpstream.Json("{}"));
        using var client = upstream.Client(ImpatientTime.Options);
        var refusal = await Assert.ThrowsAsync<MLOpsException>(() => new UpstreamArtifactStore(client).WriteAsync(path, Stream.Null, Cancelled));
        Assert.Equal(ProblemCode.InvalidArgument, refusal.Code);
        Assert.Empty(upstream.Requests);
    }

    /// <summary>A request's body: it can be read once, and does not say how long it is.</summary>
    private sealed class OneWayStream(Stream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
