using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Data;

namespace MLOps.Models.Tests.Evaluation;

/// <summary>A model so small that every figure of an evaluation can be worked out by hand: the mean of a column, shifted by its seed, and what it was shown.</summary>
internal sealed class MeanModel(bool hasSeed) : IModelDefinition
{
    /// <summary>First and last number, and count, that each training was shown.</summary>
    public List<(double First, double Last, int Count)> Trained { get; } = [];

    /// <summary>Every number that each training was shown, and the numbers before which some were missing.</summary>
    public List<(double[] Numbers, double[] AfterGaps)> Shown { get; } = [];

    /// <summary>The last number that each scoring was shown.</summary>
    public List<double> LastShown { get; } = [];

    public string Id => "mean";

    public string Name => "Mean";

    public string Category => "Test";

    public string Description => "The mean.";

    public IReadOnlyList<HyperParameter> HyperParameters { get; } =
        hasSeed ? [new("seed", HyperParameterType.WholeNumber, "1", 0, 1000, [], "Seed.")] : [];

    public DataNeeds Data => DataNeeds.Table("Numbers.", "x");

    public RowContinuity Continuity { get; init; } = RowContinuity.Pieces;

    public ModelSignature Signature { get; } = new([], []);

    public TrainedModel Train(TrainingRequest request, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        var x = request.Data.Numbers("x");
        Trained.Add((x[0], x[^1], x.Length));
        Shown.Add((x, [.. Enumerable.Range(1, x.Length - 1).Where(request.Data.IsAfterGap).Select(row => x[row])]));
        observer.OnMetrics(0, [KeyValuePair.Create("loss", 1.0)]);
        observer.OnProgress(0.5, "half");
        if (x[^1] == 13)
        {
            throw new ModelTrainingException("Unlucky.");
        }

        var seed = request.Parameters.TryGetValue("seed", out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : 0;
        return new TrainedModel([new ModelFile("mean", BitConverter.GetBytes(x.Average() + seed))], Signature, request.Parameters, new Dictionary<string, double>(), null, new Dictionary<string, string>());
    }

    public IReadOnlyDictionary<string, double> Evaluate(TrainedModel model, TrainingData data, int from, int to, CancellationToken cancellationToken)
    {
        var x = data.Numbers("x");
        LastShown.Add(x[^1]);
        var scored = x[from..to].Average();
        model.Observer?.OnReturns(x[from..to]);
        return new Dictionary<string, double>
        {
            ["rows"] = to - from,
            ["error"] = BitConverter.ToDouble(model.Files[0].Content) - scored,
            ["baseline_last_error"] = x[from - 1] - scored,
        };
    }
}
