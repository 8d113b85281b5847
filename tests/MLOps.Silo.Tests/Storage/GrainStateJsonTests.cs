using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Training;
using MLOps.Silo.Endpoints;
using MLOps.Silo.Storage;
using MLOps.Silo.Training.Retraining;

namespace MLOps.Silo.Tests.Storage;

public sealed class GrainStateJsonTests
{
    [Fact]
    public void RoundTrip_ListsMadeByCollectionExpressions_ComeBack()
    {
        var variants = new List<VariantSpec> { new("champion", "models:/m/Production", double.NaN) };
        var state = new EndpointState
        {
            LastRevision = 7,
            Endpoint = new EndpointSnapshot(
                "e",
                EndpointStatus.Ready,
                null,
                [.. variants.Select(spec => new VariantState(spec, "m", 3, "mlflow-artifacts:/1/r/artifacts/model", "r"))],
                7,
                1,
                2,
                null,
                [new MonitoredElement("return", "y", 0)]),
        };

        var json = new GrainStateJson();
        var stored = json.Serialize(state);
        var back = json.Deserialize<EndpointState>(stored);

        Assert.DoesNotContain("$type", stored.ToString(), StringComparison.Ordinal);
        Assert.Equal(7, back.LastRevision);
        Assert.Equal(EndpointStatus.Ready, back.Endpoint!.Status);
        Assert.Equal(variants[0], Assert.Single(back.Endpoint.Variants).Spec);
        Assert.Equal(new MonitoredElement("return", "y", 0), Assert.Single(back.Endpoint.Monitored));
    }

    [Fact]
    public void Deserialize_PolicyOfAnEarlierVersion_HasNeitherEvaluationNorCheckpoints()
    {
        const string stored = """
            {"Policy":{"Training":{"Model":"garch","Dataset":"sp500","DatasetVersion":0,"Experiment":"financial-models","RunName":null,"TrainEnd":null,"Parameters":[{"Key":"innovations","Value":"normal"}],"RegisterAs":null,"Priority":2},
            "EveryMs":86400000,"OnDrift":true,"ValidationRows":250,"Metric":"qlike","HigherIsBetter":false,"Threshold":null,"Canary":null},"NextTime":5,"AlertsSeen":4,"Current":null,"CurrentPolicy":null,"TrainEnd":"","History":[]}
            """;
        var policy = new GrainStateJson().Deserialize<RetrainingState>(BinaryData.FromString(stored)).Policy!;

        Assert.Equal(("garch", 2, "qlike", 86_400_000L), (policy.Training.Model, policy.Training.Priority, policy.Metric, policy.EveryMs));
        Assert.Equal((null, null), (policy.Training.Evaluation, policy.Training.CheckpointEvery));
    }

    [Fact]
    public void RoundTrip_PolicyWithEvaluationAndCheckpoints_ComesBack()
    {
        var training = new TrainingJobSpec("boosted-trees", "sp500", 0, "", null, null, [], null, Evaluation: new EvaluationSpec(6, 2, EvaluationSpec.Expanding, 0, null, EvaluationSpec.CombinatorialPurged, 2, null, 0.02, 10), CheckpointEvery: 50);
        var state = new RetrainingState { Policy = new RetrainingPolicy(training, null, true, 250, "auc", true, null, null) };

        var json = new GrainStateJson();
        var back = json.Deserialize<RetrainingState>(json.Serialize(state)).Policy!.Training;

        Assert.Equal((training.Evaluation, training.CheckpointEvery), (back.Evaluation, back.CheckpointEvery));
    }

    [Fact]
    public void Deserialize_EndpointOfAnEarlierVersion_HasTheDefaultsOfWhatItDidNotKnow()
    {
        const string stored = """
            {"Endpoint":{"Name":"e","Status":"Ready","StatusMessage":null,"Variants":[{"Spec":{"Name":"v","ModelUri":"models:/m/1","Weight":2,"Replicas":3,"Threads":1},
            "ModelName":"m","ModelVersion":1,"Source":"s","RunId":null,"LoadRevision":4,"Signature":null}],"Revision":5,"CreationTime":1,"LastUpdatedTime":2,"Description":null,"Monitored":[]},"LastRevision":5}
            """;
        var state = new GrainStateJson().Deserialize<EndpointState>(BinaryData.FromString(stored));

        var spec = Assert.Single(state.Endpoint!.Variants).Spec;
        Assert.Equal((VariantRole.Live, 1.0, 0L, 2.0), (spec.Role, spec.SampleRate, spec.MemoryBytes, spec.Weight));
        Assert.Equal((null, null, 0L), (state.Endpoint.Canary, state.Endpoint.Limits, state.Endpoint.Trial));
        Assert.Empty(state.Unwritten);
    }
}
