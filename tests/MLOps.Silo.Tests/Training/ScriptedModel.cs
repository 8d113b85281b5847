using MLOps.Models.Catalog;
using MLOps.Models.Data;

namespace MLOps.Silo.Tests.Training;

/// <summary>A team's own model in the catalogue that ends as its hyper-parameter says: the way into failures that a good model does not have.</summary>
internal sealed class ScriptedModel : IModelDefinition
{
    public const int Steps = 2_500;

    /// <summary>After this step it can be gone on from; <c>wait-once</c> then comes to its end.</summary>
    public const int CheckpointStep = 1_700;

    public string Id => "scripted";

    public string Name => "Scripted";

    public string Category => "Test";

    public string Description => "Ends as told.";

    public IReadOnlyList<HyperParameter> HyperParameters { get; } =
        [new("ending", HyperParameterType.Text, "metrics", null, null, ["metrics", "refuse", "crash", "unfit", "wait", "wait-once"], "How it ends.")];

    public DataNeeds Data => DataNeeds.Bars;

    public ModelSignature Signature { get; } = new([new TensorSpec("x", "float32", [-1, 2])], [new TensorSpec("y", "float32", [-1])]);

    public IReadOnlyDictionary<string, double> Evaluate(TrainedModel model, TrainingData data, int from, int to, CancellationToken cancellationToken) =>
        new Dictionary<string, double> { ["rows"] = to - from };

    public TrainedModel Train(TrainingRequest request, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        var ending = request.Parameters.GetValueOrDefault("ending", "metrics");
        var first = request.Checkpoint is { } checkpoint ? BitConverter.ToInt32(checkpoint) + 1 : 0;
        for (var step = first; step < Steps; step++)
        {
            observer.OnMetrics(step, [new("loss", 1.0 / (step + 1))]);
            if (step == CheckpointStep)
            {
                observer.OnCheckpoint(step, () => BitConverter.GetBytes(CheckpointStep));
            }
        }

        observer.OnProgress(0.5, "half way");
        switch (ending)
        {
            case "refuse":
                throw new ModelTrainingException("did not converge after 2500 iterations: loss 0.0004, expected below 0.0001");
            case "unfit":
                throw new PlatformNotSupportedException("libtorch computes wrong convolutions on this machine. Try the environment variable ONEDNN_MAX_CPU_ISA=SSE41.");
            case "crash":
                throw new InvalidOperationException("index 7 of 5");
            case "wait-once" when first > 0:
                break;
            case "wait" or "wait-once":
                cancellationToken.WaitHandle.WaitOne();
                cancellationToken.ThrowIfCancellationRequested();
                break;
        }

        return new TrainedModel(
            [new ModelFile("model.onnx", [1, 2, 3])],
            Signature,
            new Dictionary<string, string> { ["ending"] = ending },
            new Dictionary<string, double> { ["final_loss"] = 0.0004, ["first_step"] = first },
            null,
            new Dictionary<string, string> { ["rows"] = request.Data.Count.ToString(System.Globalization.CultureInfo.InvariantCulture) });
    }
}
