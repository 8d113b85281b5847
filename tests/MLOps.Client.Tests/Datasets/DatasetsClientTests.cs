using System.Text;

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
        Assert.Equal("text/csv", gateway.Received[0].ContentType);
        Assert.Equal("date,open\n", gateway.Received[0].Body);
    }

    [Fact]
    public async Task List_Datasets_WithVersions()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On("GET /mlops/datasets", $$"""{"datasets":[{"name":"sp500","versions":[{{Version}}]}]}"""));

        Assert.Equal("2020-12-31", Assert.Single(Assert.Single(await gateway.Client.Datasets.ListAsync(Token)).Versions).LastDate);
    }
}
