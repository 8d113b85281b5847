using System.Text;
using MLOps.Client.Datasets;

namespace MLOps.Client.Tests.Datasets;

public sealed class DatasetsClientTests
{
    private const string Version = """
        {"name":"sp500","version":1,"digest":"0011","kind":"ohlcv","rows":5031,"columns":[{"name":"close","type":"double","missing":0,"min":676.5,"max":3380.2,"mean":1500.1}],
         "first_date":"2000-01-03","last_date":"2020-12-31","source":"mlflow-artifacts:/datasets/sp500/1","creation_time":5}
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(201)]
    [InlineData(200)]
    public async Task Upload_NewOrKnownBytes_GivesTheVersion(int status)
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On("POST /mlops/datasets", Version, status));
        using var csv = new MemoryStream(Encoding.UTF8.GetBytes("date,open\n"));

        var version = await gateway.Client.Datasets.UploadAsync("sp500", csv, cancellationToken: Token);

        Assert.Equal(5031, version.Rows);
        Assert.Equal(676.5, Assert.Single(version.Columns).Min);
        Assert.Equal("/mlops/datasets?name=sp500&kind=ohlcv", gateway.Received[0].Target);
        Assert.Equal("application/octet-stream", gateway.Received[0].ContentType);
        Assert.Equal("date,open\n", gateway.Received[0].Body);
    }

    [Fact]
    public async Task List_Datasets_WithVersions()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On("GET /mlops/datasets", $$"""{"datasets":[{"name":"sp500","versions":[{{Version}}]}]}"""));

        Assert.Equal("2020-12-31", Assert.Single(Assert.Single(await gateway.Client.Datasets.ListAsync(Token)).Versions).LastDate);
    }

    [Fact]
    public async Task Import_PathOfTheServer_IsSentWithoutABody()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On("POST /mlops/datasets", Version, 201));

        await gateway.Client.Datasets.ImportAsync("sp500", "daily/sp 500.parquet", "table", Token);

        Assert.Equal("/mlops/datasets?name=sp500&kind=table&path=daily%2Fsp%20500.parquet", gateway.Received[0].Target);
        Assert.Empty(gateway.Received[0].Body);
    }

    [Fact]
    public async Task PreviewAndProfile_Version_AreRead()
    {
        await using var gateway = await TestGateway.StartAsync(g => g
            .On("GET /mlops/datasets/sp500/versions/2/preview", """{"name":"sp500","version":2,"rows":3,"columns":[{"name":"a","type":"long"}],"head":[["1"],[null]],"tail":[["3"]]}""")
            .On("GET /mlops/datasets/sp500/versions/2/profile", """
                {"name":"sp500","version":2,"rows":3,"columns":[{"name":"a","type":"long","present":2,"missing":1,"min":1,"max":3,"mean":2,"deviation":1.4,
                "quantiles":[{"share":0.5,"value":1}],"histogram":[{"from":1,"to":2,"count":1}],"distinct":null,"top":[],"first":null,"last":null}]}
                """));

        var preview = await gateway.Client.Datasets.PreviewAsync("sp500", 2, 2, Token);
        var column = Assert.Single((await gateway.Client.Datasets.ProfileAsync("sp500", 2, Token)).Columns);

        Assert.Equal("/mlops/datasets/sp500/versions/2/preview?rows=2", gateway.Received[0].Target);
        Assert.Equal(["1", null, "3"], preview.Head.Concat(preview.Tail).Select(row => row[0]));
        Assert.Equal((1, new HistogramBin(1, 2, 1), new ColumnQuantile(0.5, 1)), (column.Missing, Assert.Single(column.Histogram), Assert.Single(column.Quantiles)));
    }
}
