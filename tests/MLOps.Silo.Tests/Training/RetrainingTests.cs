using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Datasets;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Models;
using MLOps.Contracts.Monitoring;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Training;
using MLOps.Testing;
using MLOps.Tracking;
using MLOps.Tracking.Artifacts;

namespace MLOps.Silo.Tests.Training;

/// <summary>Policies that train an endpoint's model anew: GARCH on the index, judged by its own evaluation.</summary>
public sealed class RetrainingTests : IAsyncLifetime
{
    private const string Endpoint = "vol";
    private readonly ShiftedTime _clock = new();
    private readonly SiloFixture _silo;

    public RetrainingTests() => _silo = new SiloFixture
    {
        Configure = services =>
        {
            services.AddSingleton<TimeProvider>(_clock);
            services.AddKeyedSingleton<TimeProvider>(KeyedService.AnyKey, (_, _) => TimeProvider.System);
        },
        Settings = { ["MLOps:Training:SearchInterval"] = "00:00:00.05" },
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IRetrainingGrain Grain => _silo.Grains.GetGrain<IRetrainingGrain>(Endpoint);

    private IModelRegistryStore Registry => _silo.Services.GetRequiredService<IModelRegistryStore>();

    public async ValueTask InitializeAsync()
    {
        await _silo.InitializeAsync();
        await _silo.RegisterSp500Async("sp500");
        var job = _silo.Grains.GetGrain<ITrainingJobGrain>(Guid.NewGuid().ToString("N"));

        // Normal and few rows: the version to be beaten knows little of the years that it is judged on.
        await job.StartAsync(new TrainingJobSpec("garch", "sp500", 0, "", null, "2005-12-30", [], "vol-model"));
        var ended = await SiloFixture.WaitForAsync("the first version", job.GetAsync, seen => seen.IsEnded);
        Assert.True(ended.Status == TrainingJobStatus.Completed, ended.Message);
        await _silo.Grains.GetGrain<IEndpointGrain>(Endpoint).DeployAsync(new EndpointSpec([new VariantSpec("main", "models:/vol-model/1")], null));
    }

    public ValueTask DisposeAsync() => _silo.DisposeAsync();

    [Fact]
    public async Task Schedule_Due_TrainsValidatesAndMovesToStaging_WithEveryStepInTheHistory()
    {
        var set = await Grain.SetAsync(Policy() with { EveryMs = 86_400_000, Threshold = 1e9 });
        await TickAsync();
        Assert.Empty((await Grain.GetAsync()).History);

        _clock.Advance(TimeSpan.FromDays(1.01));
        await TickAsync();
        var done = await EndedAsync();

        Assert.True(done.Step == RetrainingStep.Succeeded, done.Message);
        Assert.Equal(("schedule", (int?)2, 1), (done.Reason, done.Version, done.DatasetVersion));
        var version = await Registry.GetModelVersionAsync("vol-model", 2, Ct);
        Assert.Equal(ModelStage.Staging, version.Stage);
        Assert.Contains(new KeyValue("mlops.validation", "passed"), version.Tags);

        // The 250 newest rows were kept from the training.
        Assert.Contains(new KeyValue("mlops.training.train_end", "2019-04-22"), version.Tags);
        var history = (await Registry.GetHistoryAsync("vol-model", new SearchHistory(null, null, 100, null), Ct)).Items;
        Assert.Equal(["Alias challenger 2", "Stage Staging 2"], history.Where(line => line.By == "mlops-retraining").OrderBy(line => line.Id).Select(line => $"{line.Kind} {line.Alias ?? line.To} {line.Version}"));
        Assert.All(history.Where(line => line.By == "mlops-retraining"), line => Assert.NotNull(line.Comment));
        Assert.True((await Grain.GetAsync()).NextTime > set.NextTime);
    }

    [Fact]
    public async Task Version_ThatDoesNotBeatTheCurrentOne_IsArchivedWithBothFigures()
    {
        using var ended = EndedTrainings();

        // The same training on the same rows again is not better than itself.
        await Grain.SetAsync(Policy() with { Threshold = 1e9 });
        await Grain.BeginAsync("ann");
        await EndedAsync();
        await _silo.Grains.GetGrain<IEndpointGrain>(Endpoint).DeployAsync(new EndpointSpec([new VariantSpec("main", "models:/vol-model/2")], null));
        await Grain.SetAsync(Policy());
        await Grain.BeginAsync("ann");

        var done = await EndedAsync(2);

        Assert.True(done.Step == RetrainingStep.Rejected, done.Message);
        Assert.Equal(("asked for by ann", (int?)3, (int?)2), (done.Reason, done.Version, done.Current));
        Assert.Equal(done.CurrentFigure, done.Figure);
        Assert.Equal(ModelStage.Archived, (await Registry.GetModelVersionAsync("vol-model", 3, Ct)).Stage);
        Assert.Contains("version 2 has", done.Message, StringComparison.Ordinal);
        await CountedAsync(ended, "succeeded", "rejected");
    }

    [Fact]
    public async Task Drift_OfLiveTraffic_BeginsATraining_AndACanaryOfWhatPasses()
    {
        await Grain.SetAsync(Policy() with
        {
            OnDrift = true,
            Threshold = 1e9,
            Canary = new RetrainingCanary([new CanaryStep(0.1, 3_600_000)], new CanaryRules(OnDrift: false)),
        });
        await TickAsync();
        Assert.Empty((await Grain.GetAsync()).History);
        _clock.Advance(TimeSpan.FromSeconds(1));
        var monitor = _silo.Grains.GetGrain<IMonitorGrain>(Endpoint);
        var features = MLOps.Monitoring.Drift.ReferenceProfile.Parse((await monitor.GetProfileAsync())!).Features.Count;
        await monitor.ObserveAsync([.. Enumerable.Range(1, 20).Select(day => new ObservedInput(new DateTimeOffset(2019, 2, day, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds(), [.. Enumerable.Repeat(1e3 + day, features)]))]);
        await monitor.EvaluateAsync();

        await TickAsync();
        var canary = await SiloFixture.WaitForAsync("the canary", async () => (await Grain.GetAsync()).History[0], seen => seen.Step is RetrainingStep.Canary or RetrainingStep.Failed or RetrainingStep.Rejected);
        Assert.True(canary.Step == RetrainingStep.Canary, canary.Message);
        Assert.StartsWith("drift:", canary.Reason, StringComparison.Ordinal);
        var endpoint = await SiloFixture.WaitForAsync("the variant", _silo.Grains.GetGrain<IEndpointGrain>(Endpoint).GetAsync, seen => seen.Canary is not null);
        Assert.Equal(["main", "v2"], endpoint.Variants.Select(variant => variant.Spec.Name));
        Assert.Equal(0.1, endpoint.Variants[1].Spec.Weight, 9);

        await _silo.Grains.GetGrain<IEndpointGrain>(Endpoint).CommandCanaryAsync(CanaryCommand.Promote, "ann");
        var done = await EndedAsync();

        Assert.True(done.Step == RetrainingStep.Succeeded, done.Message);
        Assert.Equal(2, (await Registry.GetVersionByAliasAsync("vol-model", "champion", Ct)).Version);
        await TickAsync();
        Assert.Single((await Grain.GetAsync()).History);
    }

    [Fact]
    public async Task SiloKilled_WhileTraining_GoesOnAndMakesOneVersion()
    {
        await Grain.SetAsync(Policy() with { Threshold = 1e9 });
        await Grain.BeginAsync("ann");
        await _silo.StopAsync(kill: true);

        await _silo.InitializeAsync();
        await TickAsync();
        var done = await EndedAsync();

        Assert.True(done.Step == RetrainingStep.Succeeded, done.Message);
        Assert.Equal(2, (await Registry.SearchModelVersionsAsync(new SearchModels("name = 'vol-model'", [], 10, null), Ct)).Items.Count);
    }

    [Fact]
    public async Task Training_HasThePolicysEvaluationAndCheckpoints_AndThenPassesItsGate()
    {
        var evaluation = new EvaluationSpec(2, 1, EvaluationSpec.Rolling, 0, null);
        var policy = Policy() with { Threshold = 1e9 };
        var set = await Grain.SetAsync(policy with { Training = policy.Training with { Evaluation = evaluation, CheckpointEvery = 7 } });
        Assert.Equal((evaluation, 7L), (set.Policy.Training.Evaluation, set.Policy.Training.CheckpointEvery));

        await Grain.BeginAsync("ann");
        var done = await EndedAsync();

        Assert.True(done.Step == RetrainingStep.Succeeded, done.Message);
        Assert.Equal(ModelStage.Staging, (await Registry.GetModelVersionAsync("vol-model", 2, Ct)).Stage);
        var job = await _silo.Grains.GetGrain<ITrainingJobGrain>(done.JobId).GetAsync();
        Assert.Equal((evaluation, 7L), (job.Spec.Evaluation, job.Spec.CheckpointEvery));
        Assert.Contains("wf_qlike", (await _silo.Tracking.GetRunAsync(job.RunId!, Ct)).Metrics.Select(metric => metric.Key));
    }

    [Fact]
    public async Task Policy_WithABadEvaluationOrCheckpoints_IsRefusedWhenItIsSet()
    {
        var good = Policy();
        var evaluation = new EvaluationSpec(2, 1, EvaluationSpec.Expanding, 0, null);
        await RefusedAsync(Training(training => training with { CheckpointEvery = 0 }), "'checkpoint_every' is '0': expected 1 to");
        await RefusedAsync(Training(training => training with { Evaluation = evaluation with { Folds = 0 } }), "'evaluation.folds' is '0': expected 1 to");
        await RefusedAsync(Training(training => training with { Evaluation = evaluation with { Method = "bootstrap" } }), "'evaluation.method' is 'bootstrap': expected expanding");
        await RefusedAsync(Training(training => training with { Evaluation = evaluation with { Method = EvaluationSpec.PurgedKFold } }), "'evaluation': ");
        Assert.Equal(ProblemCode.NotFound, (await Assert.ThrowsAsync<MLOpsException>(Grain.GetAsync)).Code);

        RetrainingPolicy Training(Func<TrainingJobSpec, TrainingJobSpec> change) => good with { Training = change(good.Training) };
    }

    [Fact]
    public async Task Policy_OfNoEndpointOrWithABadField_IsRefused_AndDeletedOneIsGone()
    {
        var good = Policy("metric");
        Assert.Equal(ProblemCode.NotFound, (await Assert.ThrowsAsync<MLOpsException>(() => _silo.Grains.GetGrain<IRetrainingGrain>("nowhere").SetAsync(good))).Code);
        await RefusedAsync(good with { EveryMs = null, OnDrift = false }, "'every_seconds' is ''");
        await RefusedAsync(good with { EveryMs = 1000 }, "'every_seconds' is '1': expected 60 to");
        await RefusedAsync(good with { Canary = new RetrainingCanary(new[] { new CanaryStep(2, 60_000) }, new CanaryRules()) }, "canary.steps[0].weight is 2");
        await RefusedAsync(good with { ValidationRows = 5 }, "'validation_rows' is '5': expected 20 to half of the dataset's");
        await RefusedAsync(good with { Metric = "" }, "'metric' is ''");
        await RefusedAsync(good with { Training = good.Training with { Model = "arima" } }, "'model' is 'arima'");
        Assert.Equal(ProblemCode.NotFound, (await Assert.ThrowsAsync<MLOpsException>(Grain.GetAsync)).Code);

        using var ended = EndedTrainings();
        await Grain.SetAsync(good);
        await Grain.BeginAsync("ann");
        var failed = await EndedAsync();
        Assert.Equal(RetrainingStep.Failed, failed.Step);
        Assert.Contains("its evaluation has no 'metric'; it has", failed.Message, StringComparison.Ordinal);
        await CountedAsync(ended, "failed");

        await Grain.DeleteAsync();
        Assert.Equal(ProblemCode.NotFound, (await Assert.ThrowsAsync<MLOpsException>(Grain.GetAsync)).Code);
    }

    [Fact]
    public async Task Schedule_DatasetThatCannotBeRead_IsInTheHistoryOnceAndDueAgainLater()
    {
        var set = await Grain.SetAsync(Policy() with { EveryMs = 86_400_000, Threshold = 1e9 });
        var dataset = (await _silo.Grains.GetGrain<IDatasetGrain>("sp500").GetVersionsAsync())[^1];
        var lost = _silo.Services.GetRequiredService<IArtifactResolver>().Resolve(dataset.Source);
        await lost.Store.DeleteAsync(lost.Path, Ct);
        _clock.Advance(TimeSpan.FromDays(1.01));

        await TickAsync();
        await TickAsync();

        var seen = await Grain.GetAsync();
        var failed = Assert.Single(seen.History);
        Assert.Equal((RetrainingStep.Failed, "schedule"), (failed.Step, failed.Reason));
        Assert.StartsWith("It could not begin: ", failed.Message, StringComparison.Ordinal);
        Assert.NotNull(failed.EndTime);
        Assert.True(seen.NextTime > set.NextTime);
    }

    [Fact]
    public async Task Canary_OfAnotherModelThatHasTheName_IsNotTakenForItsOwn()
    {
        // Version 2 of another model is what the endpoint serves, promoted as 'v2'.
        for (var version = 1; version <= 2; version++)
        {
            var job = _silo.Grains.GetGrain<ITrainingJobGrain>(Guid.NewGuid().ToString("N"));
            await job.StartAsync(new TrainingJobSpec("garch", "sp500", 0, "", null, "2005-12-30", [], "other-model"));
            var ended = await SiloFixture.WaitForAsync("the other model", job.GetAsync, seen => seen.IsEnded);
            Assert.True(ended.Status == TrainingJobStatus.Completed, ended.Message);
        }

        var endpoint = _silo.Grains.GetGrain<IEndpointGrain>(Endpoint);
        await endpoint.DeployAsync(new EndpointSpec(
            [new VariantSpec("main", "models:/vol-model/1"), new VariantSpec("v2", "models:/other-model/2", 0)],
            null,
            new CanarySpec("v2", [new CanaryStep(0.1, 3_600_000)], new CanaryRules(OnDrift: false))));
        await endpoint.CommandCanaryAsync(CanaryCommand.Promote, "ann");
        var policy = Policy() with { Threshold = 1e9, Canary = new RetrainingCanary([new CanaryStep(0.1, 3_600_000)], new CanaryRules(OnDrift: false)) };
        await Grain.SetAsync(policy with { Training = policy.Training with { RegisterAs = "vol-model" } });

        await Grain.BeginAsync("ann");

        var deployed = await SiloFixture.WaitForAsync("the policy's own canary", endpoint.GetAsync, seen => seen.Canary is { Status: CanaryStatus.Running });
        Assert.Matches("^v2-[0-9a-f]{8}$", deployed.Canary!.Spec.Variant);
        Assert.Equal("models:/vol-model/2", deployed.Variants.Single(variant => variant.Spec.Name == deployed.Canary.Spec.Variant).Spec.ModelUri);
        Assert.True(deployed.Variants.Single(variant => variant.Spec.Name == "v2").Spec.Weight > 0);
        Assert.Equal(RetrainingStep.Canary, (await Grain.GetAsync()).History[0].Step);
    }

    /// <summary>Several rows a day: the newest 250 begin within a day, all of which is kept from the training.</summary>
    [Fact]
    public async Task Training_OnIntradayRows_EndsWithTheLastWholeDayBeforeTheOnesItIsJudgedBy()
    {
        const int BarsADay = 7;
        var (random, close, csv) = (new Random(5), 100.0, new StringBuilder("time,open,high,low,close,volume\n"));
        for (var bar = 0; bar < 160 * BarsADay; bar++)
        {
            var time = new DateTime(2022, 1, 1, 9 + (bar % BarsADay), 30, 0, DateTimeKind.Utc).AddDays(bar / BarsADay);
            var open = close;
            close *= Math.Exp(0.01 * Enumerable.Range(0, 12).Sum(_ => random.NextDouble() - 0.5));
            csv.Append(CultureInfo.InvariantCulture, $"{time:yyyy-MM-ddTHH:mm:ssZ},{open:R},{Math.Max(open, close):R},{Math.Min(open, close):R},{close:R},1000\n");
        }

        using (var content = new MemoryStream(Encoding.UTF8.GetBytes(csv.ToString())))
        {
            await _silo.RegisterAsync("bars", "table", content);
        }

        await Grain.SetAsync(Policy() with { Training = new TrainingJobSpec("garch", "bars", 0, "", null, null, [], "vol-model"), Threshold = 1e9 });
        await Grain.BeginAsync("ann");
        var done = await EndedAsync();

        // Row 870 is the third of day 125.
        Assert.True(done.Step == RetrainingStep.Succeeded, done.Message);
        Assert.NotNull(done.Figure);
        Assert.Contains(new KeyValue("mlops.training.train_end", "2022-05-04"), (await Registry.GetModelVersionAsync("vol-model", 2, Ct)).Tags);
    }

    private static RetrainingPolicy Policy(string metric = "qlike") =>
        new(new TrainingJobSpec("garch", "sp500", 0, "", null, null, [], null), 86_400_000, false, 250, metric, false, null, null);

    private async Task RefusedAsync(RetrainingPolicy policy, string said)
    {
        var error = await Assert.ThrowsAsync<MLOpsException>(() => Grain.SetAsync(policy));
        Assert.Equal(ProblemCode.InvalidArgument, error.Code);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    private Task<Retraining> EndedAsync(int number = 1) => SiloFixture.WaitForAsync(
        $"retraining {number} to end",
        async () => (await Grain.GetAsync()).History is { } history && history.Count == number ? history[0] : null!,
        seen => seen?.EndTime is not null);

    private Measurements EndedTrainings() => new(_silo.Services.GetRequiredService<IMeterFactory>(), "mlops.training.retraining.ended");

    /// <summary>Counted once each, which is after the history has it.</summary>
    private static async Task CountedAsync(Measurements ended, params string[] outcomes)
    {
        var seen = await SiloFixture.WaitForAsync($"{outcomes.Length} trainings to be counted", () => Task.FromResult(ended.Seen), counted => counted.Count >= outcomes.Length);
        Assert.Equal(outcomes.Select(outcome => (1.0, $"mlops.endpoint.name={Endpoint} mlops.training.outcome={outcome}")), seen);
    }

    private Task TickAsync() => Grain.AsReference<IRemindable>().ReceiveReminder("retraining", new TickStatus(DateTime.UnixEpoch, TimeSpan.FromMinutes(1), DateTime.UnixEpoch));
}
