using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using MLOps.Client;
using MLOps.Client.Runs;
using MLOps.Client.Serving;
using MLOps.Client.Training;
using MLOps.Testing;

namespace MLOps.EndToEnd.Tests;

/// <summary>kill -9 of one silo of two, each a real process: what it did goes on on the other.</summary>
public sealed partial class SiloCrashTests
{
    private const string Model = "replicated";
    private const int Replicas = 4;
    private const int Epochs = 40;
    private const int EpochsBeforeTheKill = 5;
    private const int Folds = 6;
    private const int FoldsBeforeTheKill = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Kill_OfOneOfTwoSilos_ItsTrainingAndItsReplicasGoOnOnTheOther()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? string.Empty);
        await using var cluster = await TwoSilos.StartAsync(
            Ct,
            ("MLOps__Training__CheckpointInterval", "00:00:00"),
            ("MLOps__Training__RecoveryInterval", "00:00:02"));
        using var client = new MLOpsClient(new Uri(cluster.Gateway.Url));
        await TinyModel.RegisterAsync(cluster.Gateway.Url, Model, Ct);
        await client.Serving.DeployAsync(Model, [new VariantRequest("v", $"models:/{Model}/1", Replicas: Replicas)], Ct);
        var answer = await InferAsync(client);
        var lost = Loaded(cluster.Second);
        Assert.Equal(Replicas / 2, lost.Length);
        Assert.Empty(lost.Intersect(Loaded(cluster.First)));
        await using (var prices = File.OpenRead(RepositoryRoot.Combine("samples", "data", "sp500_daily_ohlcv_2000_2020.csv")))
        {
            await client.Datasets.UploadAsync("sp500", prices, cancellationToken: Ct);
        }

        var job = await StartOnAsync(cluster.Second, cluster.First, client);
        await UntilAsync(
            $"epoch {EpochsBeforeTheKill} of job {job.JobId}",
            async () => (await CurveAsync(client, job.RunId!, "val_loss")).Length >= EpochsBeforeTheKill);
        await cluster.Second.KillAsync(Ct);

        // Asked again and again, so that every replica has its turn.
        await UntilAsync(
            "the other silo to have loaded the replicas of the dead one",
            async () =>
            {
                Assert.Equal(answer, await InferAsync(client));
                return !lost.Except(Loaded(cluster.First)).Any();
            });

        var ended = await EndedAsync(client, job.JobId);
        ended.EnsureCompleted();
        Assert.Equal((job.RunId, 1), (ended.RunId, ended.ModelVersion));
        Assert.Equal(RunStatus.Finished, (await client.Runs.GetAsync(ended.RunId!, Ct)).Info.Status);
        var from = GoesOn(ended.JobId).Matches(cluster.First.Output).Select(match => int.Parse(match.Groups["step"].Value, CultureInfo.InvariantCulture)).ToArray();
        Assert.NotEmpty(from);
        Assert.InRange(from[0], EpochsBeforeTheKill - 1, Epochs);

        // Neither a gap nor a step twice, and every value that of a training which nobody disturbed.
        var undisturbed = await EndedAsync(client, (await client.Training.StartAsync(Request(), Ct)).JobId);
        undisturbed.EnsureCompleted();
        foreach (var metric in new[] { "train_loss", "val_loss", "val_accuracy", "learning_rate" })
        {
            var curve = await CurveAsync(client, ended.RunId!, metric);
            Assert.Equal(Enumerable.Range(1, Epochs), curve.Select(point => (int)point.Step));
            Assert.Equal(await CurveAsync(client, undisturbed.RunId!, metric), curve);
        }

        Assert.Single(await CurveAsync(client, ended.RunId!, "best_epoch"));

        // The next one: the crash has made no second version.
        Assert.Equal(2, undisturbed.ModelVersion);
    }

    [Fact]
    public async Task Kill_InAnEvaluation_TheOtherSiloGoesOnWithTheFirstFoldThatIsNotDone()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? string.Empty);
        await using var cluster = await TwoSilos.StartAsync(
            Ct,
            ("MLOps__Training__CheckpointInterval", "00:00:00"),
            ("MLOps__Training__RecoveryInterval", "00:00:02"));
        using var client = new MLOpsClient(new Uri(cluster.Gateway.Url));
        await using (var prices = File.OpenRead(RepositoryRoot.Combine("samples", "data", "sp500_daily_ohlcv_2000_2020.csv")))
        {
            await client.Datasets.UploadAsync("sp500", prices, cancellationToken: Ct);
        }

        var job = await StartOnAsync(cluster.Second, cluster.First, client, Evaluated());
        await UntilAsync($"fold {FoldsBeforeTheKill} of job {job.JobId}", async () => (await ByFoldAsync(client, job.RunId!)).Length >= FoldsBeforeTheKill);
        await cluster.Second.KillAsync(Ct);

        var seen = 0;
        await UntilAsync("the other silo to evaluate", async () =>
        {
            var message = (await client.Training.GetAsync(job.JobId, Ct)).Message ?? "";
            seen = GoesOn(job.JobId).IsMatch(cluster.First.Output) && Fold().Match(message) is { Success: true } match ? int.Parse(match.Groups["fold"].Value, CultureInfo.InvariantCulture) : seen;
            return seen > 0;
        });
        Assert.InRange(seen, FoldsBeforeTheKill, Folds);

        var ended = await EndedAsync(client, job.JobId);
        ended.EnsureCompleted();
        Assert.Equal(job.RunId, ended.RunId);

        // Neither a fold missing nor one twice, and every figure that of a job which nobody disturbed.
        var undisturbed = await EndedAsync(client, (await client.Training.StartAsync(Evaluated(), Ct)).JobId);
        undisturbed.EnsureCompleted();
        var folds = await ByFoldAsync(client, ended.RunId!);
        Assert.Equal(Enumerable.Range(1, Folds), folds.Select(point => (int)point.Step));
        Assert.Equal(await ByFoldAsync(client, undisturbed.RunId!), folds);
        var mean = Assert.Single(await CurveAsync(client, ended.RunId!, "wf_log_loss"));
        Assert.Equal(folds.Average(point => point.Value), mean.Value, 1e-12);
        Assert.Single(await CurveAsync(client, ended.RunId!, "best_epoch"));
    }

    private static Task<(long Step, double Value)[]> ByFoldAsync(MLOpsClient client, string runId) => CurveAsync(client, runId, "wf_log_loss_by_fold");

    private static TrainingRequest Evaluated()
    {
        var request = Request();
        return request with
        {
            RegisterAs = null,
            Parameters = new Dictionary<string, string>(request.Parameters) { ["epochs"] = "6" },
            Evaluation = new EvaluationRequest { Method = EvaluationMethods.Expanding, Folds = Folds },
        };
    }

    /// <summary>Starts jobs until this silo has one: where it is trained is the cluster's choice.</summary>
    private static async Task<TrainingJob> StartOnAsync(PlatformProcess silo, PlatformProcess other, MLOpsClient client, TrainingRequest? request = null)
    {
        for (var attempt = 0; attempt < 20; attempt++)
        {
            var job = await client.Training.StartAsync(request ?? Request(), Ct);
            await UntilAsync($"job {job.JobId} to be taken up", () => Task.FromResult(GoesOn(job.JobId).IsMatch(silo.Output + other.Output)));
            if (GoesOn(job.JobId).IsMatch(silo.Output))
            {
                return await client.Training.GetAsync(job.JobId, Ct);
            }

            await client.Training.StopAsync(job.JobId, Ct);
            await EndedAsync(client, job.JobId);
        }

        throw new InvalidOperationException("20 jobs were all trained by the other silo");
    }

    private static TrainingRequest Request() => new()
    {
        Model = "tcn-regime-classifier",
        Dataset = "sp500",
        TrainEnd = new DateOnly(2006, 12, 29),
        RegisterAs = "crash-regime",
        Parameters = new Dictionary<string, string>
        {
            ["epochs"] = Epochs.ToString(CultureInfo.InvariantCulture),
            ["patience"] = "1000",
            ["channels"] = "8",
            ["hmm_starts"] = "1",
            ["threads"] = "1",
        },
    };

    private static async Task<double> InferAsync(MLOpsClient client) =>
        (await client.Serving.InferAsync(Model, Tensor.Of("x", [1, 2], [1f, 2f]), cancellationToken: Ct)).Outputs[0].AsDoubles()[0];

    /// <summary>The keys of the replicas that the silo says it has loaded.</summary>
    private static string[] Loaded(PlatformProcess silo) => [.. ReplicaLoaded().Matches(silo.Output).Select(match => match.Groups["key"].Value).Distinct()];

    private static async Task<(long Step, double Value)[]> CurveAsync(MLOpsClient client, string runId, string metric) =>
        [.. (await client.Runs.GetHistoryAsync(runId, metric, Ct).ToListAsync(Ct)).Select(point => (point.Step, point.Value)).OrderBy(point => point.Step)];

    private static async Task<TrainingJob> EndedAsync(MLOpsClient client, string jobId)
    {
        TrainingJob? job = null;
        await UntilAsync(
            $"training job {jobId} to end",
            async () =>
            {
                job = await client.Training.GetAsync(jobId, Ct);
                return job.IsEnded;
            });
        return job!;
    }

    /// <summary>Until the cluster has noticed the death, calls to the dead silo fail; they must not fail for long.</summary>
    private static async Task UntilAsync(string what, Func<Task<bool>> met)
    {
        var clock = Stopwatch.StartNew();
        Exception? last = null;
        while (clock.Elapsed < Patience)
        {
            try
            {
                if (await met())
                {
                    return;
                }

                last = null;
            }
            catch (MLOpsClientException exception)
            {
                last = exception;
            }

            await Task.Delay(50, Ct);
        }

        throw new TimeoutException($"Waited {Patience.TotalMinutes} min for {what}.", last);
    }

    private static Regex GoesOn(string jobId) => new($"Training job {jobId} goes on after step (?<step>[0-9]+), attempt [0-9]+", RegexOptions.CultureInvariant);

    [GeneratedRegex(@"^Evaluating\. Fold (?<fold>[0-9]+) of ")]
    private static partial Regex Fold();

    [GeneratedRegex(@"Replica (?<key>\S+) loaded ")]
    private static partial Regex ReplicaLoaded();
}
