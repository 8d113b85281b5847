using MLOps.Models.Catalog;
using MLOps.Models.Classical.Linear;
using MLOps.Models.Data;
using MLOps.Models.Features.Pipelines;
using MLOps.Models.Onnx;

namespace MLOps.Models.Tests.Features;

/// <summary>A ridge regression of the label on whatever features it is given: small, but trained and exported as any model is.</summary>
internal sealed class LinearSignModel : IModelDefinition
{
    /// <summary>The features and predictions of the last training, row by row, as the trainer saw and made them.</summary>
    public (TrainingData Rows, double[] Predictions)? Trained { get; private set; }

    public string Id => "linear-sign";

    public string Name => "Linear";

    public string Category => "Test";

    public string Description => "The label by a line.";

    public IReadOnlyList<HyperParameter> HyperParameters { get; } = [];

    public DataNeeds Data => DataNeeds.Table("Features and a label.", TripleBarrierStep.Label);

    public ModelSignature Signature { get; } = new([new TensorSpec("x", "float64", [-1, -1])], [new TensorSpec("y", "float64", [-1, 1])]);

    public TrainedModel Train(TrainingRequest request, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        var rows = TrainingRows.SelectTable(request, 10);
        var features = Features(rows);
        var fit = RidgeRegression.Fit(features, rows.Numbers(TripleBarrierStep.Label), 1);
        Trained = (rows, [.. features.Select(row => fit.Predict(row))]);
        var graph = new OnnxGraphBuilder("linear");
        var x = graph.Input("x", OnnxElementType.Float64, "B", fit.Coefficients.Length);
        graph.Output("y", graph.Node("Gemm", [x, graph.Constant("slopes", fit.Coefficients, fit.Coefficients.Length, 1), graph.Constant("intercept", [fit.Intercept], 1)]), OnnxElementType.Float64, "B", 1);
        return new TrainedModel(
            [new ModelFile("model.onnx", OnnxModelFile.Write(graph.Build(), Description, new Dictionary<string, string>()))],
            Signature,
            new Dictionary<string, string>(),
            new Dictionary<string, double>(),
            null,
            new Dictionary<string, string>());
    }

    public IReadOnlyDictionary<string, double> Evaluate(TrainedModel model, TrainingData data, int from, int to, CancellationToken cancellationToken)
    {
        var labels = data.Numbers(TripleBarrierStep.Label)[from..to];
        var predictions = Serve(model, data.Rows(from, to));
        return new Dictionary<string, double>
        {
            ["mse"] = predictions.Zip(labels, (y, label) => (y - label) * (y - label)).Average(),
            ["baseline_zero_mse"] = labels.Average(label => label * label),
            ["rows"] = labels.Length,
            ["first"] = from,
        };
    }

    /// <summary>Predictions by the exported file.</summary>
    public static double[] Serve(TrainedModel model, TrainingData rows)
    {
        using var runner = new OnnxRunner(model.File("model.onnx"));
        var features = Features(rows);
        return runner.Run<double>([("x", [.. features.SelectMany(row => row)], [features.Length, features[0].Length])], ["y"])[0];
    }

    private static double[][] Features(TrainingData rows)
    {
        double[][] columns = [.. rows.Columns.Where(column => !TripleBarrierStep.Columns.Contains(column.Name)).Select(column => column.Numbers!)];
        return [.. Enumerable.Range(0, rows.Count).Select(row => Array.ConvertAll(columns, column => column[row]))];
    }
}
