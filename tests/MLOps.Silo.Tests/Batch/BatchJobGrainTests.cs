using System.Globalization;
using System.Text;
using MLOps.Contracts.Batch;
using MLOps.Contracts.Catalog;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Silo.Batch;
using MLOps.Testing.Onnx;

namespace MLOps.Silo.Tests.Batch;

public sealed class BatchJobGrainTests(BatchSilo silo) : IClassFixture<BatchSilo>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_DatasetAndEndpoint_EndsAsARunWithItsInputAndResult()
    {
        await silo.RegisterAsync("sum", TinyModels.SumAndDifference());
        await silo.Silo.Grains.GetGrain<IEndpointGrain>("sums").DeployAsync(new EndpointSpec([new VariantSpec("main", "models:/sum/1")], null));
        await silo.Silo.RegisterAsync("pairs", "table", new MemoryStream(Encoding.UTF8.GetBytes("day,a,b,note\n2020-01-02,5,3,007\n2020-01-03,,1,\n")));

        var job = await silo.RunAsync(new BatchJobSpec("sums", null, "pairs", 0, null, [], ["difference"], ["day", "note"], 0, BatchOnError.Fail, "nightly"));

        Assert.True(job.Status == BatchJobStatus.Completed, job.Message);
        Assert.Equal(("sum", 1, 1, 10_000), (job.ModelName, job.ModelVersion, job.Spec.DatasetVersion, job.Spec.ChunkRows));
        var rows = await silo.RowsAsync(job);
        Assert.Equal(["row_number", "day", "note", "difference"], rows.Columns.Select(column => column.Name));
        Assert.Equal(["2020-01-02", "2020-01-03"], BatchSilo.Cells(rows, "day"));
        Assert.Equal(["007", null], BatchSilo.Cells(rows, "note"));
        Assert.Equal(["2", "NaN"], BatchSilo.Cells(rows, "difference"));

        var run = await silo.Silo.Tracking.GetRunAsync(job.RunId!, Ct);
        Assert.Equal((RunStatus.Finished, "nightly"), (run.Info.Status, run.Info.RunName));
        Assert.Equal(BatchJobSpec.Experiment, (await silo.Silo.Tracking.GetExperimentAsync(run.Info.ExperimentId, Ct)).Name);
        Assert.Superset(
            new HashSet<KeyValue> { new("model", "sum"), new("model_version", "1"), new("dataset", "pairs"), new("dataset_version", "1"), new("input_digest", job.InputDigest), new("endpoint", "sums") },
            run.Params.ToHashSet());
        Assert.Equal([("rows", 2), ("rows_failed", 0)], run.Metrics.Where(metric => metric.Key != "rows_per_second").OrderBy(metric => metric.Key, StringComparer.Ordinal).Select(metric => (metric.Key, metric.Value)));
        Assert.True(Assert.Single(run.Metrics, metric => metric.Key == "rows_per_second").Value > 0);
        var input = Assert.Single(run.Inputs);
        Assert.Equal(("pairs", job.InputDigest), (input.Name, input.Digest));
        Assert.Contains(new KeyValue("mlflow.data.context", "inference"), input.Tags);
        Assert.Empty(await silo.Store.ListAsync($"batch/jobs/{job.JobId}", Ct));
        Assert.DoesNotContain(job.JobId, await silo.Silo.Grains.GetGrain<INameIndexGrain>(NameIndex.OpenBatchJobs).ListAsync());
    }

    [Fact]
    public async Task BadRow_Fail_NamesLineAndColumnAndLeavesNoResult()
    {
        await silo.RegisterAsync("strict", TinyModels.Mlp(2));
        var upload = await silo.UploadAsync("id,x0,x1\nr1,1,2\nr2,3,?\n");

        var job = await silo.RunAsync(BatchSilo.Spec("strict", upload, 1));

        Assert.Equal((BatchJobStatus.Failed, 1L), (job.Status, job.RowsDone));
        Assert.Contains("Row 2 (line 3), column 'x1' is '?': expected a number", job.Message, StringComparison.Ordinal);
        Assert.Null(job.Result);
        Assert.Equal(RunStatus.Failed, (await silo.Silo.Tracking.GetRunAsync(job.RunId!, Ct)).Info.Status);
        Assert.Empty(await silo.Store.ListAsync($"batch/jobs/{job.JobId}", Ct));
    }

    [Fact]
    public async Task BadRows_Skip_HaveNoOutputsAndSayWhy()
    {
        await silo.RegisterAsync("lenient", TinyModels.Mlp(2));
        var upload = await silo.UploadAsync("id,x0,x1\nr1,1,2\nr2,3,?\nr3,x,1\nr4,0,0\nr5,a,b\n");

        // Chunks with one bad row, with none and with nothing else.
        var job = await silo.RunAsync(BatchSilo.Spec("lenient", upload, 2) with { OnError = BatchOnError.Skip });

        Assert.True(job.Status == BatchJobStatus.Completed, job.Message);
        Assert.Equal((5L, 3L), (job.RowsDone, job.RowsFailed));
        var rows = await silo.RowsAsync(job);
        Assert.Equal(["r1", "r2", "r3", "r4", "r5"], BatchSilo.Cells(rows, "id"));
        Assert.Equal(["7.5", null, null, "1.5", null], BatchSilo.Cells(rows, "y"));
        Assert.Equal(
            [null, "Row 2 (line 3), column 'x1' is '?'", "Row 3 (line 4), column 'x0' is 'x'", null, "Row 5 (line 6), column 'x0' is 'a'"],
            BatchSilo.Cells(rows, "error").Select(error => error?.Split(':')[0]));
        Assert.Equal(3, Assert.Single((await silo.Silo.Tracking.GetRunAsync(job.RunId!, Ct)).Metrics, metric => metric.Key == "rows_failed").Value);
    }

    [Fact]
    public async Task Stop_RunningQueuedAndPaused_EndsAllAndKillsTheRuns()
    {
        await silo.RegisterAsync("stopped", TinyModels.Mlp(2));
        var upload = await silo.UploadAsync(BatchSilo.Table(3_000));
        var running = silo.Job((await silo.StartAsync(BatchSilo.Spec("stopped", upload, 1))).JobId);
        await SiloFixture.WaitForAsync("some rows", running.GetAsync, job => job.RowsDone > 0);
        var queued = silo.Job((await silo.StartAsync(BatchSilo.Spec("stopped", upload, 1))).JobId);
        var paused = silo.Job((await silo.StartAsync(BatchSilo.Spec("stopped", upload, 1))).JobId);
        await paused.PauseAsync();

        Assert.Equal(BatchJobStatus.Stopped, (await queued.StopAsync()).Status);
        Assert.Equal(BatchJobStatus.Stopped, (await paused.StopAsync()).Status);
        await running.StopAsync();

        var ended = await silo.EndedAsync((await running.GetAsync()).JobId);
        Assert.Equal(BatchJobStatus.Stopped, ended.Status);
        Assert.Equal(RunStatus.Killed, (await silo.Silo.Tracking.GetRunAsync(ended.RunId!, Ct)).Info.Status);
        Assert.Null((await queued.GetAsync()).RunId);
        Assert.All(
            [await Assert.ThrowsAsync<MLOpsException>(running.StopAsync), await Assert.ThrowsAsync<MLOpsException>(running.PauseAsync), await Assert.ThrowsAsync<MLOpsException>(running.ResumeAsync)],
            refusal => Assert.Equal(ProblemCode.InvalidState, refusal.Code));
        Assert.Equal(BatchJobStatus.Completed, (await silo.RunAsync(BatchSilo.Spec("stopped", await silo.UploadAsync(BatchSilo.Table(3)), 2))).Status);
    }

    [Fact]
    public async Task Worker_OfAnEarlierAttempt_IsNotHeard()
    {
        await silo.RegisterAsync("fenced", TinyModels.Mlp(2));
        var upload = await silo.UploadAsync(BatchSilo.Table(5));

        // The test is the worker: paused jobs are left alone by the silo's own.
        silo.Store.Delay = TimeSpan.FromSeconds(1);
        var id = (await silo.StartAsync(BatchSilo.Spec("fenced", upload, 1))).JobId;
        await SiloFixture.WaitForAsync("the worker to begin", silo.Job(id).GetAsync, job => job.Status == BatchJobStatus.Running);
        var owner = silo.Silo.Grains.GetGrain<IBatchJobOwnerGrain>(id);

        Assert.Null(await owner.BeginAsync("0", "silo"));
        Assert.False(await owner.RecordAsync(0, new BatchPart(1, 1, 0, "d", 1, 1)));
        await owner.CompleteAsync(0, "forged");
        await owner.FailAsync(0, "forged");
        silo.Store.Delay = null;

        var ended = await silo.EndedAsync(id);
        Assert.Equal((BatchJobStatus.Completed, 5L), (ended.Status, ended.RowsDone));
        Assert.NotEqual("forged", ended.ResultDigest);
    }

    [Theory]
    [InlineData("id,x0\nr1,1\n", "takes 2 column(s), but 1 are given (x0)")]
    [InlineData("id,x0,x1\n", "no rows")]
    [InlineData("id,x0,x1\nr1,1\n", "Line 2 has 2 columns: expected 3")]
    [InlineData("x0,x1\n1,2\n", "'passthrough_columns' has 'id': the input has x0, x1")]
    [InlineData("PAR1 and then nothing", "no readable Parquet")]
    public async Task Input_ThatDoesNotFit_FailsAndSaysWhy(string content, string said)
    {
        await silo.RegisterAsync("fitting", TinyModels.Mlp(2));

        var job = await silo.RunAsync(BatchSilo.Spec("fitting", await silo.UploadAsync(content), 10));

        Assert.Equal(BatchJobStatus.Failed, job.Status);
        Assert.Contains(said, job.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Input_InTooManyChunks_SaysHowManyRowsAChunkNeeds()
    {
        await silo.RegisterAsync("many", TinyModels.Mlp(2));

        var job = await silo.RunAsync(BatchSilo.Spec("many", await silo.UploadAsync(BatchSilo.Table(10_001)), 1));

        Assert.Contains("chunk_rows of at least 3", job.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("both models", "Both of 'endpoint' and 'model_uri'")]
    [InlineData("no input", "Neither of 'dataset' and 'upload_id'")]
    [InlineData("unknown upload", "'upload_id' is")]
    [InlineData("bad upload", "'upload_id' is '../../x'")]
    [InlineData("unknown dataset", "'dataset' is 'nowhere'")]
    [InlineData("chunk", "'chunk_rows' is '-1': expected 1 to 1000000")]
    [InlineData("twice", "'passthrough_columns' is 'id': expected every name once")]
    [InlineData("model", "no-such-model")]
    public async Task Start_BadField_NamesItAndMakesNoJob(string field, string said)
    {
        await silo.RegisterAsync("checked", TinyModels.Mlp(2));
        var good = BatchSilo.Spec("checked", await silo.UploadAsync(BatchSilo.Table(1)), 1);
        var spec = field switch
        {
            "both models" => good with { Endpoint = "e" },
            "no input" => good with { UploadId = null },
            "unknown upload" => good with { UploadId = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture) },
            "bad upload" => good with { UploadId = "../../x" },
            "unknown dataset" => good with { UploadId = null, Dataset = "nowhere" },
            "chunk" => good with { ChunkRows = -1 },
            "twice" => good with { Passthrough = ["id", "id"] },
            _ => good with { ModelUri = "models:/no-such-model/1" },
        };
        var job = silo.Job(Guid.NewGuid().ToString("N"));

        var error = await Assert.ThrowsAsync<MLOpsException>(() => job.StartAsync(spec));

        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.Equal(ProblemCode.NotFound, (await Assert.ThrowsAsync<MLOpsException>(job.GetAsync)).Code);
    }

    [Fact]
    public async Task Thread_OfAJob_KeepsItFromItsFirstLineToItsLast()
    {
        var threads = new List<int>();
        await BatchThread.RunAsync(async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                threads.Add(Environment.CurrentManagedThreadId);
                await Task.Run(() => Thread.Sleep(1), Ct);
            }
        });

        Assert.Single(threads.Distinct());
        Assert.NotEqual(Environment.CurrentManagedThreadId, threads[0]);
        await Assert.ThrowsAsync<FormatException>(() => BatchThread.RunAsync(() => throw new FormatException()));
    }
}
