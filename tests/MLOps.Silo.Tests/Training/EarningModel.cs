using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Data;

namespace MLOps.Silo.Tests.Training;

/// <summary>A team's own model with a strategy that earns what its hyper-parameter says.</summary>
internal sealed class EarningModel : IModelDefinition
{
    public string Id => "earning";

    public string Name => "Earning";

    public string Category => "Test";

    public string Description => "Earns as told.";

    public IReadOnlyList<HyperParameter> HyperParameters { get; } = [new("returns", HyperParameterType.Text, "", null, null, [], "Simple returns, with spaces between.")];

    public DataNeeds Data => DataNeeds.Bars;

    public ModelSignature Signature { get; } = new([new TensorSpec("x", "float32", [-1, 2])], [new TensorSpec("y", "float32", [-1])]);

    public TrainedModel Train(TrainingRequest request, ITrainingObserver observer, CancellationToken cancellationToken) => new(
        [new ModelFile("model.onnx", [1, 2, 3])],
        Signature,
        new Dictionary<string, string>(request.Parameters),
        new Dictionary<string, double> { ["rows"] = request.Data.Count },
        null,
        new Dictionary<string, string>());

    public IReadOnlyDictionary<string, double> Evaluate(TrainedModel model, TrainingData data, int from, int to, CancellationToken cancellationToken)
    {
        model.Observer?.OnReturns([.. model.Parameters["returns"].Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture))]);
        return new Dictionary<string, double> { ["days"] = to - from };
    }
}
