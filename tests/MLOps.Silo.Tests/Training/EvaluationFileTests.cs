using System.Text.Json.Nodes;
using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Evaluation;
using MLOps.Silo.Training;

namespace MLOps.Silo.Tests.Training;

/// <summary>What an evaluation leaves in the model's folder and among the run's metrics, of a model whose figures are not all numbers.</summary>
public sealed class EvaluationFileTests
{
    private static readonly CrossValidationPlan Plan = new(CrossValidationMethod.CombinatorialPurged, Folds: 4, EmbargoFraction: 0);

    [Fact]
    public void Of_AFigureThatIsNoNumber_IsNullInTheFile()
    {
        var (data, result) = Evaluate();

        var file = JsonNode.Parse(EvaluationFile.Of(Plan, result, data).Content)!;

        var skill = file["path_figures"]!.AsArray().Single(figure => (string?)figure!["name"] == "skill")!;
        Assert.Equal((3, null), ((int)skill["paths"]!, (double?)skill["mean"]));
        Assert.Null((double?)file["scores"]![0]!["figures"]!["skill"]);
    }

    [Fact]
    public void Metrics_AFigureOfThePathsRatiosName_IsThereOnce()
    {
        var (_, result) = Evaluate();

        var metrics = EvaluationFile.Metrics(Plan, result).ToArray();

        Assert.Equal(metrics.Length, metrics.Select(metric => metric.Key).Distinct().Count());
        Assert.Equal(SharpeRatio.Of([.. Enumerable.Range(0, 12).Select(row => (double)row)]), metrics.Single(metric => metric.Key == "cv_sharpe_per_period_path_median").Value, 1e-12);
    }

    private static (TrainingData Data, EvaluationResult Result) Evaluate()
    {
        var data = new TrainingData(null, [DataColumn.Of("x", [.. Enumerable.Range(0, 12).Select(row => (double)row)])]);
        return (data, ModelEvaluation.Evaluate(new Trader(), data, new Dictionary<string, string>(), Plan, new Silence(), TestContext.Current.CancellationToken));
    }

    /// <summary>Earns each row's number.</summary>
    private sealed class Trader : IModelDefinition
    {
        public string Id => "trader";

        public string Name => "Trader";

        public string Category => "Test";

        public string Description => "Earns.";

        public IReadOnlyList<HyperParameter> HyperParameters => [];

        public DataNeeds Data => DataNeeds.Table("Numbers.", "x");

        public RowContinuity Continuity => RowContinuity.Pieces;

        public ModelSignature Signature { get; } = new([], []);

        public TrainedModel Train(TrainingRequest request, ITrainingObserver observer, CancellationToken cancellationToken) =>
            new([], Signature, request.Parameters, new Dictionary<string, double>(), null, new Dictionary<string, string>());

        public IReadOnlyDictionary<string, double> Evaluate(TrainedModel model, TrainingData data, int from, int to, CancellationToken cancellationToken)
        {
            model.Observer?.OnReturns(data.Numbers("x")[from..to]);
            return new Dictionary<string, double> { ["skill"] = from == to ? 0 : double.NaN, [PathSummary.Sharpe] = 0.5 };
        }
    }

    private sealed class Silence : ITrainingObserver
    {
        public void OnMetrics(long step, IReadOnlyList<KeyValuePair<string, double>> metrics)
        {
        }

        public void OnProgress(double fraction, string message)
        {
        }

        public void OnCheckpoint(long step, Func<byte[]> content)
        {
        }

        public bool IsToFinish() => false;
    }
}
