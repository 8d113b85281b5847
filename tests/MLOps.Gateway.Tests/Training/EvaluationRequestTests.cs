using System.Text.Json;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Training;
using MLOps.Gateway.Endpoints;
using MLOps.Gateway.Training;
using MLOps.Gateway.Training.Search;

namespace MLOps.Gateway.Tests.Training;

/// <summary>What the wire form of an evaluation means.</summary>
public sealed class EvaluationRequestTests
{
    [Theory]
    [InlineData("{}", 5, "expanding", null)]
    [InlineData("""{"window":"rolling","gap":2}""", 5, "rolling", null)]
    [InlineData("""{"method":"rolling"}""", 5, "rolling", "rolling")]
    [InlineData("""{"method":"purgedKFold"}""", 5, "expanding", "purgedKFold")]
    [InlineData("""{"method":"combinatorialPurged"}""", 6, "expanding", "combinatorialPurged")]
    [InlineData("""{"method":"combinatorialPurged","folds":5}""", 5, "expanding", "combinatorialPurged")]
    public void ToSpec_FillsInTheDefaults(string json, int folds, string window, string? method)
    {
        var spec = Read<EvaluationRequest>(json).ToSpec();
        Assert.Equal((folds, 1, window, method), (spec.Folds, spec.Seeds, spec.Window, spec.Method));
        Assert.Equal((null, null, null, null), (spec.TestGroups, spec.EmbargoRows, spec.EmbargoFraction, spec.LabelHorizon));
    }

    [Fact]
    public void ToSpec_CrossValidation_PassesEverythingOn() => Assert.Equal(
        new EvaluationSpec(8, 3, "expanding", 0, null, "combinatorialPurged", 3, null, 0.02, 10),
        Read<EvaluationRequest>("""{"method":"combinatorialPurged","folds":8,"seeds":3,"test_groups":3,"embargo_fraction":0.02,"label_horizon":10}""").ToSpec());

    [Fact]
    public void ToSpec_TwoMethodsThatDiffer_NamesBoth()
    {
        var error = Assert.Throws<MLOpsException>(() => Read<EvaluationRequest>("""{"window":"rolling","method":"expanding"}""").ToSpec());
        Assert.Equal("'evaluation.window' is 'rolling', but 'evaluation.method' is 'expanding': expected one of the two, or the same in both.", error.Message);
    }

    [Fact]
    public void Search_WithEvaluationFeaturesAndCheckpoints_GivesThemToItsTrials()
    {
        var spec = Read<StartSearchRequest>("""
            {"model":"boosted-trees","dataset":"d","space":{"trees":{"low":10,"high":20}},"metric":"cv_auc","direction":"maximize","checkpoint_every":7,
             "evaluation":{"method":"purgedKFold","folds":4},"features":{"features":[{"type":"returns"}]}}
            """).ToSpec();

        Assert.Equal(("purgedKFold", 4, 7L), (spec.Training.Evaluation!.Method, spec.Training.Evaluation.Folds, spec.Training.CheckpointEvery!.Value));
        Assert.Equal("""{"features":[{"type":"returns"}]}""", spec.Training.Features);
    }

    private static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, ServingJson.Options)!;
}
