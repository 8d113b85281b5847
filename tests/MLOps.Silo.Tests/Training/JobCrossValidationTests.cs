using System.Text.Json.Nodes;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Contracts.Training;
using MLOps.Tracking;

namespace MLOps.Silo.Tests.Training;

/// <summary>Cross-validation as part of a job: purged k-fold, combinatorial purged, and what is refused.</summary>
public sealed class JobCrossValidationTests : IAsyncLifetime
{
    private readonly SiloFixture _silo = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _silo.InitializeAsync();
        await _silo.RegisterSp500Async("sp500");
        await _silo.RegisterDow30Async("dow30");
    }

    public ValueTask DisposeAsync() => _silo.DisposeAsync();

    [Fact]
    public async Task Start_PurgedKFold_LogsEachFoldsScoreTheirMeanDeviationAndBaselineAndTheFile()
    {
        var job = await EndAsync(Trees(Cross(EvaluationSpec.PurgedKFold, 4) with { EmbargoRows = 20 }) with { TrainEnd = "2012-12-31" });

        Assert.True(job.Status == TrainingJobStatus.Completed, job.Message);
        var run = await _silo.Tracking.GetRunAsync(job.RunId!, Ct);
        var metrics = run.Metrics.ToDictionary(metric => metric.Key, metric => metric.Value);
        Assert.Contains("cv_auc", metrics.Keys);
        Assert.Contains("cv_auc_fold_sd", metrics.Keys);
        Assert.Contains("cv_baseline_logistic_auc", metrics.Keys);
        Assert.DoesNotContain("cv_paths", metrics.Keys);

        var file = await FileAsync(run, "cross_validation.json");
        Assert.Equal(("purgedKFold", 4, 20), ((string?)file["method"], (int)file["folds"]!, (int)file["embargo_rows"]!));
        var scores = file["scores"]!.AsArray();
        Assert.Equal([1, 2, 3, 4], scores.Select(score => (int)score!["fold"]!));
        Assert.Equal(metrics["cv_auc"], scores.Average(score => (double)score!["figures"]!["auc"]!), 1e-12);
        Assert.Equal([20, 20, 20, 0], scores.Select(score => (int)score!["left_out_rows"]!));
        Assert.Equal([1, 2, 2, 1], scores.Select(score => score!["trained"]!.AsArray().Count));

        // The blocks are all rows up to the training's end, and no more.
        Assert.Equal("2000-01-03T00:00:00.0000000Z", (string?)scores[0]!["scored_from"]);
        Assert.Equal("2012-12-31T00:00:00.0000000Z", (string?)scores[3]!["scored_to"]);
        Assert.Equal(3269, scores.Sum(score => (int)score!["scored_rows"]!));
    }

    [Fact]
    public async Task Start_CombinatorialOfAStrategy_LogsTheDistributionOfItsPathsSharpeRatios()
    {
        var job = await EndAsync(new TrainingJobSpec("hierarchical-risk-parity", "dow30", 0, "", null, "1994-12-30", [], null) with { Evaluation = Cross(EvaluationSpec.CombinatorialPurged, 5) });

        Assert.True(job.Status == TrainingJobStatus.Completed, job.Message);
        var run = await _silo.Tracking.GetRunAsync(job.RunId!, Ct);
        var metrics = run.Metrics.ToDictionary(metric => metric.Key, metric => metric.Value);
        Assert.Equal(4, metrics["cv_paths"]);
        var file = await FileAsync(run, "cross_validation.json");
        Assert.Equal((2, 20), ((int)file["test_groups"]!, file["scores"]!.AsArray().Count));
        double[] ratios = [.. file["paths"]!.AsArray().Select(path => (double)path!["sharpe_per_period"]!)];
        Assert.Equal(4, ratios.Length);
        Assert.Equal(ratios.Average(), metrics["cv_sharpe_per_period_path_mean"], 1e-12);
        Assert.Equal((ratios.Min(), ratios.Max()), (metrics["cv_sharpe_per_period_path_min"], metrics["cv_sharpe_per_period_path_max"]));
        Assert.Equal(ratios.Count(ratio => ratio < 0) / 4.0, metrics["cv_sharpe_per_period_path_below_0"]);
        Assert.True(metrics["cv_sharpe_per_period_path_sd"] > 0);
        Assert.Contains("cv_sharpe_equal_weight_path_median", metrics.Keys);
    }

    [Fact]
    public async Task Start_BehindAPipelineWithItsLabels_IsEvaluatedByThemAndRefusedWithoutBeingTold()
    {
        const string Features = """{"features":[{"type":"returns"},{"type":"realised_volatility","window":10}],"label":{"horizon":5}}""";
        var spec = Trees(Cross(EvaluationSpec.PurgedKFold, 3)) with { TrainEnd = "2008-12-31", Features = Features };

        Assert.Contains("the model 'boosted-trees' makes its features of bars by itself with these hyper-parameters: expected none", (await RefusalAsync(spec)).Message, StringComparison.Ordinal);
        var job = await EndAsync(spec with { Parameters = [.. spec.Parameters, new KeyValue("label", "given")] });

        Assert.True(job.Status == TrainingJobStatus.Completed, job.Message);
        var run = await _silo.Tracking.GetRunAsync(job.RunId!, Ct);
        Assert.Equal(3, (await _silo.Tracking.GetMetricHistoryAsync(job.RunId!, "cv_auc_by_fold", null, null, Ct)).Items.Count);

        // The file says which run it is of.
        await using var content = await _silo.Artifacts.OpenReadAsync($"{ArtifactUri.ToStorePath(run.Info.ArtifactUri)}/model/model.onnx", Ct);
        using var memory = new MemoryStream();
        await content.CopyToAsync(memory, Ct);
        using var session = new Microsoft.ML.OnnxRuntime.InferenceSession(memory.ToArray());
        Assert.Equal((job.RunId, "boosted-trees"), (session.ModelMetadata.CustomMetadataMap["run_id"], session.ModelMetadata.CustomMetadataMap["model_type"]));
    }

    [Fact]
    public async Task Start_LabelsOfAPipelineWithoutOne_IsRefusedBeforeItBegins()
    {
        var error = await RefusalAsync(new TrainingJobSpec("boosted-trees", "sp500", 0, "", null, null, [new KeyValue("label", "given")], null));

        Assert.Equal(ProblemCode.InvalidArgument, error.Code);
        Assert.StartsWith("'features': the model 'boosted-trees' takes a feature pipeline's columns with these hyper-parameters, label", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_PurgedKFoldOfAFilter_IsRefusedByTheModelsNameWithTheReason()
    {
        var error = await RefusalAsync(new TrainingJobSpec("garch", "sp500", 0, "", null, null, [], null, Evaluation: Cross(EvaluationSpec.PurgedKFold, 5)));

        Assert.Equal(
            "'evaluation': The model 'garch' cannot be evaluated by purgedKFold, which trains on rows before and after those that it scores: its variance is made of all returns before, one after the other. Use expanding or rolling.",
            error.Message);
    }

    [Fact]
    public async Task Start_ShuffledKFoldOnLabelsThatOverlap_IsRefusedWithTheReason()
    {
        var error = await RefusalAsync(Trees(Cross(EvaluationSpec.ShuffledKFold, 5)));

        Assert.Contains("'evaluation': Shuffled k-fold is refused: label 0 (rows 0 to 10) and label 1 (rows 1 to 11) share rows", error.Message, StringComparison.Ordinal);
        Assert.Contains("AUC .992 shuffled", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Catalogue_SaysByWhatAModelCanBeEvaluatedAndWhyNotByMore()
    {
        var models = (await _silo.Grains.GetGrain<ITrainingCatalogGrain>(0).ListAsync()).ToDictionary(model => model.Id);

        Assert.Equal(["expanding", "rolling"], models["garch"].Evaluations);
        Assert.Equal("its variance is made of all returns before, one after the other", models["garch"].NeedsUnbrokenRows);
        Assert.Equal(["expanding", "rolling", "purgedKFold", "combinatorialPurged"], models["boosted-trees"].Evaluations);
        Assert.Contains("shuffledKFold", models["sentiment"].Evaluations);
        Assert.All(models.Values, model => Assert.Equal(model.Evaluations.Count == 2, model.NeedsUnbrokenRows is not null));
    }

    private static EvaluationSpec Cross(string method, int folds) => new(folds, 1, EvaluationSpec.Expanding, 0, null, method);

    private static TrainingJobSpec Trees(EvaluationSpec evaluation) => new("boosted-trees", "sp500", 0, "", null, null, [new KeyValue("trees", "20")], null, Evaluation: evaluation);

    private ITrainingJobGrain Job() => _silo.Grains.GetGrain<ITrainingJobGrain>(Guid.NewGuid().ToString("N"));

    private async Task<MLOpsException> RefusalAsync(TrainingJobSpec spec)
    {
        var error = await Assert.ThrowsAsync<MLOpsException>(() => Job().StartAsync(spec));
        Assert.Equal(ProblemCode.InvalidArgument, error.Code);
        return error;
    }

    private async Task<TrainingJobSnapshot> EndAsync(TrainingJobSpec spec)
    {
        var job = Job();
        await job.StartAsync(spec);
        return await SiloFixture.WaitForAsync("the end of the job", job.GetAsync, state => state.EndTime is not null);
    }

    private async Task<JsonNode> FileAsync(Run run, string name)
    {
        await using var content = await _silo.Artifacts.OpenReadAsync($"{ArtifactUri.ToStorePath(run.Info.ArtifactUri)}/model/{name}", Ct);
        return (await JsonNode.ParseAsync(content, cancellationToken: Ct))!;
    }
}
