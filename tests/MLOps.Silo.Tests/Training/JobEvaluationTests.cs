using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Training;
using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Tracking;

namespace MLOps.Silo.Tests.Training;

/// <summary>Walk-forward evaluation as part of a job.</summary>
public sealed class JobEvaluationTests : IAsyncLifetime
{
    private static readonly EvaluationSpec ThreeRolling = new(3, 2, EvaluationSpec.Rolling, 1, "2008-12-31");

    private readonly SiloFixture _silo = new() { Configure = services => services.AddSingleton<IModelDefinition>(new TableModel("timed", DataNeeds.Table("Closes.", "close"))) };

    public async ValueTask InitializeAsync()
    {
        await _silo.InitializeAsync();
        await _silo.RegisterSp500Async("sp500");
    }

    public ValueTask DisposeAsync() => _silo.DisposeAsync();

    [Fact]
    public async Task Start_WithEvaluation_LogsMeansDeviationsBaselinesAndTheFile()
    {
        var job = await EndAsync(Spec("garch") with { TrainEnd = "2016-12-30", Evaluation = ThreeRolling });

        Assert.True(job.Status == TrainingJobStatus.Completed, job.Message);
        var run = await _silo.Tracking.GetRunAsync(job.RunId!, TestContext.Current.CancellationToken);
        var metrics = run.Metrics.ToDictionary(metric => metric.Key, metric => metric.Value);
        Assert.True(metrics["wf_qlike"] < metrics["wf_qlike_constant"], $"{metrics["wf_qlike"]} is not below {metrics["wf_qlike_constant"]}.");
        Assert.Contains("wf_qlike_fold_sd", metrics.Keys);
        Assert.Contains("loglik", metrics.Keys);

        // GARCH has no seed, so there is nothing to deviate.
        Assert.DoesNotContain("wf_qlike_seed_sd", metrics.Keys);

        var file = await FileAsync($"{ArtifactUri.ToStorePath(run.Info.ArtifactUri)}/model/walk_forward.json");
        Assert.Equal("rolling", (string?)file["window"]);
        var scores = file["scores"]!.AsArray();
        Assert.Equal([1, 2, 3], scores.Select(score => (int)score!["fold"]!));
        Assert.Equal(metrics["wf_qlike"], scores.Average(score => (double)score!["figures"]!["qlike"]!), 1e-12);
        Assert.Equal("2000-01-03T00:00:00.0000000Z", (string?)scores[0]!["trained_from"]);
        Assert.Equal("2008-12-30T00:00:00.0000000Z", (string?)scores[0]!["trained_to"]);
        Assert.Equal("2009-01-02T00:00:00.0000000Z", (string?)scores[0]!["scored_from"]);

        // Nothing after the training end is looked at.
        Assert.Equal("2016-12-30T00:00:00.0000000Z", (string?)scores[2]!["scored_to"]);
        Assert.Equal("qlike", (string?)file["figures"]!.AsArray().Single(figure => (string?)figure!["name"] == "qlike_ewma")!["baseline_of"]);
    }

    [Fact]
    public async Task Start_EvaluationThatTheRowsDoNotAllow_FailsBeforeTheTraining()
    {
        var job = await EndAsync(Spec("timed") with { TrainEnd = "2000-01-05", Evaluation = ThreeRolling });

        Assert.Equal(TrainingJobStatus.Failed, job.Status);
        Assert.Contains("cannot be walked forward in 3 folds", job.Message, StringComparison.Ordinal);
        Assert.Empty((await _silo.Tracking.GetRunAsync(job.RunId!, TestContext.Current.CancellationToken)).Metrics);
    }

    [Theory]
    [InlineData(0, 1, "rolling", 0, null, "'evaluation.folds' is '0': expected 1 to 1000")]
    [InlineData(1, 101, "rolling", 0, null, "'evaluation.seeds' is '101': expected 1 to 100")]
    [InlineData(1, 1, "sliding", 0, null, "'evaluation.window' is 'sliding': expected 'expanding' or 'rolling'")]
    [InlineData(1, 1, "rolling", -1, null, "'evaluation.gap' is '-1'")]
    [InlineData(1, 1, "rolling", 0, "31.12.2008", "'evaluation.first_train_end' is '31.12.2008': expected an ISO date")]
    public async Task Start_BadEvaluation_NamesTheField(int folds, int seeds, string window, int gap, string? end, string said)
    {
        var error = await Assert.ThrowsAsync<MLOpsException>(() => Job().StartAsync(Spec("timed") with { Evaluation = new EvaluationSpec(folds, seeds, window, gap, end) }));

        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    private static TrainingJobSpec Spec(string model) => new(model, "sp500", 0, "", null, null, [], null);

    private ITrainingJobGrain Job() => _silo.Grains.GetGrain<ITrainingJobGrain>(Guid.NewGuid().ToString("N"));

    private async Task<TrainingJobSnapshot> EndAsync(TrainingJobSpec spec)
    {
        var job = Job();
        await job.StartAsync(spec);
        return await SiloFixture.WaitForAsync("the end of the job", () => job.GetAsync(), state => state.EndTime is not null);
    }

    private async Task<JsonNode> FileAsync(string path)
    {
        await using var content = await _silo.Artifacts.OpenReadAsync(path, TestContext.Current.CancellationToken);
        return (await JsonNode.ParseAsync(content, cancellationToken: TestContext.Current.CancellationToken))!;
    }
}
