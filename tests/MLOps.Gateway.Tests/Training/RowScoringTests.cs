using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Models;
using MLOps.Gateway.Endpoints;
using MLOps.Gateway.Tests.Endpoints;
using MLOps.Inference.Codecs;
using MLOps.Inference.Tensors;
using MLOps.Models.Data;
using MLOps.Models.Features.Pipelines;
using MLOps.Testing;

namespace MLOps.Gateway.Tests.Training;

/// <summary>Raw bars that the version which answers makes its own inputs of, against the inputs that training made of the same bars.</summary>
public sealed class RowScoringTests(RowScoringTests.Trained trained) : IClassFixture<RowScoringTests.Trained>
{
    private const int Rows = 60;
    private static readonly string[] File = System.IO.File.ReadAllLines(RepositoryRoot.Combine("samples", "data", "sp500_daily_ohlcv_2000_2020.csv"));
    private static readonly string[] Columns = File[0].Split(',');

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("split")]
    [InlineData("records")]
    [InlineData("csv")]
    public async Task Bars_InAnyForm_GetWhatTheTrainingsOwnInputsGet(string form)
    {
        var lines = trained.Lines[^Rows..];
        var answer = await ScoreAsync("/api/v1/mlflow/serve/har", form, lines);
        var (inputs, dates) = trained.ByTrainingCode(lines.Length);
        var expected = await InferAsync("har", "rv", inputs);

        Assert.Equal(dates, answer["dates"]!.AsArray().Select(date => (string?)date));
        Assert.Equal(expected, answer["predictions"]!.AsArray().Select(row => (double)row![0]!));
        Assert.Equal(lines[^1].Split(',')[0], (string?)answer["dates"]!.AsArray()[^1]);
        Assert.Equal(1, (int)answer["model_version"]!);
    }

    [Fact]
    public async Task Inputs_MadeInServing_AreTrainingsBitForBit()
    {
        var lines = trained.Lines[^Rows..];
        var made = await trained.Services.GetRequiredService<IGrainFactory>().GetGrain<IFeatureGrain>(0).InputsAsync(
            await trained.LocationAsync("har"), new Orleans.Concurrency.Immutable<byte[]>(Csv(lines)));
        var tensor = Assert.Single(TensorMessageCodec.Decode(made.Tensors).Tensors);
        var (inputs, _) = trained.ByTrainingCode(lines.Length);

        Assert.Equal([Rows - 26L, 22L], tensor.Shape);
        Assert.True(tensor.Values<double>().SequenceEqual([.. inputs.SelectMany(row => row)]), "The inputs differ in some bit.");
    }

    [Fact]
    public async Task Invocations_OfBars_AnswerInMlflowsFormWithDates()
    {
        var answer = await ScoreAsync("/endpoints/har/invocations", "split", trained.Lines[^28..]);

        Assert.Equal(2, answer["predictions"]!.AsArray().Count);
        Assert.NotNull(answer["predictions"]![0]!["rv_next"]);
        Assert.Equal(2, answer["dates"]!.AsArray().Count);
    }

    [Fact]
    public async Task Bars_MadeIntoInputs_AreTimedByEndpoint_InputsAreNot()
    {
        var (inputs, _) = trained.ByTrainingCode(Rows);
        using var durations = new Measurements(trained.Services.GetRequiredService<IMeterFactory>(), "mlops.inference.rows.duration");
        var begun = TimeProvider.System.GetTimestamp();

        await InferAsync("har", "rv", inputs);
        Assert.Empty(durations.Seen);
        await ScoreAsync("/api/v1/mlflow/serve/har", "split", trained.Lines[^Rows..]);

        var (seconds, tags) = Assert.Single(durations.Seen);
        Assert.Equal("mlops.endpoint.name=har", tags);
        Assert.InRange(seconds, double.Epsilon, TimeProvider.System.GetElapsedTime(begun).TotalSeconds);
    }

    /// <summary>22 variances, of which the first needs five returns, of which the first needs two closes.</summary>
    [Fact]
    public async Task TooFewRows_AreRefusedWithTheNumberThatIsNeeded()
    {
        var refused = await ScoreAsync("/api/v1/mlflow/serve/har", "split", trained.Lines[^26..], HttpStatusCode.BadRequest);
        Assert.StartsWith("There are 26 rows: one prediction needs at least 27 ", (string?)refused["detail"], StringComparison.Ordinal);

        var enough = await ScoreAsync("/api/v1/mlflow/serve/har", "split", trained.Lines[^27..]);
        Assert.Equal([trained.Lines[^1].Split(',')[0]], enough["dates"]!.AsArray().Select(date => (string?)date));
    }

    /// <summary>Making the features is the work that a limit is to spare.</summary>
    [Fact]
    public async Task Limits_ComeBeforeTheFeatures()
    {
        await trained.DeployAsync(new { endpoint = "limited", model_uri = "models:/har/1", limits = new { rate_per_second = 0.0001, burst = 1 } });
        using var durations = new Measurements(trained.Services.GetRequiredService<IMeterFactory>(), "mlops.inference.rows.duration");
        await ScoreAsync("/api/v1/mlflow/serve/limited", "split", trained.Lines[^Rows..]);
        await ScoreAsync("/api/v1/mlflow/serve/limited", "split", trained.Lines[^Rows..], HttpStatusCode.TooManyRequests);
        Assert.Single(durations.Seen);
    }

    /// <summary>The time that the features take is the request's own, and it holds its place meanwhile.</summary>
    [Fact]
    public async Task Concurrency_IsHeldWhileFeaturesAreMade()
    {
        await trained.DeployAsync(new { endpoint = "full", model_uri = "models:/har/1", limits = new { max_concurrency = 1 } });
        var admission = (await trained.Services.GetRequiredService<RoutingTable>().GetAsync("full")).Admission!;
        using var durations = new Measurements(trained.Services.GetRequiredService<IMeterFactory>(), "mlops.inference.rows.duration");
        await admission.EnterAsync(null, Ct);
        await ScoreAsync("/api/v1/mlflow/serve/full", "split", trained.Lines[^Rows..], HttpStatusCode.ServiceUnavailable);
        Assert.Empty(durations.Seen);
        admission.Exit();
        await ScoreAsync("/api/v1/mlflow/serve/full", "split", trained.Lines[^Rows..]);
    }

    [Fact]
    public async Task RowsThatDoNotFit_AreCounted()
    {
        await trained.DeployAsync(new { endpoint = "refusing", model_uri = "models:/har/1" });
        await ScoreAsync("/api/v1/mlflow/serve/refusing", "split", trained.Lines[^26..], HttpStatusCode.BadRequest);
        await trained.Services.GetRequiredService<EndpointReporter>().ReportAsync();

        var variant = JsonNode.Parse(await trained.Http.GetStringAsync("/api/v1/mlflow/serving/endpoints/refusing/insight", Ct))!["variants"]![0]!;
        Assert.Equal((1, 0, 1), ((int)variant["requests"]!, (int)variant["errors"]!, (int)variant["refused"]!));
    }

    [Fact]
    public async Task RowsOutOfOrder_AreRefused()
    {
        string[] lines = [.. trained.Lines[^Rows..]];
        (lines[40], lines[41]) = (lines[41], lines[40]);

        var refused = await ScoreAsync("/api/v1/mlflow/serve/har", "split", lines, HttpStatusCode.BadRequest);

        Assert.Contains("sort the rows by time", (string?)refused["detail"], StringComparison.Ordinal);
    }

    /// <summary>Two versions behind one endpoint, one behind a pipeline of five days and one of ten: each answers by its own.</summary>
    [Fact]
    public async Task Variants_WithDifferentPipelines_EachUseTheirOwn()
    {
        await trained.DeployAsync(new { endpoint = "ab", variants = new[] { new { name = "five", model_uri = "models:/har/1", weight = 1 }, new { name = "ten", model_uri = "models:/har/2", weight = 1 } } });
        var lines = trained.Lines[^Rows..];
        var seen = new Dictionary<string, JsonNode>();
        for (var caller = 0; seen.Count < 2; caller++)
        {
            Assert.True(caller < 200, $"200 callers saw only {string.Join(", ", seen.Keys)}.");
            var body = Split(lines);
            body["params"] = new JsonObject { ["caller_key"] = $"caller-{caller}" };
            var answer = await PostAsync("/api/v1/mlflow/serve/ab", JsonContent.Create(body));
            seen[(string)answer["variant"]!] = answer;
        }

        foreach (var (variant, window, version) in new[] { ("five", 5, 1), ("ten", 10, 2) })
        {
            var (inputs, dates) = trained.ByTrainingCode(lines.Length, window);
            Assert.Equal(dates, seen[variant]["dates"]!.AsArray().Select(date => (string?)date));
            Assert.Equal(await InferAsync("ab", "rv", inputs, version), seen[variant]["predictions"]!.AsArray().Select(row => (double)row![0]!));
        }
    }

    /// <summary>A model that keeps a state gets the bars as the steps of a sequence of its own.</summary>
    [Fact]
    public async Task ModelWithAState_GoesThroughTheBarsAsASequence()
    {
        var lines = trained.Lines[^Rows..];
        double[] closes = [.. lines.Select(Close)];
        double[] returns = [.. closes.Zip(closes.Skip(1), (before, now) => 100 * (Math.Log(now) - Math.Log(before)))];
        JsonNode? last = null;
        foreach (var (y, step) in returns.Select((y, step) => (y, step)))
        {
            last = await PostAsync("/v2/models/garch/infer", JsonContent.Create(new
            {
                parameters = new { sequence_id = "by-hand", sequence_start = step == 0, sequence_end = step == returns.Length - 1 },
                inputs = new[] { new { name = "y", datatype = "FP64", shape = new[] { 1, 1 }, data = new[] { y } } },
            }));
        }

        var answer = await ScoreAsync("/api/v1/mlflow/serve/garch", "split", lines);

        Assert.Equal(Rows - 1, answer["dates"]!.AsArray().Count);
        var byHand = last!["outputs"]!.AsArray().ToDictionary(output => (string)output!["name"]!, output => (double)output!["data"]![0]!);
        Assert.Equal(byHand["h_next"], (double)answer["predictions"]!["h_next"]!.AsArray()[^1]![0]!);
        Assert.Equal(Rows - 1, answer["predictions"]!["z"]!.AsArray().Count);
    }

    /// <summary>The request is one request, however many steps it took.</summary>
    [Fact]
    public async Task Sequence_CountsOnce()
    {
        await trained.DeployAsync(new { endpoint = "counted", model_uri = "models:/garch-behind/1" });
        await ScoreAsync("/api/v1/mlflow/serve/counted", "split", trained.Lines[^Rows..]);

        var stats = JsonNode.Parse(await trained.Http.GetStringAsync("/v2/models/counted/stats", Ct))!;

        Assert.Equal(1, (long)stats["model_stats"]![0]!["inference_stats"]!["success"]!["count"]!);
    }

    /// <summary>A shadow of another version is asked by its own inputs, so its answers can be compared.</summary>
    [Fact]
    public async Task Shadow_WithAnotherPipeline_MakesItsOwnInputs()
    {
        await trained.DeployAsync(new { endpoint = "mirrored", variants = new object[] { new { name = "live", model_uri = "models:/har/1", weight = 1 }, new { name = "shadow", model_uri = "models:/har/1", role = "shadow" } } });
        await ScoreAsync("/api/v1/mlflow/serve/mirrored", "split", trained.Lines[^Rows..]);
        await trained.Services.GetRequiredService<ShadowQueue>().DrainAsync(Ct);
        await trained.Services.GetRequiredService<EndpointReporter>().ReportAsync();

        var shadow = JsonNode.Parse(await trained.Http.GetStringAsync("/api/v1/mlflow/serving/endpoints/mirrored/insight", Ct))!["shadows"]![0]!;

        Assert.Equal((1, 0), ((int)shadow["compared"]!, (int)shadow["failed"]!));
        Assert.Equal(0, (double)shadow["outputs"]![0]!["absolute"]!["max"]!);
        Assert.Equal(Rows - 26, (int)shadow["outputs"]![0]!["elements"]!);
    }

    /// <summary>Bars are asked of a version that has no pipeline as well, where the model makes its features of bars by itself.</summary>
    [Fact]
    public async Task ModelOfBars_WithoutAPipeline_TakesThemToo()
    {
        var answer = await ScoreAsync("/api/v1/mlflow/serve/trees", "csv", trained.Lines[^Rows..]);

        Assert.Equal(Rows - 33, answer["predictions"]!.AsArray().Count);
        Assert.All(answer["predictions"]!.AsArray(), row => Assert.InRange((double)row![0]!, 0, 1));
    }

    /// <summary>A model of portfolios or of books makes nothing of bars: whoever sends them is told by name which version that is and what it takes, whether a date or a shape did not fit.</summary>
    [Theory]
    [InlineData("weights", "csv", true, "'mu' FP64 [-1], 'sigma' FP64 [-1, -1], 'lambda' FP64 [1]")]
    [InlineData("parity", "split", true, "'sigma' FP64 [-1, 6, 6]")]
    [InlineData("parity", "csv", false, "'sigma' FP64 [-1, 6, 6]")]
    [InlineData("flow", "records", true, "'book' FP64 [-1, -1, 4]")]
    [InlineData("flow", "csv", false, "'book' FP64 [-1, -1, 4]")]
    public async Task ModelThatTakesNoBars_NamesItselfAndWhatItTakes(string endpoint, string form, bool hasDates, string takes)
    {
        using var body = hasDates ? Body(form, trained.Lines[^Rows..]) : Body(form, [.. trained.Lines[^Rows..].Select(line => "0" + line[line.IndexOf(',', StringComparison.Ordinal)..])]);
        var refused = await PostAsync($"/api/v1/mlflow/serve/{endpoint}", body, HttpStatusCode.BadRequest);

        Assert.Contains($"Version 1 of '{endpoint}' makes no inputs of raw rows: it takes {takes}. ", (string?)refused["detail"], StringComparison.Ordinal);
    }

    /// <summary>Columns of any name for a model that takes a table of numbers, as before.</summary>
    [Fact]
    public async Task ModelThatTakesNoBars_TakesColumnsThatFillItsInput()
    {
        string[] columns = ["a", "b", "c", "d", "e", "f"];
        var answer = await PostAsync("/api/v1/mlflow/serve/ranker", JsonContent.Create(new
        {
            dataframe_split = new { columns, data = new[] { new[] { 1.0, 2, 3, 4, 5, 6 }, [6.0, 5, 4, 3, 2, 1], [0.0, 1, 0, 1, 0, 1] } },
        }));
        Assert.NotNull(answer["predictions"]);

        var refused = await PostAsync("/api/v1/mlflow/serve/ranker", Body("csv", trained.Lines[^Rows..]), HttpStatusCode.BadRequest);
        Assert.Contains("Version 1 of 'ranker' makes no inputs of raw rows: it takes 'features' FP64 [-1, 6]. ", (string?)refused["detail"], StringComparison.Ordinal);
    }

    /// <summary>What is no table of bars goes the old way.</summary>
    [Fact]
    public async Task Inputs_AreTakenAsBefore()
    {
        var (inputs, _) = trained.ByTrainingCode(Rows);
        var answer = await PostAsync("/api/v1/mlflow/serve/har", JsonContent.Create(new { inputs }));

        Assert.Equal(inputs.Length, answer["predictions"]!.AsArray().Count);
        Assert.Null(answer["dates"]);
    }

    private static double Close(string line) => double.Parse(line.Split(',')[4], CultureInfo.InvariantCulture);

    private static byte[] Csv(IEnumerable<string> lines) => Encoding.UTF8.GetBytes(string.Join('\n', [string.Join(',', Columns), .. lines]));

    private static JsonNode[] Cells(string line) => [.. line.Split(',').Select((cell, i) => i == 0 ? (JsonNode)cell : JsonNode.Parse(cell)!)];

    private static JsonObject Split(IEnumerable<string> lines) => new()
    {
        ["dataframe_split"] = new JsonObject
        {
            ["columns"] = new JsonArray([.. Columns.Select(column => (JsonNode)column)]),
            ["data"] = new JsonArray([.. lines.Select(line => (JsonNode)new JsonArray(Cells(line)))]),
        },
    };

    private static HttpContent Body(string form, string[] lines)
    {
        switch (form)
        {
            case "csv":
                var csv = new ByteArrayContent(Csv(lines));
                csv.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
                return csv;
            case "records":
                return JsonContent.Create(new JsonObject
                {
                    ["dataframe_records"] = new JsonArray([.. lines.Select(line => (JsonNode)new JsonObject(Columns.Zip(Cells(line)).Select(pair => KeyValuePair.Create(pair.First, (JsonNode?)pair.Second))))]),
                });
            default:
                return JsonContent.Create(Split(lines));
        }
    }

    private Task<JsonNode> ScoreAsync(string route, string form, string[] lines, HttpStatusCode expected = HttpStatusCode.OK) => PostAsync(route, Body(form, lines), expected);

    private async Task<JsonNode> PostAsync(string route, HttpContent body, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using (body)
        {
            using var answer = await trained.Http.PostAsync(new Uri(route, UriKind.Relative), body, Ct);
            var text = await answer.Content.ReadAsStringAsync(Ct);
            Assert.True(answer.StatusCode == expected, $"{(int)answer.StatusCode}: {text}");
            return JsonNode.Parse(text)!;
        }
    }

    private async Task<double[]> InferAsync(string endpoint, string input, double[][] rows, int? version = null)
    {
        var answer = await PostAsync($"/v2/models/{endpoint}{(version is null ? "" : $"/versions/{version}")}/infer", JsonContent.Create(new
        {
            inputs = new[] { new { name = input, datatype = "FP64", shape = new[] { rows.Length, rows[0].Length }, data = rows.SelectMany(row => row) } },
        }));
        return [.. answer["outputs"]![0]!["data"]!.AsArray().Select(value => (double)value!)];
    }

    /// <summary>Jobs with pipelines on the index, and endpoints that serve what they made.</summary>
    public sealed class Trained : ServingPlatform, IAsyncLifetime
    {
        /// <summary>The bars without their header.</summary>
        public string[] Lines { get; } = File[1..];

        public new async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            await RegisterAsync("sp500", "ohlcv", File);
            await TrainAsync("har", "har-rv", new { column = "volatility_close_5" }, Pipeline(5));
            await TrainAsync("har", "har-rv", new { column = "volatility_close_10" }, Pipeline(10));
            await TrainAsync("garch-behind", "garch", new { column = "return_close", values = "returns" }, """{"scale":false,"features":[{"type":"returns"}]}""");
            await TrainAsync("trees", "boosted-trees", new { trees = "5" }, null);
            await DeployAsync(new { endpoint = "har", model_uri = "models:/har/1" });
            await DeployAsync(new { endpoint = "garch", model_uri = "models:/garch-behind/1" });
            await DeployAsync(new { endpoint = "trees", model_uri = "models:/trees/1" });

            // What a model takes matters here, not how well it does: the bars' columns pass for prices of assets.
            await RegisterAsync("panel", "table", File);
            await RegisterAsync("quotes", "table", Enumerable.Range(0, 400).Select(Quote).Prepend("time,bid,bid_size,ask,ask_size"));
            foreach (var (name, model, dataset, parameters) in ((string, string, string, object)[])
                [("weights", "portfolio-optimizer", "panel", new { covariance = "ledoit-wolf" }), ("parity", "hierarchical-risk-parity", "panel", new { }), ("flow", "order-flow-impact", "quotes", new { }), ("ranker", "momentum-ranker", "panel", new { })])
            {
                await TrainAsync(name, model, parameters, null, dataset);
                await DeployAsync(new { endpoint = name, model_uri = $"models:/{name}/1" });
            }
        }

        ValueTask IAsyncLifetime.InitializeAsync() => InitializeAsync();

        public async Task DeployAsync(object deployment)
        {
            using var answer = await Http.PostAsJsonAsync("/api/v1/mlflow/serving/deploy", deployment, Ct);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Ct));
        }

        private async Task RegisterAsync(string name, string kind, IEnumerable<string> lines)
        {
            using var upload = new StringContent(string.Join('\n', lines));
            using var registered = await Http.PostAsync(new Uri($"/mlops/datasets?name={name}&kind={kind}", UriKind.Relative), upload, Ct);
            Assert.True(registered.IsSuccessStatusCode, await registered.Content.ReadAsStringAsync(Ct));
        }

        public async Task<string> LocationAsync(string endpoint) =>
            (await Services.GetRequiredService<IGrainFactory>().GetGrain<IEndpointGrain>(endpoint).GetAsync()).Variants[0].Source;

        /// <summary>The windows that training itself makes of all bars, by the library that it calls, and the dates that they end with.</summary>
        /// <param name="rows">Only those that the newest so many bars suffice for.</param>
        public (double[][] Windows, string[] Dates) ByTrainingCode(int rows, int window = 5)
        {
            var data = new TrainingData(
                [.. Lines.Select(line => DateTime.Parse(line.Split(',')[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal))],
                [DataColumn.Of("close", [.. Lines.Select(Close)])]);
            var features = FeaturePipeline.Parse(Encoding.UTF8.GetBytes(Pipeline(window))).Fit(data).Apply(data);
            var values = features.Numbers($"volatility_close_{window}");
            int[] ends = [.. Enumerable.Range(0, values.Length).TakeLast(rows - 21 - window)];
            return ([.. ends.Select(end => values[(end - 21)..(end + 1)])], [.. ends.Select(end => features.Times![end].ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))]);
        }

        private static string Pipeline(int window) => $$"""{"scale":false,"features":[{"type":"realised_volatility","window":{{window}}}]}""";

        private static string Quote(int i) => string.Create(
            CultureInfo.InvariantCulture,
            $"{new DateTime(2020, 1, 2, 9, 0, 0, DateTimeKind.Utc).AddSeconds(30 * i):yyyy-MM-ddTHH:mm:ssZ},{100 + (0.01 * (i * 7 % 13))},{1 + (i * 5 % 11)},{100.02 + (0.01 * (i * 7 % 13))},{1 + (i * 3 % 7)}");

        private async Task TrainAsync(string name, string model, object parameters, string? features, string dataset = "sp500")
        {
            using var started = await Http.PostAsJsonAsync(
                "/mlops/training/start",
                new { model, dataset, parameters, features = features is null ? null : JsonNode.Parse(features), register_as = name },
                Ct);
            var job = JsonNode.Parse(await started.Content.ReadAsStringAsync(Ct))!;
            Assert.True(started.StatusCode == HttpStatusCode.Accepted, job.ToJsonString());
            using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(3));
            while ((string?)job["status"] is "queued" or "running")
            {
                Assert.False(deadline.IsCancellationRequested, $"Waited 3 minutes for the end of the training; the job is {job.ToJsonString()}.");
                await Task.Delay(50, Ct);
                job = (await Http.GetFromJsonAsync<JsonNode>($"/mlops/training/{job["job_id"]}", Ct))!;
            }

            Assert.True((string?)job["status"] == "completed", job.ToJsonString());
        }
    }
}
