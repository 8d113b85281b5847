using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Data;

namespace MLOps.Silo.Tests.Training;

/// <summary>A model of any table: says of a column of numbers, and one of texts, what it was given.</summary>
internal sealed class TableModel(string id, DataNeeds needs) : IModelDefinition
{
    public string Id => id;

    public string Name => "Table";

    public string Category => "Test";

    public string Description => "Says what it was given.";

    public IReadOnlyList<HyperParameter> HyperParameters { get; } = [];

    public DataNeeds Data => needs;

    public ModelSignature Signature { get; } = new([new TensorSpec("x", "float64", [-1, 1])], [new TensorSpec("y", "float64", [-1])]);

    public TrainedModel Train(TrainingRequest request, ITrainingObserver observer, CancellationToken cancellationToken) => new(
        [new ModelFile("model.onnx", [1, 2, 3])],
        Signature,
        new Dictionary<string, string>(),
        new Dictionary<string, double> { ["rows"] = request.Data.Count, ["sum"] = request.Data.Columns.Sum(column => column.Numbers?.Where(double.IsFinite).Sum() ?? 0) },
        null,
        new Dictionary<string, string> { ["times"] = request.Data.Times is { } times ? times[^1].ToString("O", CultureInfo.InvariantCulture) : "none" });

    public IReadOnlyDictionary<string, double> Evaluate(TrainedModel model, TrainingData data, int from, int to, CancellationToken cancellationToken) =>
        new Dictionary<string, double> { ["rows"] = to - from };
}
