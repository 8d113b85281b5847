using System.Globalization;
using CsCheck;
using MLOps.Contracts.Batch;
using MLOps.Silo.Batch;
using MLOps.Testing.Onnx;

namespace MLOps.Silo.Tests.Batch;

/// <summary>Wherever a job breaks off, its result is bit for bit that of a job that did not.</summary>
public sealed class BatchResumeTests(BatchSilo silo) : IClassFixture<BatchSilo>
{
    private const string Model = "resumed";

    [Fact]
    public async Task Faults_BeforeAndAfterAnyParts_ChangeNothing()
    {
        await ModelAsync();
        await Gen.Select(Gen.Int[1, 60], Gen.Int[1, 20], Gen.Select(Gen.Int[0, 12], Gen.Bool).List[1, 4]).SampleAsync(
            async (rows, chunkRows, faults) =>
            {
                var upload = await silo.UploadAsync(BatchSilo.Table(rows));
                silo.Store.Count([]);
                var whole = await silo.RunAsync(BatchSilo.Spec(Model, upload, chunkRows));
                silo.Store.Count(faults);
                var broken = await silo.RunAsync(BatchSilo.Spec(Model, upload, chunkRows));

                Assert.True(broken.Status == BatchJobStatus.Completed, broken.Message);
                Assert.Equal(whole.ResultDigest, broken.ResultDigest);
                Assert.Equal(await silo.ResultAsync(whole), await silo.ResultAsync(broken));
                await CheckAsync(broken, rows);
            },
            iter: 25,
            threads: 1);
        silo.Store.Count([]);
    }

    [Fact]
    public async Task Pauses_InTheMiddle_ChangeNothing()
    {
        await ModelAsync();
        var upload = await silo.UploadAsync(BatchSilo.Table(400));
        var whole = await silo.RunAsync(BatchSilo.Spec(Model, upload, 3));
        var job = silo.Job((await silo.StartAsync(BatchSilo.Spec(Model, upload, 3))).JobId);
        for (var pauses = 0; pauses < 5; pauses++)
        {
            var before = (await job.GetAsync()).RowsDone;
            await SiloFixture.WaitForAsync("new rows", job.GetAsync, j => j.RowsDone > before);
            await job.PauseAsync();
            var paused = await SiloFixture.WaitForAsync("the job to be paused", job.GetAsync, j => j.Status == BatchJobStatus.Paused);
            Assert.InRange(paused.RowsDone, before + 1, 399);
            await job.ResumeAsync();
        }

        var ended = await silo.EndedAsync((await job.GetAsync()).JobId);
        Assert.True(ended.Status == BatchJobStatus.Completed, ended.Message);
        Assert.Equal(whole.ResultDigest, ended.ResultDigest);
        await CheckAsync(ended, 400);
    }

    [Fact]
    public async Task WorkersThatDieOneAfterTheOther_FailTheJobAtLast()
    {
        await using var own = new BatchSilo();
        await own.InitializeAsync();
        await own.RegisterAsync(Model, TinyModels.Mlp(2));
        var upload = await own.UploadAsync(BatchSilo.Table(300));
        own.Store.Delay = TimeSpan.FromMilliseconds(50);
        await own.StartAsync(BatchSilo.Spec(Model, upload, 1));
        var job = await own.StartAsync(BatchSilo.Spec(Model, upload, 1));
        var owner = own.Silo.Grains.GetGrain<IBatchJobOwnerGrain>(job.JobId);
        var gone = SiloAddress.New(System.Net.IPAddress.Loopback, 1, 1).ToParsableString();
        for (var death = 1; death <= 6; death++)
        {
            Assert.True(await owner.BeginAsync(Guid.NewGuid().ToString("N"), gone) is not null, $"after death {death - 1} the job is to be tried again");
            await owner.RecoverAsync("", false);
        }

        var failed = await own.Job(job.JobId).GetAsync();
        Assert.Equal(BatchJobStatus.Failed, failed.Status);
        Assert.Contains("6 workers in a row ended before the job did, without new rows", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SiloKilled_InTheMiddle_NextStartGoesOnByItself()
    {
        await using var own = new BatchSilo();
        await own.InitializeAsync();
        await own.RegisterAsync(Model, TinyModels.Mlp(2));
        var upload = await own.UploadAsync(BatchSilo.Table(300));
        var whole = await own.RunAsync(BatchSilo.Spec(Model, upload, 2));
        own.Store.Delay = TimeSpan.FromMilliseconds(5);
        var started = await own.StartAsync(BatchSilo.Spec(Model, upload, 2));
        var paused = await own.StartAsync(BatchSilo.Spec(Model, upload, 2));
        await own.Job(paused.JobId).PauseAsync();
        var killed = await SiloFixture.WaitForAsync("some rows", own.Job(started.JobId).GetAsync, job => job.RowsDone >= 40);
        await own.Silo.StopAsync(kill: true);

        await own.InitializeAsync();

        var ended = await own.EndedAsync(started.JobId);
        Assert.True(ended.Status == BatchJobStatus.Completed, ended.Message);
        Assert.InRange(killed.RowsDone, 40, 299);
        Assert.Equal((whole.ResultDigest, killed.RunId), (ended.ResultDigest, ended.RunId));
        Assert.Equal(BatchJobStatus.Paused, (await own.Job(paused.JobId).GetAsync()).Status);
        await own.Job(paused.JobId).ResumeAsync();
        Assert.Equal(whole.ResultDigest, (await own.EndedAsync(paused.JobId)).ResultDigest);
    }

    [Fact]
    public async Task Input_ChangedWhilePaused_IsRefused()
    {
        await ModelAsync();
        var upload = await silo.UploadAsync(BatchSilo.Table(300));
        var job = await PausedAsync(upload);
        await silo.Store.WriteAsync(BatchUpload.ContentPath(upload), new MemoryStream([.. "id,x0,x1\nr1,1,9\n"u8]), TestContext.Current.CancellationToken);

        await silo.Job(job).ResumeAsync();

        var ended = await silo.EndedAsync(job);
        Assert.Equal(BatchJobStatus.Failed, ended.Status);
        Assert.Contains("has changed: its digest is", ended.Message, StringComparison.Ordinal);
        Assert.Null(ended.Result);
    }

    [Fact]
    public async Task Part_ChangedWhilePaused_IsNoticedBeforeThereIsAResult()
    {
        await ModelAsync();
        var job = await PausedAsync(await silo.UploadAsync(BatchSilo.Table(300)));
        await silo.Store.WriteAsync($"batch/jobs/{job}/parts/00000000.parquet", new MemoryStream([1, 2, 3]), TestContext.Current.CancellationToken);

        await silo.Job(job).ResumeAsync();

        var ended = await silo.EndedAsync(job);
        Assert.Equal(BatchJobStatus.Failed, ended.Status);
        Assert.Contains("parts/00000000.parquet are not those that the job has recorded", ended.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Promotion_InTheMiddle_DoesNotMixVersions()
    {
        const string Promoted = "promoted";
        await silo.RegisterAsync(Promoted, TinyModels.AddConstant(1, 2));
        await silo.RegisterAsync(Promoted, TinyModels.AddConstant(100, 2));
        await silo.Registry.SetAliasAsync(Promoted, "champion", 1, null, TestContext.Current.CancellationToken);
        var upload = await silo.UploadAsync(BatchSilo.Table(200));
        var started = await silo.StartAsync(BatchSilo.Spec(Promoted, upload, 2) with { ModelUri = $"models:/{Promoted}@champion" });
        await silo.Job(started.JobId).PauseAsync();
        await silo.Registry.SetAliasAsync(Promoted, "champion", 2, null, TestContext.Current.CancellationToken);
        await SiloFixture.WaitForAsync("the pause", silo.Job(started.JobId).GetAsync, job => job.Status == BatchJobStatus.Paused);
        await silo.Job(started.JobId).ResumeAsync();

        var ended = await silo.EndedAsync(started.JobId);

        Assert.Equal(1, ended.ModelVersion);
        Assert.Equal(
            Enumerable.Range(1, 200).Select(row => (row + 1).ToString(CultureInfo.InvariantCulture)),
            BatchSilo.Cells(await silo.RowsAsync(ended), "y_0"));
    }

    private async Task ModelAsync()
    {
        if ((await silo.Registry.SearchRegisteredModelsAsync(new Tracking.SearchModels($"name = '{Model}'", [], 1, null))).Items.Count == 0)
        {
            await silo.RegisterAsync(Model, TinyModels.Mlp(2));
        }
    }

    /// <summary>A job that has done some of its rows and waits.</summary>
    private async Task<string> PausedAsync(string upload)
    {
        var id = (await silo.StartAsync(BatchSilo.Spec(Model, upload, 1))).JobId;
        await SiloFixture.WaitForAsync("some rows", silo.Job(id).GetAsync, job => job.RowsDone > 0);
        await silo.Job(id).PauseAsync();
        await SiloFixture.WaitForAsync("the pause", silo.Job(id).GetAsync, job => job.Status == BatchJobStatus.Paused);
        return id;
    }

    /// <summary>Every row once, in order, beside what the model makes of it: relu(x0 + x1 + 0.5) twice, summed, + 0.5.</summary>
    private async Task CheckAsync(BatchJobSnapshot job, int rows)
    {
        var result = await silo.RowsAsync(job);
        Assert.Equal(Enumerable.Range(1, rows).Select(row => row.ToString(CultureInfo.InvariantCulture)), BatchSilo.Cells(result, "row_number"));
        Assert.Equal(Enumerable.Range(1, rows).Select(row => $"r{row}"), BatchSilo.Cells(result, "id"));
        Assert.Equal(
            Enumerable.Range(1, rows).Select(row => ((2 * ((row * 1.25f) + 0.5f)) + 0.5f).ToString(CultureInfo.InvariantCulture)),
            BatchSilo.Cells(result, "y"));
        Assert.Equal((rows, (long?)rows), (job.RowsDone, job.Rows));
    }
}
