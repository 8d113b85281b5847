using MLOps.Models.Catalog;
using MLOps.Models.Evaluation;
using MLOps.Models.Features.Labels;

namespace MLOps.Models.Classical.BoostedTrees;

/// <summary>How days are labelled.</summary>
internal sealed record SignalLabelling(string Kind, double Gain, double Loss, int Horizon)
{
    public const string TripleBarrierKind = "triple-barrier";
    public const string DirectionKind = "next-day-direction";
    public const string VolatilityKind = "high-volatility";

    /// <summary>The labels of a feature pipeline, which are columns of the rows.</summary>
    public const string GivenKind = "given";

    /// <summary>The hyper-parameter that says the kind.</summary>
    public const string Parameter = "label";

    /// <summary>Days that the volatility of the barriers' width is taken over, and before which no day is labelled.</summary>
    public const int VolatilitySpan = 100;

    public static IReadOnlyList<HyperParameter> Declared { get; } =
    [
        HyperParameterOf.Choice(Parameter, [TripleBarrierKind, DirectionKind, VolatilityKind, GivenKind], "What is predicted: whether the close meets the upper barrier before the lower one; whether tomorrow's close is higher; whether the next days' volatility exceeds its training median. Or given: behind a feature pipeline, its features, labels, weights and label ends, and none of this model's own."),
        HyperParameterOf.RealNumber("gain", 1, 0.1, 20, "Upper barrier, in daily volatilities."),
        HyperParameterOf.RealNumber("loss", 1, 0.1, 20, "Lower barrier, in daily volatilities."),
        HyperParameterOf.WholeNumber("horizon", 10, 1, 250, "Days after which a label ends in any case; for high-volatility the days that it is measured over. Not used for the next day's direction."),
    ];

    /// <summary>Days ahead that a label looks at most; null: the pipeline that makes the labels knows.</summary>
    public int? Reach => Kind switch
    {
        GivenKind => null,
        DirectionKind => 1,
        _ => Horizon,
    };

    public bool IsGiven => Kind == GivenKind;

    public static SignalLabelling From(HyperParameterValues values) =>
        new(values.Text(Parameter), values.RealNumber("gain"), values.RealNumber("loss"), values.WholeNumber("horizon"));

    /// <summary>Labels of the days from the one given on whose whole label lies within the closes.</summary>
    public IReadOnlyList<SignalLabel> Of(double[] closes, int first)
    {
        var from = Math.Max(first, VolatilitySpan);
        return Kind switch
        {
            TripleBarrierKind => [.. ByBarriers(closes, from)],
            DirectionKind => [.. Ahead(closes, from, 1, day => closes[day + 1] - closes[day])],
            _ => [.. Ahead(closes, from, Horizon, day => Volatility(closes, day))],
        };
    }

    /// <summary>The value above which a label is positive, from the labels to be fitted on alone.</summary>
    public double Threshold(IReadOnlyList<SignalLabel> fit)
    {
        var sorted = fit.Select(label => label.Value).Order().ToArray();
        return Kind == VolatilityKind ? (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2 : 0;
    }

    private IEnumerable<SignalLabel> ByBarriers(double[] closes, int from)
    {
        var events = Enumerable.Range(from, Math.Max(0, closes.Length - 1 - from));
        return new TripleBarrier(Gain, Loss, Horizon).Label(closes, EwmVolatility.Of(closes, VolatilitySpan), events)
            .Where(label => label.IsComplete)
            .Select(label => new SignalLabel(label.Span, label.Side == 0 ? label.Return : label.Side));
    }

    private static IEnumerable<SignalLabel> Ahead(double[] closes, int from, int days, Func<int, double> value) => Enumerable
        .Range(from, Math.Max(0, closes.Length - days - from))
        .Select(day => new SignalLabel(new LabelSpan(day, day + days), value(day)));

    /// <summary>Root mean square log return of the days that follow.</summary>
    private double Volatility(double[] closes, int day)
    {
        var squares = 0.0;
        for (var t = day + 1; t <= day + Horizon; t++)
        {
            squares += Math.Pow(Math.Log(closes[t] / closes[t - 1]), 2);
        }

        return Math.Sqrt(squares / Horizon);
    }
}
