using MLOps.Models.Catalog;

namespace MLOps.Silo.Tests.Training;

/// <summary>A team's own model in the catalogue that ends as its hyper-parameter says: the way into failures that a good model does not have.</summary>
internal sealed class ScriptedModel : IModelDefinition
{
    public string Id => "scripted";

    public string Name => "Scripted";

    public string Category => "Test";

    public string Description => "Ends as told.";

    public IReadOnlyList<HyperParameter> HyperParameters { get; } =
        [new("ending", HyperParameterType.Text, "metrics", null, null, ["metrics", "refuse", "crash", "wait"], "How it ends.")];

    public TrainedModel Train(TrainingRequest request, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        var ending = request.Parameters.GetValueOrDefault("ending", "metrics");
        for (var step = 0; step < 2_500; step++)
        {
            observer.OnMetrics(step, [new("loss", 1.0 / (step + 1))]);
        }

        observer.OnProgress(0.5, "half way");
        switch (ending)
        {
            case "refuse":
                throw new ModelTrainingException("did not converge after 2500 iterations: loss 0.0004, expected below 0.0001");
            case "crash":
                throw new InvalidOperationException("index 7 of 5");
            case "wait":
                cancellationToken.WaitHandle.WaitOne();
                cancellationToken.ThrowIfCancellationRequested();
                break;
        }

        return new TrainedModel(
            [new ModelFile("model.onnx", [1, 2, 3])],
            new ModelSignature([new TensorSpec("x", "float32", [-1, 2])], [new TensorSpec("y", "float32", [-1])]),
            new Dictionary<string, string> { ["ending"] = ending },
            new Dictionary<string, double> { ["final_loss"] = 0.0004 },
            null,
            new Dictionary<string, string> { ["rows"] = request.Data.Count.ToString(System.Globalization.CultureInfo.InvariantCulture) });
    }
}
