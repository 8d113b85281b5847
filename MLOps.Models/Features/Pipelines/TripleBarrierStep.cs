using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Evaluation;
using MLOps.Models.Features.Labels;

namespace MLOps.Models.Features.Pipelines;

/// <summary>Triple-barrier labels of every row: the columns <c>label</c> (−1, 0, 1), <c>label_weight</c> (average uniqueness) and <c>label_rows</c> (how many rows ahead the label ends, counted in the rows that come out). They look ahead, so serving has none.</summary>
/// <param name="Gain">Distance of the upper barrier in daily volatilities; 0: none.</param>
/// <param name="Loss">Distance of the lower barrier in daily volatilities; 0: none.</param>
/// <param name="Horizon">Rows after which a label ends.</param>
/// <param name="Span">Of the volatility, <see cref="EwmVolatility"/>.</param>
public sealed record TripleBarrierStep(string Column = "close", double Gain = 1, double Loss = 1, int Horizon = 10, int Span = 100)
{
    public const string Label = "label";

    public const string Weight = "label_weight";

    public const string Rows = "label_rows";

    /// <summary>The columns that it makes.</summary>
    public static IReadOnlyList<string> Columns { get; } = [Label, Weight, Rows];

    /// <exception cref="ModelTrainingException">A setting is out of range.</exception>
    public void Check()
    {
        if (!(Gain >= 0 && Loss >= 0 && double.IsFinite(Gain + Loss)) || Horizon is < 1 or > 10_000 || Span is < 1 or > 100_000)
        {
            throw new ModelTrainingException(FormattableString.Invariant($"The feature pipeline's 'label' has gain {Gain}, loss {Loss}, horizon {Horizon} and span {Span}: expected gain and loss of at least 0, a horizon of 1 to 10000 and a span of 1 to 100000."));
        }
    }

    /// <summary>The label of each row that has one whose barriers were met, or whose time was up, within these rows, and within its piece of them.</summary>
    internal IReadOnlyDictionary<int, (TripleBarrierLabel Label, double Weight)> Compute(TrainingData rows) => rows.Parts().Zip(rows.Pieces)
        .SelectMany(part => Labels(part.First.Numbers(Column), part.Second.From))
        .ToDictionary(label => label.Label.Span.Start);

    private IEnumerable<(TripleBarrierLabel Label, double Weight)> Labels(double[] closes, int begin)
    {
        var volatility = EwmVolatility.Of(closes, Span);
        var events = Enumerable.Range(0, Math.Max(0, closes.Length - 1)).Where(row => volatility[row] > 0);
        TripleBarrierLabel[] labels = [.. new TripleBarrier(Gain, Loss, Horizon).Label(closes, volatility, events).Where(label => label.IsComplete)];
        LabelSpan[] spans = [.. labels.Select(label => label.Span)];
        var weights = SampleWeights.AverageUniqueness(spans, closes.Length);
        return labels.Select((label, i) => (label with { Span = new LabelSpan(begin + label.Span.Start, begin + label.Span.End) }, weights[i]));
    }
}
