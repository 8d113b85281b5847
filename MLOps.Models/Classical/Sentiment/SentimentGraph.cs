using MLOps.Models.Onnx;
using MLOps.Models.Onnx.Schema;

namespace MLOps.Models.Classical.Sentiment;

/// <summary>Counts of lexicon words [B, V] to the probabilities of negative, neutral and positive and the score [B, 4], in float32.</summary>
internal static class SentimentGraph
{
    public const string Input = "counts";
    public const string Output = "sentiment";
    public const int Outputs = 4;

    public static GraphProto Build(SentimentClassifier model)
    {
        var words = model.Lexicon.Words.Count;
        var graph = new OnnxGraphBuilder("sentiment");
        var counts = graph.Input(Input, OnnxElementType.Float32, "B", words);
        float[] weights = [.. model.Lexicon.Valences.SelectMany(valence => SentimentClassifier.Weights(valence, model.Saturation)).Select(weight => (float)weight)];
        var features = graph.Node("Tanh", [graph.Node("MatMul", [counts, graph.Constant("valences", weights, words, SentimentClassifier.Features)])]);
        var logits = graph.Node("Add", [graph.Node("MatMul", [features, graph.Constant("slopes", Slopes(model), SentimentClassifier.Features, 3)]), graph.Constant("intercepts", Intercepts(model), 3)]);
        var score = graph.Node("Slice", [features, graph.Constant("from", 0L), graph.Constant("to", 1L), graph.Constant("axis", 1L)]);
        var probabilities = graph.Node("Softmax", [logits], OnnxAttribute.Int("axis", 1));
        graph.Output(Output, graph.Node("Concat", [probabilities, score], OnnxAttribute.Int("axis", 1)), OnnxElementType.Float32, "B", Outputs);
        return graph.Build();
    }

    /// <summary>[features, classes]; the last class is the one that the others are held against.</summary>
    private static float[] Slopes(SentimentClassifier model) =>
        [.. Enumerable.Range(1, SentimentClassifier.Features).SelectMany(f => model.Regression.Coefficients.Select(row => (float)row[f]).Append(0))];

    private static float[] Intercepts(SentimentClassifier model) => [.. model.Regression.Coefficients.Select(row => (float)row[0]), 0];
}
