using System.Globalization;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Contracts.Training;

namespace MLOps.Silo.Tests.Training;

/// <summary>Hyper-parameter searches over real training jobs.</summary>
public sealed class SearchJobTests : IAsyncLifetime
{
    private readonly PacedSilo _paced = new(("MLOps:Training:SearchInterval", "00:00:00.05"));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _paced.InitializeAsync();

    public ValueTask DisposeAsync() => _paced.DisposeAsync();

    [Fact]
    public async Task Grid_TriesEveryPointAsAChildRun_AndRegistersTheBest()
    {
        _paced.Model.Allow(PacedModel.Steps);
        var search = await EndedAsync(await StartAsync(Spec(SearchMethod.Grid) with { Training = PacedSilo.Spec() with { RegisterAs = "searched", RunName = "rates" }, Parallel = 2, GridPoints = 4 }));

        Assert.True(search.Status == SearchStatus.Completed, search.Message);
        Assert.Equal(["1", "2", "3", "4"], search.Trials.Select(trial => trial.Values.Single().Value).Order());
        var best = search.Trials.Single(trial => trial.Number == search.Best);
        Assert.Equal(search.Trials.Min(trial => trial.Value), best.Value);
        Assert.Equal(("searched", (int?)1), (search.ModelName, search.ModelVersion));

        var parent = await _paced.Silo.Tracking.GetRunAsync(search.RunId!, Ct);
        Assert.Equal((RunStatus.Finished, "rates"), (parent.Info.Status, parent.Info.RunName));
        Assert.Contains(new KeyValue("mlops.search.best_run_id", best.RunId!), parent.Tags);
        Assert.Equal(best.Value, parent.Metrics.Single(metric => metric.Key == "best_final_loss").Value);
        Assert.Equal(4, (await _paced.Silo.Tracking.GetMetricHistoryAsync(search.RunId!, "final_loss", null, null, Ct)).Items.Count);
        foreach (var trial in search.Trials)
        {
            var child = await _paced.Silo.Tracking.GetRunAsync(trial.RunId!, Ct);
            Assert.Contains(new KeyValue("mlflow.parentRunId", search.RunId!), child.Tags);
            Assert.Contains(new KeyValue("rate", trial.Values.Single().Value), child.Params);
            Assert.Equal($"rates #{trial.Number}", child.Info.RunName);
        }
    }

    [Fact]
    public async Task Trials_WithAnEvaluation_AreJudgedByItsMean()
    {
        _paced.Model.Allow(PacedModel.Steps);
        var search = await EndedAsync(await StartAsync(Spec(SearchMethod.Grid) with
        {
            Training = PacedSilo.Spec() with { Evaluation = new EvaluationSpec(3, 1, EvaluationSpec.Expanding, 0, null) },
            Metric = "wf_loss",
            GridPoints = 3,
        }));

        Assert.True(search.Status == SearchStatus.Completed, search.Message);
        foreach (var trial in search.Trials)
        {
            var folds = (await _paced.Silo.Tracking.GetMetricHistoryAsync(trial.RunId!, "wf_loss_by_fold", null, null, Ct)).Items;
            Assert.Equal(3, folds.Count);
            Assert.Equal(folds.Average(fold => fold.Value), trial.Value!.Value, 1e-12);
        }

        Assert.Equal(search.Trials.Min(trial => trial.Value), search.Trials.Single(trial => trial.Number == search.Best).Value);
    }

    [Fact]
    public async Task SiloKilled_InTheMiddle_GoesOnWithTheTrialsThatAreDone()
    {
        _paced.Model.Allow(PacedModel.Steps);
        var whole = await EndedAsync(await StartAsync(Spec(SearchMethod.Tpe) with { Trials = 14 }));
        _paced.Model.HoldsFrom = 14 + 11;
        var id = await StartAsync(Spec(SearchMethod.Tpe) with { Trials = 14 });
        var before = await SiloFixture.WaitForAsync("the twelfth trial to be at work", () => GetAsync(id), search => search.Trials is [.., { Number: 11, RunId: not null }]);
        await _paced.Silo.StopAsync(kill: true);

        await _paced.Silo.InitializeAsync();
        _paced.Model.HoldsFrom = null;
        var ended = await EndedAsync(id);

        // Each trial was trained once, and the points are those of a search that nothing broke off.
        Assert.True(ended.Status == SearchStatus.Completed, ended.Message);
        Assert.Equal(whole.Trials.Select(Point), ended.Trials.Select(Point));
        Assert.Equal(whole.Best, ended.Best);
        Assert.Equal(14, ended.Trials.Select(trial => trial.JobId).Distinct().Count());
        Assert.Equal(before.Trials.Select(trial => trial.RunId), ended.Trials.Take(12).Select(trial => trial.RunId));
    }

    [Fact]
    public async Task Pruning_EndsATrialThatIsWorseThanMost_AndKeepsItsBest()
    {
        // The lower the rate, the faster the loss falls; at 3 it stays near two thirds. That trial cannot come to its end before it is judged.
        _paced.Model.Allow(PacedModel.Steps);
        _paced.Model.HoldsAt = (3, 40);
        var id = await StartAsync(Spec(SearchMethod.Grid) with
        {
            Space = [new SearchDimensionSpec("rate", null, null, false, ["0.1", "0.2", "0.3", "3"])],
            Pruning = new SearchPruning("loss", 3, 10),
        });
        var held = await SiloFixture.WaitForAsync("the last trial to have a run", () => GetAsync(id), search => search.Trials is [.., { Number: 3, RunId: not null }]);
        var job = _paced.Job(held.Trials[3].JobId);
        await SiloFixture.WaitForAsync("the search to end the trial", job.GetAsync, seen => seen.IsEnded || seen.Message!.StartsWith("stopping", StringComparison.Ordinal));

        // Two more looks at what ends already.
        await LooksAsync(id, 2);
        _paced.Model.HoldsAt = null;
        var ended = await EndedAsync(id);

        Assert.True(ended.Status == SearchStatus.Completed, ended.Message);
        var pruned = ended.Trials[3];
        Assert.Equal(SearchTrialStatus.Pruned, pruned.Status);
        Assert.Equal(RunStatus.Killed, await _paced.RunStatusAsync(pruned.RunId!));
        Assert.InRange((await _paced.LossAsync(pruned.RunId!)).Length, 11, 41);
        Assert.Contains("model.onnx", await _paced.ModelFilesAsync(pruned.RunId!));
        Assert.All(ended.Trials.Take(3), trial => Assert.Equal(SearchTrialStatus.Completed, trial.Status));
    }

    [Fact]
    public async Task Stop_EndsTheSearchAndItsTrials_AndKeepsTheirBest()
    {
        _paced.Model.Allow(20);
        var id = await StartAsync(Spec(SearchMethod.Random));
        var running = await SiloFixture.WaitForAsync("a trial with a run", () => GetAsync(id), search => search.Trials.Any(trial => trial.RunId is not null));
        var job = _paced.Job(running.Trials[0].JobId);
        await SiloFixture.WaitForAsync("step 20", job.GetAsync, seen => seen.Message == "step 20");

        await Grain(id).StopAsync();
        await LooksAsync(id, 2);
        _paced.Model.Allow(PacedModel.Steps);

        var stopped = await EndedAsync(id);
        Assert.Equal(SearchStatus.Stopped, stopped.Status);
        Assert.Equal(RunStatus.Killed, await _paced.RunStatusAsync(stopped.RunId!));
        Assert.Equal(TrainingJobStatus.Stopped, (await job.GetAsync()).Status);
        Assert.Contains("model.onnx", await _paced.ModelFilesAsync(running.Trials[0].RunId!));
        Assert.Equal(ProblemCode.InvalidState, (await Assert.ThrowsAsync<MLOpsException>(Grain(id).StopAsync)).Code);
    }

    [Fact]
    public async Task Search_ThatFails_StopsItsTrials()
    {
        // The first trial's value has nowhere to go; the second cannot come to its end before that is known.
        _paced.Model.Allow(20);
        _paced.Model.HoldsAt = (3, 40);
        var id = await StartAsync(Spec(SearchMethod.Grid) with { Space = [new SearchDimensionSpec("rate", null, null, false, ["0.1", "3"])], Parallel = 2 });
        var begun = await SiloFixture.WaitForAsync("the first trial to have a run", () => GetAsync(id), search => search.Trials is [{ RunId: not null }, _]);
        await _paced.Silo.Grains.GetGrain<IRunGrain>(begun.RunId!).DeleteAsync();
        _paced.Model.Allow(PacedModel.Steps);

        var failed = await EndedAsync(id);
        _paced.Model.HoldsAt = null;

        Assert.Equal(SearchStatus.Failed, failed.Status);
        Assert.DoesNotContain(failed.Trials, trial => trial.Status == SearchTrialStatus.Running);
        Assert.Equal(TrainingJobStatus.Stopped, (await PacedSilo.BecomesAsync(_paced.Job(begun.Trials[1].JobId), TrainingJobStatus.Stopped)).Status);
    }

    [Fact]
    public async Task Metric_ThatNoTrialLogs_FailsTheSearchAndNamesThoseThatThereAre()
    {
        _paced.Model.Allow(PacedModel.Steps);

        var ended = await EndedAsync(await StartAsync(Spec(SearchMethod.Random) with { Metric = "sharpe", Trials = 1 }));

        Assert.Equal(SearchStatus.Failed, ended.Status);
        Assert.Contains("'sharpe'; it has best_step, final_loss, loss", ended.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("trials", "'trials' is '0': expected 1 to 1000")]
    [InlineData("space", "'space' of model 'paced': The search space does not fit: 'depth' is unknown; this model has rate, best, hoard, threads")]
    [InlineData("fixed", "'parameters' is 'rate': expected only what is not in 'space'")]
    [InlineData("metric", "'metric' is ''")]
    [InlineData("model", "'model' is 'arima'")]
    [InlineData("parallel", "'parallel' is '99': expected 1 to 32")]
    public async Task Start_BadField_IsNamedAndMakesNoSearch(string field, string said)
    {
        var spec = Spec(SearchMethod.Random);
        spec = field switch
        {
            "trials" => spec with { Trials = 0 },
            "space" => spec with { Space = [new SearchDimensionSpec("depth", 1, 2, false, [])] },
            "fixed" => spec with { Training = PacedSilo.Spec(("rate", "2")) },
            "metric" => spec with { Metric = "" },
            "parallel" => spec with { Parallel = 99 },
            _ => spec with { Training = PacedSilo.Spec() with { Model = "arima" } },
        };
        var id = Guid.NewGuid().ToString("N");

        var error = await Assert.ThrowsAsync<MLOpsException>(() => Grain(id).StartAsync(spec));

        Assert.Equal(ProblemCode.InvalidArgument, error.Code);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.Equal(ProblemCode.NotFound, (await Assert.ThrowsAsync<MLOpsException>(Grain(id).GetAsync)).Code);
    }

    private static SearchSpec Spec(SearchMethod method) => new(
        PacedSilo.Spec(), [new SearchDimensionSpec("rate", 1, 4, false, [])], method, "final_loss", false, method == SearchMethod.Grid ? 0 : 4, 1, 7, 3, null);

    private static string Point(SearchTrial trial) => string.Create(CultureInfo.InvariantCulture, $"{trial.Values.Single().Value} {trial.Value}");

    private ISearchJobGrain Grain(string id) => _paced.Silo.Grains.GetGrain<ISearchJobGrain>(id);

    private Task<SearchSnapshot> GetAsync(string id) => Grain(id).GetAsync();

    /// <summary>Has the search look at its trials so often.</summary>
    private async Task LooksAsync(string id, int looks)
    {
        for (var look = 0; look < looks; look++)
        {
            await Grain(id).AsReference<IRemindable>().ReceiveReminder("search", default);
        }
    }

    private async Task<string> StartAsync(SearchSpec spec)
    {
        var id = Guid.NewGuid().ToString("N");
        await Grain(id).StartAsync(spec);
        return id;
    }

    private Task<SearchSnapshot> EndedAsync(string id) => SiloFixture.WaitForAsync("the search to end", () => GetAsync(id), search => search.Status != SearchStatus.Running);
}
