using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Endpoints;
using MLOps.Gateway.Tests.Batch;
using MLOps.Gateway.Tests.Endpoints;
using MLOps.Inference.Tabular;
using MLOps.Testing.Onnx;

namespace MLOps.Gateway.Tests.Scoring;

/// <summary>A row gives the same prediction, to the bit, whether it is asked for or comes with a batch job, as CSV or as Parquet.</summary>
public sealed partial class BatchParityTests(ServingPlatform platform) : IClassFixture<ServingPlatform>
{
    private const string Signature = """
        signature:
          inputs: '[{"type": "double", "name": "a", "required": true}, {"type": "long", "name": "b", "required": true}, {"type": "double", "name": "c", "required": false}]'
        """;

    private static readonly double?[] Doubles = [1, 0.1, -2.5e-3, null, 16777217, 1e-45, -0.0, 3.4028234e38, double.PositiveInfinity, 1.0 / 3, 9007199254740993];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("signed")]
    [InlineData("plain")]
    public async Task SameRows_OnlineAndInBatch_AnswerTheSameBits(string model)
    {
        await DeployAsync(model);
        var random = new Random(19);
        var rows = Enumerable.Range(0, 200).Select(_ => new Row(Any(random), random.NextInt64(-1 << 30, 1 << 30), Any(random))).ToArray();

        // Only a signature can tell that a column is none of the model's.
        var signed = model == "signed";
        var csv = Encoding.UTF8.GetBytes(Csv(rows, signed));
        var parquet = await ParquetAsync(rows, signed);

        var online = await InvokeAsync(model, "text/csv", csv);
        Assert.Equal(rows.Length, online.Length);
        Assert.Equal(online, await InvokeAsync(model, "application/vnd.apache.parquet", parquet));
        Assert.Equal(online, await BatchAsync(model, csv, "csv"));
        Assert.Equal(online, await BatchAsync(model, parquet, "parquet"));
        Assert.InRange(online.Distinct().Count(), 60, rows.Length);
    }

    [Theory]
    [InlineData("signed", "a,b\n1,2.5\n", "the model's signature expects long")]
    [InlineData("signed", "a,b\n1,NA\n", "the model's signature expects long")]
    [InlineData("signed", "a,b\n\"one\",2\n", "the model's signature expects double")]
    [InlineData("signed", "a,c\n1,2\n", "Column 'b' is missing: the model's signature requires it, as long")]
    [InlineData("plain", "a,b,c\n1,2,x\n", "expected a number in FP32's range")]
    [InlineData("plain", "a,b,c\n1,2,1e39\n", "expected a number in FP32's range")]
    [InlineData("plain", "a,b,c\n1,2,true\n", "expected a number in FP32's range")]
    public async Task BadRow_OnlineAndInBatch_IsRefusedForTheSameReason(string model, string csv, string reason)
    {
        await DeployAsync(model);
        var (status, answer) = await PostAsync(model, "text/csv", Encoding.UTF8.GetBytes(csv));
        var job = await JobAsync(model, Encoding.UTF8.GetBytes(csv), "csv", "failed");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(reason, Regex.Unescape(answer), StringComparison.Ordinal);
        Assert.Contains(reason, (string?)job["message"], StringComparison.Ordinal);
    }

    private static double? Any(Random random) => random.Next(4) == 0 ? Doubles[random.Next(Doubles.Length)] : Math.Round(random.NextDouble() * 100, random.Next(15)) - 50;

    /// <summary>Missing cells in each form, numbers in quotes, other columns, and in another order than the signature's.</summary>
    private static string Csv(Row[] rows, bool signed) => (signed ? "c,note,b,a\n" : "a,b,c\n") + string.Concat(rows.Select((row, i) =>
    {
        var (a, b, c) = (Cell(row.A, i), row.B.ToString(CultureInfo.InvariantCulture), Cell(row.C, i + 1));
        return signed ? $"{c},\"n, {i}\",\"{b}\",{a}\n" : $"{a},{b},\"{c}\"\r\n";
    }));

    private static string Cell(double? value, int i) => value switch
    {
        null => new[] { "", "NA", "NaN", "null" }[i % 4],
        double.PositiveInfinity => "inf",
        { } number => number.ToString("R", CultureInfo.InvariantCulture),
    };

    private static async Task<byte[]> ParquetAsync(Row[] rows, bool signed)
    {
        TableColumn[] columns =
        [
            Doubles64("a", rows.Select(row => row.A)),
            new TableColumn<long>("b", [.. rows.Select(row => row.B)]),
            Doubles64("c", rows.Select(row => row.C)),
            new TableColumn<long>("__index_level_0__", [.. rows.Select((_, i) => (long)i)]),
        ];
        if (signed)
        {
            columns = [columns[2], new TableColumn<string>("note", [.. rows.Select(_ => "n")]), columns[1], columns[0], columns[3]];
        }

        using var content = new MemoryStream();
        await using (var file = await ParquetTableWriter.CreateAsync(content, [.. columns.Select(column => new ColumnInfo(column.Name, column.Type))], Ct))
        {
            await file.WriteAsync(columns, Ct);
        }

        return content.ToArray();
    }

    private static TableColumn<double> Doubles64(string name, IEnumerable<double?> values) =>
        new(name, [.. values.Select(value => value ?? 0)], [.. values.Select(value => value is null)]);

    private static int Bits(string value) => BitConverter.SingleToInt32Bits(float.Parse(value, CultureInfo.InvariantCulture));

    private async Task<int[]> InvokeAsync(string model, string type, byte[] body)
    {
        var (status, answer) = await PostAsync(model, type, body);
        Assert.True(status == HttpStatusCode.OK, answer);
        return [.. Prediction().Matches(answer).Select(match => Bits(match.Groups[1].Value))];
    }

    private async Task<int[]> BatchAsync(string model, byte[] body, string format)
    {
        var job = await JobAsync(model, body, format, "completed");
        var rows = await BatchStory.ResultAsync(platform, job);
        return [.. BatchStory.Values<float>(rows, "y").Select(BitConverter.SingleToInt32Bits)];
    }

    private async Task<System.Text.Json.Nodes.JsonNode> JobAsync(string model, byte[] body, string format, string end)
    {
        var upload = await BatchStory.UploadAsync(platform, body, format);
        var (status, job) = await BatchStory.PostAsync(platform, "/mlops/batch/start", $$"""{"endpoint":"{{model}}","upload_id":"{{upload}}","chunk_rows":64}""");
        Assert.True(status == HttpStatusCode.Accepted, job.ToJsonString());
        return await BatchStory.WaitAsync(platform, $"/mlops/batch/{job["job_id"]}", end);
    }

    private async Task<(HttpStatusCode Status, string Body)> PostAsync(string model, string type, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var answer = await platform.Http.PostAsync($"/endpoints/{model}/invocations", content, Ct);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Ct));
    }

    private async Task DeployAsync(string name)
    {
        if (!(await platform.Http.GetAsync($"/v2/models/{name}", Ct)).IsSuccessStatusCode)
        {
            var version = await platform.RegisterAsync(name, TinyModels.Mlp(), mlmodel: name == "signed" ? Signature : null);
            await platform.Services.GetRequiredService<IGrainFactory>().GetGrain<IEndpointGrain>(name)
                .DeployAsync(new EndpointSpec(new[] { new VariantSpec("default", $"models:/{name}/{version}") }, null));
        }
    }

    [GeneratedRegex("\"y\":([^}]+)}")]
    private static partial Regex Prediction();

    private sealed record Row(double? A, long B, double? C);
}
