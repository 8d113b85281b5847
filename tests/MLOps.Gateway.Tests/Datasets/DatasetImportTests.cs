using System.Net;
using System.Text.Json.Nodes;
using MLOps.Gateway.Tests.Endpoints;
using MLOps.Testing;

namespace MLOps.Gateway.Tests.Datasets;

/// <summary>Registering files by their path: only those beneath the configured folder, and none by a link.</summary>
public sealed class DatasetImportTests(DatasetImportTests.ImportPlatform platform) : IClassFixture<DatasetImportTests.ImportPlatform>
{
    private const string Table = "date,x\n2020-01-02,1\n";

    [Theory]
    [InlineData("rows.csv", "data.csv")]
    [InlineData("daily/more/rows.jsonl", "data.jsonl")]
    [InlineData("./daily//more/rows.jsonl", "data.jsonl")]
    public async Task Post_FileBeneathTheFolder_IsRegistered(string path, string stored)
    {
        var (status, answer) = await PostAsync(path);

        Assert.True(status is HttpStatusCode.Created or HttpStatusCode.OK, answer.ToJsonString());
        Assert.EndsWith(stored, (string?)answer["source"], StringComparison.Ordinal);
        Assert.Equal("2020-01-02", (string?)answer["first_date"]);
    }

    [Theory]
    [InlineData("../outside.csv")]
    [InlineData("daily/../../outside.csv")]
    [InlineData("%2e%2e/outside.csv")]
    [InlineData("/etc/passwd")]
    [InlineData("file:///etc/passwd")]
    [InlineData("..\\outside.csv")]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("linked.csv")]
    [InlineData("linked-folder/outside.csv")]
    public async Task Post_PathThatLeavesTheFolder_IsRefused(string path)
    {
        var (status, answer) = await PostAsync(path);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("neither leaves it nor goes through a link", (string?)answer["detail"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("absent.csv")]
    [InlineData("daily")]
    [InlineData("empty.csv")]
    public async Task Post_NoFile_IsNotFound(string path) => Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(path)).Status);

    [Fact]
    public async Task Post_PathAndBody_IsRefused()
    {
        using var body = new StringContent(Table);
        var (status, answer) = await PostAsync("rows.csv", body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("expected one of them", (string?)answer["detail"], StringComparison.Ordinal);
    }

    private async Task<(HttpStatusCode Status, JsonNode Answer)> PostAsync(string path, HttpContent? body = null)
    {
        using var answer = await platform.Http.PostAsync(new Uri($"/mlops/datasets?name=imported&kind=table&path={Uri.EscapeDataString(path)}", UriKind.Relative), body, TestContext.Current.CancellationToken);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!);
    }

    /// <summary>A platform that takes files from a folder, which has links out of it.</summary>
    public sealed class ImportPlatform : ServingPlatform
    {
        private readonly TemporaryFolder _files = new();

        public ImportPlatform()
        {
            var folder = Directory.CreateDirectory(Path.Combine(_files.Path, "import")).FullName;
            Directory.CreateDirectory(Path.Combine(folder, "daily", "more"));
            File.WriteAllText(Path.Combine(folder, "rows.csv"), Table);
            File.WriteAllText(Path.Combine(folder, "empty.csv"), "");
            File.WriteAllText(Path.Combine(folder, "daily", "more", "rows.jsonl"), "{\"date\":\"2020-01-02\",\"x\":1}\n");
            var outside = Path.Combine(_files.Path, "outside.csv");
            File.WriteAllText(outside, Table);
            File.CreateSymbolicLink(Path.Combine(folder, "linked.csv"), outside);
            Directory.CreateSymbolicLink(Path.Combine(folder, "linked-folder"), _files.Path);
            Settings["MLOps:Datasets:ImportFolder"] = folder;
        }
    }
}
