using System.Security.Cryptography;
using System.Text;
using MLOps.Contracts.Catalog;
using MLOps.Contracts.Datasets;
using MLOps.Contracts.Problems;
using MLOps.Tracking;

namespace MLOps.Silo.Tests.Datasets;

public class DatasetGrainTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    private const string Header = "date,open,high,low,close,volume\n";

    [Fact]
    public async Task Register_Sp500_ProfilesEveryColumn()
    {
        var version = await silo.RegisterSp500Async("sp500");

        Assert.Equal((1, 5105L, "2000-01-03", "2020-04-17"), (version.Version, version.Rows, version.FirstDate, version.LastDate));
        Assert.Equal(["date", "open", "high", "low", "close", "adjclose", "volume"], version.Columns.Select(c => c.Name));
        Assert.Equal(["date", "double", "double", "double", "double", "double", "long"], version.Columns.Select(c => c.Type));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(SiloFixture.Sp500File, TestContext.Current.CancellationToken)))[..16], version.Digest);
        Assert.Equal("mlflow-artifacts:/datasets/sp500/v1/data.csv", version.Source);
        Assert.Contains("sp500", await silo.Grains.GetGrain<INameIndexGrain>(NameIndex.Datasets).ListAsync());
        await using var stored = await silo.Artifacts.OpenReadAsync(ArtifactUri.ToStorePath(version.Source), TestContext.Current.CancellationToken);
        Assert.Equal(new FileInfo(SiloFixture.Sp500File).Length, stored.Length);
    }

    [Fact]
    public async Task Register_SameBytesTwice_IsOneVersion()
    {
        var first = await RegisterAsync("same", Header + "2020-01-02,1,2,1,2,5\n");
        var again = await RegisterAsync("same", Header + "2020-01-02,1,2,1,2,5\n");
        var other = await RegisterAsync("same", Header + "2020-01-02,1,2,1,2,6\n");

        Assert.Equal(first.CreationTime, again.CreationTime);
        Assert.Equal((1, 1, 2), (first.Version, again.Version, other.Version));
        Assert.Equal(2, (await silo.Grains.GetGrain<IDatasetGrain>("same").GetVersionsAsync()).Count);
    }

    [Theory]
    [InlineData("2020-01-02,1,2,1,2,5\n2020-01-02,1,2,1,2,5\n", "Line 3, column 'date'", "strictly")]
    [InlineData("2020-01-02,1,2,1,2,5\n03/01/2020,1,2,1,2,5\n", "Line 3, column 'date' is '03/01/2020'", "ISO date")]
    [InlineData("2020-01-02,1,2,1,2,-5\n", "Line 2, column 'volume' is '-5'", "0 or more")]
    [InlineData("2020-01-02,0,2,1,2,5\n", "Line 2, column 'open' is '0'", "above 0")]
    [InlineData("2020-01-02,1,2,1,NaN,5\n", "Line 2, column 'close' is 'NaN'", "finite")]
    [InlineData("2020-01-02,1,2,1,,5\n", "Line 2, column 'close' is ''", "finite")]
    [InlineData("2020-01-02,1,2,1.5,2,5\n", "Line 2, column 'low' is '1.5'", "at most open (1)")]
    [InlineData("2020-01-02,1,2,1,2.1,5\n", "Line 2, column 'high' is '2'", "close (2.1)")]
    [InlineData("2020-01-02,1,2,1,2\n", "Line 2 has 5 columns", "expected 6")]
    [InlineData("2020-01-02,1,2,1,\"2,5\n", "Line 2 has a quote", "RFC 4180")]
    [InlineData("", "no rows", "at least one")]
    public async Task Register_BadRow_NamesItAndRegistersNothing(string rows, string where, string expected)
    {
        var name = $"bad-{Guid.NewGuid():N}";

        var error = await Assert.ThrowsAsync<MLOpsException>(() => RegisterAsync(name, Header + rows));

        Assert.Equal(ProblemCode.InvalidArgument, error.Code);
        Assert.Contains(where, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Empty(await silo.Grains.GetGrain<IDatasetGrain>(name).GetVersionsAsync());
        Assert.DoesNotContain(name, await silo.Grains.GetGrain<INameIndexGrain>(NameIndex.Datasets).ListAsync());
    }

    [Fact]
    public async Task Register_LowAboveOpenByARounding_IsAccepted() =>
        Assert.Equal(1, (await RegisterAsync("rounded", Header + "2020-01-02,1000,1001,1000.0009,1000.5,5\n")).Rows);

    [Fact]
    public async Task Register_MissingColumn_IsNamed()
    {
        var error = await Assert.ThrowsAsync<MLOpsException>(() => RegisterAsync("columns", "date,open,high,low,close\n2020-01-02,1,2,1,2\n"));

        Assert.Contains("no column 'volume'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Register_Table_FindsTypesAndMissing()
    {
        var version = await RegisterAsync("table", "id,text,value,day\n1,\"a, \"\"b\"\"\nc\",,2020-01-02\r\n2,x,1.5,2020-01-03\n", "table");

        Assert.Equal(["long", "string", "double", "date"], version.Columns.Select(c => c.Type));
        Assert.Equal([0, 0, 1, 0], version.Columns.Select(c => c.Missing));
        Assert.Equal((1.0, 2.0, 1.5), (version.Columns[0].Min, version.Columns[0].Max, version.Columns[0].Mean));
        Assert.Equal(2, version.Rows);
        Assert.Null(version.FirstDate);
    }

    [Fact]
    public async Task Register_UnknownKind_SaysWhichThereAre()
    {
        var error = await Assert.ThrowsAsync<MLOpsException>(() => RegisterAsync("kinds", "a\n1\n", "parquet"));

        Assert.Contains("'kind' is 'parquet': expected 'ohlcv' or 'table'", error.Message, StringComparison.Ordinal);
    }

    private Task<DatasetVersion> RegisterAsync(string name, string text, string kind = "ohlcv") =>
        silo.RegisterAsync(name, kind, new MemoryStream(Encoding.UTF8.GetBytes(text)));
}
