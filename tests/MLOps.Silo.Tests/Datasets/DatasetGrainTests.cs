using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Catalog;
using MLOps.Contracts.Datasets;
using MLOps.Contracts.Problems;
using MLOps.Inference.Tabular;
using MLOps.Silo.Datasets;
using MLOps.Tracking;

namespace MLOps.Silo.Tests.Datasets;

public class DatasetGrainTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    private static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

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
    [InlineData("2020-01-02,1,2,1,inf,5\n", "Line 2, column 'close' is 'inf'", "finite")]
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

    [Theory]
    [InlineData("date,x\n2020-01-02,1\n2020-01-01,1\n", "Line 3, column 'date' is '2020-01-01'", "not before the row above (2020-01-02T00:00:00)")]
    [InlineData("x,time\n1,2020-01-02 10:00\n1,noon\n", "Line 3, column 'time' is 'noon'", "needs another name")]
    [InlineData("date,x\n2020-01-02,1\n,1\n", "Line 3, column 'date' is ''", "ISO date")]
    [InlineData("a,x\n1,1\n1,-Infinity\n", "Line 3, column 'x' is '-Infinity'", "finite number")]
    [InlineData("{\"date\":\"2020-01-02\"}\n{\"date\":7}\n", "Line 2, column 'date' is '7'", "ISO date")]
    [InlineData("{\"a\":1}\n{\"a\":[1]}\n", "Line 2, column 'a' is a list", "Nothing was registered")]
    [InlineData("{\"a\":1}\n{\"b\":1}\n", "Line 2 has column 'b'", "first line")]
    public async Task Register_BadTable_NamesTheRowAndRegistersNothing(string text, string where, string expected)
    {
        var name = $"bad-{Guid.NewGuid():N}";

        var error = await Assert.ThrowsAsync<MLOpsException>(() => RegisterAsync(name, text, "table"));

        Assert.Contains(where, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Empty(await silo.Grains.GetGrain<IDatasetGrain>(name).GetVersionsAsync());
        Assert.Null(await silo.Grains.GetGrain<IDatasetGrain>(name).ProfileAsync(1));
        Assert.DoesNotContain(await silo.Artifacts.ListAsync($"datasets/{name}", TestContext.Current.CancellationToken), entry => entry.Path.EndsWith("/v1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Register_TableWithTimes_HasItsPeriod()
    {
        var version = await RegisterAsync("ticks", "time,x\n2020-01-02T23:30:00-05:00,1\n2020-01-03T04:30:00Z,2\n2020-01-04 00:00,3\n", "table");

        Assert.Equal(("2020-01-03", "2020-01-04"), (version.FirstDate, version.LastDate));
        Assert.Equal(["datetime", "long"], version.Columns.Select(column => column.Type));
    }

    [Fact]
    public async Task Register_SameTableInThreeFormats_HasTheSameColumnsAndProfile()
    {
        DateTime[] days = [.. Enumerable.Range(0, 300).Select(i => new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(i))];
        var rows = days.Select((day, i) => (Day: day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), Number: i % 7 == 0 ? (double?)null : i / 4.0, Whole: (long)i, Truth: i % 2 == 0, Text: $"t{i % 3}")).ToArray();
        var csv = "date,number,whole,truth,text\n" + string.Concat(rows.Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Day},{row.Number},{row.Whole},{(row.Truth ? "true" : "false")},{row.Text}\n")));
        var json = string.Concat(rows.Select(row => JsonSerializer.Serialize(new { date = row.Day, number = row.Number, whole = row.Whole, truth = row.Truth, text = row.Text }) + "\n"));
        using var parquet = new MemoryStream();
        await using (var writer = await ParquetTableWriter.CreateAsync(
            parquet,
            [new("date", ColumnType.Text), new("number", ColumnType.Double), new("whole", ColumnType.Integer), new("truth", ColumnType.Boolean), new("text", ColumnType.Text)],
            TestContext.Current.CancellationToken))
        {
            await writer.WriteAsync(
                [
                    new TableColumn<string>("date", [.. rows.Select(row => row.Day)]),
                    new TableColumn<double>("number", [.. rows.Select(row => row.Number ?? 0)], [.. rows.Select(row => row.Number is null)]),
                    new TableColumn<long>("whole", [.. rows.Select(row => row.Whole)]),
                    new TableColumn<bool>("truth", [.. rows.Select(row => row.Truth)]),
                    new TableColumn<string>("text", [.. rows.Select(row => row.Text)]),
                ],
                TestContext.Current.CancellationToken);
        }

        var ofCsv = await RegisterAsync("formats", csv, "table");
        var ofJson = await RegisterAsync("formats", json, "table");
        var ofParquet = await silo.RegisterAsync("formats", "table", new MemoryStream(parquet.ToArray()));

        Assert.Equal(["data.csv", "data.jsonl", "data.parquet"], new[] { ofCsv, ofJson, ofParquet }.Select(version => version.Source.Split('/')[^1]));
        Assert.Equal(["date", "double", "long", "boolean", "string"], ofCsv.Columns.Select(column => column.Type));
        Assert.Equal(ofCsv.Columns, ofJson.Columns);
        Assert.Equal(ofCsv.Columns, ofParquet.Columns);
        var profile = await ProfileAsync("formats", 1);
        Assert.Equal(JsonSerializer.Serialize(profile.Columns), JsonSerializer.Serialize((await ProfileAsync("formats", 2)).Columns));
        Assert.Equal(JsonSerializer.Serialize(profile.Columns), JsonSerializer.Serialize((await ProfileAsync("formats", 3)).Columns));

        var data = silo.Services.GetRequiredService<DatasetTable>();
        foreach (var version in new[] { ofCsv, ofJson, ofParquet })
        {
            var read = await data.ReadAsync(version, TestContext.Current.CancellationToken);
            Assert.Equal(days, read.Times);
            Assert.Equal(rows.Select(row => row.Number ?? double.NaN), read.Numbers("number"));
            Assert.Equal(rows.Select(row => row.Truth ? 1.0 : 0), read.Numbers("truth"));
            Assert.Equal(rows.Select(row => row.Text), read.Texts("text"));
        }
    }

    [Fact]
    public async Task Profile_Sp500_IsExactWhereItSaysSo()
    {
        await silo.RegisterSp500Async("profiled");

        var profile = await ProfileAsync("profiled", 1);

        double[] closes = [.. File.ReadLines(SiloFixture.Sp500File).Skip(1).Select(line => double.Parse(line.Split(',')[4], CultureInfo.InvariantCulture))];
        var close = profile.Columns.Single(column => column.Name == "close");
        Assert.Equal((closes.Min(), closes.Max(), 5105, 0), (close.Min, close.Max, close.Present, close.Missing));
        Assert.Equal(closes.Average(), close.Mean!.Value, 1e-9);
        Assert.Equal(Math.Sqrt(closes.Sum(value => Math.Pow(value - closes.Average(), 2)) / (closes.Length - 1)), close.Deviation!.Value, 1e-9);
        Assert.All(close.Histogram, bin => Assert.Equal(closes.Count(value => value >= bin.From && value < bin.To), bin.Count));
        Assert.All(close.Quantiles, quantile => Assert.InRange(closes.Count(value => value <= quantile.Value) / 5105.0, quantile.Share - 0.002, quantile.Share + 0.004));
        var date = profile.Columns[0];
        Assert.Equal(("date", "2000-01-03", "2020-04-17"), (date.Type, date.First, date.Last));
        Assert.Equal(50, profile.Head.Count);
        Assert.Equal(50, profile.Tail.Count);
        Assert.Equal(("2000-01-03", "2020-04-17"), (profile.Head[0][0], profile.Tail[^1][0]));
    }

    [Fact]
    public async Task Profile_TextsAndOddNumbers_AreCounted()
    {
        await RegisterAsync("odd", "name,mixed,nothing,huge,code\na,1,,1e308,7\nb,x,NaN,-1e308,NaN\na,2,NA,1e308,\n", "table");

        var profile = await ProfileAsync("odd", 1);

        Assert.Equal(["string", "string", "string", "double", "long"], profile.Columns.Select(column => column.Type));
        Assert.Equal([0, 0, 3, 0, 2], profile.Columns.Select(column => column.Missing));
        Assert.Equal(2, profile.Columns[0].Distinct);
        Assert.Equal([new ValueCount("a", 2), new ValueCount("b", 1)], profile.Columns[0].Top);

        // What came before the column proved to be text was not counted as text.
        Assert.Null(profile.Columns[1].Distinct);
        Assert.Equal(3, profile.Columns[3].Histogram.Sum(bin => bin.Count));
        Assert.Equal(["a", "2", null, "1e308", null], profile.Head[2]);
    }

    [Fact]
    public async Task Profile_FileLost_IsMadeAgain()
    {
        await RegisterAsync("lost", "a\n1\n2\n", "table");
        await silo.Artifacts.DeleteAsync("datasets/lost/v1/profile.json", TestContext.Current.CancellationToken);

        Assert.Equal(2, (await ProfileAsync("lost", 1)).Rows);
        Assert.Null(await silo.Grains.GetGrain<IDatasetGrain>("lost").ProfileAsync(2));
    }

    [Fact]
    public async Task Register_UnknownKind_SaysWhichThereAre()
    {
        var error = await Assert.ThrowsAsync<MLOpsException>(() => RegisterAsync("kinds", "a\n1\n", "parquet"));

        Assert.Contains("'kind' is 'parquet': expected 'ohlcv' or 'table'", error.Message, StringComparison.Ordinal);
    }

    private Task<DatasetVersion> RegisterAsync(string name, string text, string kind = "ohlcv") =>
        silo.RegisterAsync(name, kind, new MemoryStream(Encoding.UTF8.GetBytes(text)));

    private async Task<DatasetProfile> ProfileAsync(string name, int version)
    {
        var source = await silo.Grains.GetGrain<IDatasetGrain>(name).ProfileAsync(version);
        await using var content = await silo.Artifacts.OpenReadAsync(ArtifactUri.ToStorePath(source!), TestContext.Current.CancellationToken);
        return (await JsonSerializer.DeserializeAsync<DatasetProfile>(content, SnakeCase, TestContext.Current.CancellationToken))!;
    }
}
