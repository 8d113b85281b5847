using System.Text;
using Microsoft.AspNetCore.Http;
using MLOps.Client.Batch;

namespace MLOps.Client.Tests.Batch;

public sealed class BatchClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task UploadAndStart_AreSentInTheDocumentedWords()
    {
        await using var gateway = await TestGateway.StartAsync(g => g
            .On("POST /mlops/batch/upload", """{"upload_id":"u1","format":"csv","bytes":8,"digest":"d"}""", 201)
            .On("POST /mlops/batch/start", """{"job_id":"j","status":"queued","progress":0,"rows":null,"rows_done":0}""", 202));

        var upload = await gateway.Client.Batch.UploadAsync(new MemoryStream(Encoding.UTF8.GetBytes("x\n1\n2\n3\n")), Token);
        var job = await gateway.Client.Batch.StartAsync(
            new BatchRequest
            {
                ModelUri = "models:/m/1",
                UploadId = upload.UploadId,
                InputColumns = new Dictionary<string, IReadOnlyList<string>> { ["inputX"] = ["a", "b"] },
                PassthroughColumns = ["day"],
                OnError = "skip",
            },
            Token);

        Assert.Equal(BatchJobStatus.Queued, job.Status);
        var sent = gateway.Received[1].Json;
        Assert.Equal(("models:/m/1", "u1", "skip"), (sent.GetProperty("model_uri").GetString(), sent.GetProperty("upload_id").GetString(), sent.GetProperty("on_error").GetString()));
        Assert.Equal(["a", "b"], sent.GetProperty("input_columns").GetProperty("inputX").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal("day", sent.GetProperty("passthrough_columns")[0].GetString());
        Assert.False(sent.TryGetProperty("chunk_rows", out _));
    }

    [Fact]
    public async Task Wait_JobThatIsPausedAndThenFails_ReportsEveryStateAndThrowsItsMessage()
    {
        var calls = 0;
        await using var gateway = await TestGateway.StartAsync(g => g.On("GET /mlops/batch/j", context => context.Response.WriteAsync(
            Interlocked.Increment(ref calls) switch
            {
                1 => """{"job_id":"j","model_name":"m","model_version":3,"status":"running","progress":0.5,"rows":4,"rows_done":2,"rows_per_second":10.5}""",
                2 => """{"job_id":"j","model_name":"m","model_version":3,"status":"paused","progress":0.5}""",
                _ => """{"job_id":"j","model_name":"m","model_version":3,"status":"failed","progress":0.5,"message":"Row 3 (line 4), column 'x' is 'n/a'"}""",
            },
            Token)));
        var seen = new List<BatchJobStatus>();

        var job = await gateway.Client.Batch.WaitAsync("j", state => seen.Add(state.Status), TimeSpan.FromMilliseconds(1), Token);

        Assert.Equal([BatchJobStatus.Running, BatchJobStatus.Paused, BatchJobStatus.Failed], seen);
        var failure = Assert.Throws<MLOpsClientException>(job.EnsureCompleted);
        Assert.Contains("m version 3", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Row 3 (line 4)", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pause")]
    [InlineData("resume")]
    [InlineData("stop")]
    public async Task Act_GoesToTheJobsRoute(string action)
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On($"POST /mlops/batch/j/{action}", """{"job_id":"j","status":"running","message":"…"}"""));
        var batch = gateway.Client.Batch;

        var job = await (action switch
        {
            "pause" => batch.PauseAsync("j", Token),
            "resume" => batch.ResumeAsync("j", Token),
            _ => batch.StopAsync("j", Token),
        });

        Assert.Equal("j", job.JobId);
    }
}
