using System.IO.Compression;
using System.Text;
using MLOps.Client.Tests.Runs;
using MLOps.Testing;

namespace MLOps.Client.Tests.Artifacts;

public sealed class ArtifactsClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("mlflow-artifacts:/0/r/artifacts")]
    [InlineData("mlflow-artifacts://host:5000/0/r/artifacts")]
    public async Task Upload_RunBehindTheProxy_PutsTheBytesUnderItsRoot(string root)
    {
        await using var gateway = await TestGateway.StartAsync(g => Run(g, root).On("PUT /api/2.0/mlflow-artifacts/artifacts/{**path}", "{}"));
        using var content = new MemoryStream(Encoding.UTF8.GetBytes("bytes"));

        await gateway.Client.Artifacts.UploadAsync("r", "model/my model#1.onnx", content, Token);

        var put = gateway.Received[^1];
        Assert.Equal("/api/2.0/mlflow-artifacts/artifacts/0/r/artifacts/model/my%20model%231.onnx", put.Target);
        Assert.Equal("bytes", put.Body);
    }

    [Fact]
    public async Task Download_File_StreamsItsBytes()
    {
        await using var gateway = await TestGateway.StartAsync(g => Run(g, "mlflow-artifacts:/0/r/artifacts")
            .On("GET /api/2.0/mlflow-artifacts/artifacts/0/r/artifacts/a.txt", "hello", contentType: "text/plain"));

        await using var stream = await gateway.Client.Artifacts.DownloadAsync("r", "a.txt", Token);
        using var reader = new StreamReader(stream);

        Assert.Equal("hello", await reader.ReadToEndAsync(Token));
    }

    [Theory]
    [InlineData("../evil.txt")]
    [InlineData("/tmp/evil.txt")]
    [InlineData("..")]
    public async Task DownloadTo_ServerNamesAFileOutsideTheFolder_IsRefused(string name)
    {
        using var folder = new TemporaryFolder();
        await using var gateway = await TestGateway.StartAsync(g => Run(g, "mlflow-artifacts:/0/r/artifacts")
            .On("GET /api/2.0/mlflow-artifacts/artifacts", $$"""{"files":[{"path":"{{name}}","is_dir":false,"file_size":1}]}""")
            .On("GET /api/2.0/mlflow-artifacts/artifacts/{**path}", "x"));

        var exception = await Assert.ThrowsAsync<MLOpsClientException>(() => gateway.Client.Artifacts.DownloadToAsync("r", null, folder.Combine("in"), Token));

        Assert.Contains("outside its folder", exception.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task LogArtifact_ServerAwayForAMoment_SendsTheWholeStreamAgainAndLeavesItOpen()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.WithRuns().Failing("PUT /api/2.0/mlflow-artifacts/artifacts/{**path}", 503, 0));
        await using var run = await gateway.Client.StartRunAsync("e", cancellationToken: Token);
        using var content = new MemoryStream(Encoding.UTF8.GetBytes("skipped bytes")) { Position = 8 };

        await run.LogArtifactAsync("a.txt", content, Token);

        Assert.Equal(["bytes", "bytes", "bytes"], gateway.Sent("/a.txt").Select(put => put.Body));
        Assert.True(content.CanRead);
    }

    [Fact]
    public async Task LogArtifact_StreamThatCannotBeSentAgain_IsSentOnce()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.WithRuns().Failing("PUT /api/2.0/mlflow-artifacts/artifacts/{**path}", 503));
        await using var run = await gateway.Client.StartRunAsync("e", cancellationToken: Token);
        await using var content = new GZipStream(new MemoryStream(), CompressionMode.Decompress);

        await Assert.ThrowsAsync<MLOpsClientException>(() => run.LogArtifactAsync("a.txt", content, Token));

        Assert.Single(gateway.Sent("/a.txt"));
    }

    [Fact]
    public async Task Upload_RunInAnotherStore_SaysWhereTheFilesAre()
    {
        await using var gateway = await TestGateway.StartAsync(g => Run(g, "s3://bucket/0/r"));

        var exception = await Assert.ThrowsAsync<NotSupportedException>(() => gateway.Client.Artifacts.UploadAsync("r", "a", Stream.Null, Token));

        Assert.Contains("s3://bucket/0/r", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_Folder_ReadsFilesAndFolders()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On(
            "GET /api/2.0/mlflow/artifacts/list", """{"root_uri":"x","files":[{"path":"m/a","is_dir":true},{"path":"m/b.onnx","is_dir":false,"file_size":12}]}"""));

        var files = await gateway.Client.Artifacts.ListAsync("r", "m", Token);

        Assert.Equal("/api/2.0/mlflow/artifacts/list?run_id=r&path=m", gateway.Received[0].Target);
        Assert.Equal(["m/a", "m/b.onnx"], files.Select(file => file.Path));
        Assert.Equal([null, 12L], files.Select(file => file.FileSize));
    }

    private static TestGateway Run(TestGateway gateway, string root) => gateway.On(
        "GET /api/2.0/mlflow/runs/get", $$"""{"run":{"info":{"run_id":"r","experiment_id":"0","status":"RUNNING","artifact_uri":"{{root}}" } } }""");
}
