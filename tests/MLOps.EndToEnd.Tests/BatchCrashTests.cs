using System.Globalization;
using System.Text;
using MLOps.Client;
using MLOps.Client.Batch;
using MLOps.Testing;

namespace MLOps.EndToEnd.Tests;

/// <summary>kill -9 in the middle of a batch job, twice: the rows are those of a job that nobody disturbed.</summary>
public sealed class BatchCrashTests
{
    private const int Rows = 2_000;
    private const string Model = "crash-scorer";

    [Fact]
    public async Task Kill_InTheMiddleOfAJob_ResultIsBitForBitThatOfAnUndisturbedOne()
    {
        var cancelled = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        string disturbed;
        BatchRequest request;
        byte[] whole;
        await using (var first = await PlatformProcess.StartAsync(folder.Path, cancelled))
        {
            using var client = new MLOpsClient(new Uri(first.Url));
            await TinyModel.RegisterAsync(first.Url, Model, cancelled);
            using var table = new MemoryStream(Table());
            var upload = await client.Batch.UploadAsync(table, cancelled);
            request = new BatchRequest { ModelUri = $"models:/{Model}/1", UploadId = upload.UploadId, PassthroughColumns = ["id"], ChunkRows = 3 };
            whole = await ResultAsync(client, (await client.Batch.WaitAsync((await client.Batch.StartAsync(request, cancelled)).JobId, cancellationToken: cancelled)).EnsureCompleted(), cancelled);
            disturbed = (await client.Batch.StartAsync(request, cancelled)).JobId;
            await KillAtAsync(first, client, disturbed, Rows / 4, cancelled);
        }

        await using (var second = await PlatformProcess.StartAsync(folder.Path, cancelled))
        {
            using var client = new MLOpsClient(new Uri(second.Url));
            await KillAtAsync(second, client, disturbed, Rows / 2, cancelled);
        }

        await using var third = await PlatformProcess.StartAsync(folder.Path, cancelled);
        using var last = new MLOpsClient(new Uri(third.Url));
        var ended = (await last.Batch.WaitAsync(disturbed, cancellationToken: cancelled)).EnsureCompleted();
        Assert.Equal(Rows, ended.RowsDone);
        Assert.Equal(whole, await ResultAsync(last, ended, cancelled));
        Assert.Equal(Client.Runs.RunStatus.Finished, (await last.Runs.GetAsync(ended.RunId!, cancelled)).Info.Status);
    }

    /// <summary>Kills the platform once the job has so many rows and is still at work.</summary>
    private static async Task KillAtAsync(PlatformProcess platform, MLOpsClient client, string jobId, int rows, CancellationToken cancelled)
    {
        BatchJob job;
        do
        {
            job = await client.Batch.GetAsync(jobId, cancelled);
        }
        while (job.RowsDone < rows && !job.IsEnded);

        await platform.KillAsync(cancelled);
        Assert.True(job.Status == BatchJobStatus.Running, $"the job was to be killed at {rows} of {Rows} rows, and is {job.Status} with {job.RowsDone}: {job.Message}");
    }

    private static async Task<byte[]> ResultAsync(MLOpsClient client, BatchJob job, CancellationToken cancelled)
    {
        using var http = new HttpClient { BaseAddress = client.Gateway };
        return await http.GetByteArrayAsync(new Uri($"get-artifact?run_id={job.RunId}&path={job.Result}", UriKind.Relative), cancelled);
    }

    private static byte[] Table() => Encoding.UTF8.GetBytes(
        "id,x0,x1\n" + string.Concat(Enumerable.Range(1, Rows).Select(row => string.Create(CultureInfo.InvariantCulture, $"r{row},{row * 0.1},{Math.Sin(row)}\n"))));
}
