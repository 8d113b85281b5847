using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Gateway.Tests.Endpoints;
using MLOps.Tracking;

namespace MLOps.Gateway.Tests.Datasets;

public class DatasetsApiTests(ServingPlatform platform) : IClassFixture<ServingPlatform>
{
    private const string Bars = "date,open,high,low,close,volume\n2020-01-02,1,2,1,2,5\n2020-01-03,2,3,2,2.5,0\n";

    [Fact]
    public async Task Post_NewThenSameBytes_Answers201Then200()
    {
        var first = await PostAsync("bars", "ohlcv", Bars);
        var again = await PostAsync("bars", "ohlcv", Bars);

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK), (first.StatusCode, again.StatusCode));
        var version = (await JsonAsync(first))!.AsObject();
        Assert.Equal(
            ["name", "version", "digest", "kind", "rows", "columns", "first_date", "last_date", "source", "creation_time"],
            version.Select(member => member.Key));
        Assert.Equal(["name", "type", "missing", "min", "max", "mean"], version["columns"]![0]!.AsObject().Select(member => member.Key));
        Assert.True(JsonNode.DeepEquals(version, await JsonAsync(again)));
    }

    [Fact]
    public async Task Get_ListAndOne_ShowTheVersions()
    {
        await PostAsync("listed", "table", "a\n1\n");
        await PostAsync("listed", "table", "a\n2\n");

        var all = await platform.Http.GetFromJsonAsync<JsonNode>("/mlops/datasets", TestContext.Current.CancellationToken);
        var one = await platform.Http.GetFromJsonAsync<JsonNode>("/mlops/datasets/listed", TestContext.Current.CancellationToken);

        Assert.Single(all!["datasets"]!.AsArray(), dataset => (string?)dataset!["name"] == "listed");
        Assert.Equal([1, 2], one!["versions"]!.AsArray().Select(version => (int)version!["version"]!));
    }

    [Fact]
    public async Task Post_BadRow_Answers400WithLineAndColumnAndLeavesNothingStaged()
    {
        var answer = await PostAsync("broken", "ohlcv", Bars + "2020-01-01,1,2,1,2,5\n");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await JsonAsync(answer);
        Assert.Equal("InvalidArgument", (string?)problem!["code"]);
        Assert.Contains("Line 4, column 'date'", (string?)problem["detail"], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await platform.Http.GetAsync(new Uri("/mlops/datasets/broken", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
        Assert.Empty(await platform.Services.GetRequiredService<IArtifactStore>().ListAsync("datasets/broken/staging", TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("..", "ohlcv", "'name' is '..'")]
    [InlineData("a/b", "ohlcv", "'name' is 'a/b'")]
    [InlineData("kinds", "parquet", "'kind' is 'parquet'")]
    public async Task Post_BadNameOrKind_IsRefusedByField(string name, string kind, string said)
    {
        var answer = await PostAsync(name, kind, Bars);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(said, (string?)(await JsonAsync(answer))!["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task PreviewAndProfile_OfAVersion_ShowRowsAndFigures()
    {
        await PostAsync("shown", "table", "a,b\n" + string.Concat(Enumerable.Range(1, 120).Select(i => $"{i},{(i == 120 ? "" : "x")}\n")));

        var preview = await platform.Http.GetFromJsonAsync<JsonNode>("/mlops/datasets/shown/versions/1/preview?rows=2", TestContext.Current.CancellationToken);
        var profile = await platform.Http.GetFromJsonAsync<JsonNode>("/mlops/datasets/shown/versions/1/profile", TestContext.Current.CancellationToken);

        Assert.Equal("""[["1","x"],["2","x"]]""", preview!["head"]!.ToJsonString());
        Assert.Equal("""[["119","x"],["120",null]]""", preview["tail"]!.ToJsonString());
        Assert.Equal(120, (int)preview["rows"]!);
        var column = profile!["columns"]![0]!;
        Assert.Equal((120, 60.5), ((int)column["present"]!, (double)column["mean"]!));
        Assert.Equal(120, column["histogram"]!.AsArray().Sum(bin => (int)bin!["count"]!));
        Assert.Equal(1, (int)profile["columns"]![1]!["missing"]!);
    }

    [Fact]
    public async Task Preview_ShortTable_ShowsNoRowTwice()
    {
        await PostAsync("short", "table", "a\n1\n2\n3\n");

        var preview = await platform.Http.GetFromJsonAsync<JsonNode>("/mlops/datasets/short/versions/1/preview?rows=2", TestContext.Current.CancellationToken);

        Assert.Equal("""[["1"],["2"]]""", preview!["head"]!.ToJsonString());
        Assert.Equal("""[["3"]]""", preview["tail"]!.ToJsonString());
    }

    [Theory]
    [InlineData("preview?rows=0", HttpStatusCode.BadRequest)]
    [InlineData("preview?rows=51", HttpStatusCode.BadRequest)]
    [InlineData("profile", HttpStatusCode.NotFound)]
    [InlineData("preview", HttpStatusCode.NotFound)]
    public async Task PreviewAndProfile_OfWhatIsNot_AreRefused(string what, HttpStatusCode status)
    {
        var answer = await platform.Http.GetAsync(new Uri($"/mlops/datasets/absent/versions/1/{what}", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(status, answer.StatusCode);
    }

    [Fact]
    public async Task Post_PathWithoutAnImportFolder_IsRefused()
    {
        var answer = await platform.Http.PostAsync(new Uri("/mlops/datasets?name=p&kind=table&path=x.csv", UriKind.Relative), null, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("MLOps:Datasets:ImportFolder", (string?)(await JsonAsync(answer))!["detail"], StringComparison.Ordinal);
    }

    private async Task<HttpResponseMessage> PostAsync(string name, string kind, string csv)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(csv)) { Headers = { ContentType = new MediaTypeHeaderValue("text/csv") } };
        return await platform.Http.PostAsync(new Uri($"/mlops/datasets?name={Uri.EscapeDataString(name)}&kind={kind}", UriKind.Relative), content, TestContext.Current.CancellationToken);
    }

    private static async Task<JsonNode?> JsonAsync(HttpResponseMessage answer) => JsonNode.Parse(await answer.Content.ReadAsStringAsync());
}
