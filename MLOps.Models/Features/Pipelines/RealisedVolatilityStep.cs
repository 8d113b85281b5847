using MLOps.Models.Data;

namespace MLOps.Models.Features.Pipelines;

/// <summary>Root mean square of a column's last log returns in percent, <c>volatility_COLUMN_WINDOW</c>.</summary>
/// <param name="Window">Returns, from 1 to 10,000.</param>
public sealed record RealisedVolatilityStep(string Column = "close", int Window = 22) : FeatureStep
{
    public override IReadOnlyList<string> Names => [FormattableString.Invariant($"volatility_{Column}_{Window}")];

    public override IReadOnlyList<string> Reads => [Column];

    public override double[][] Compute(TrainingData rows)
    {
        var logs = Logs(rows, Column);
        var volatility = new double[logs.Length];
        for (var t = 0; t < logs.Length; t++)
        {
            // Summed anew each time: a running sum would give another last digit by where the rows begin.
            var squares = 0.0;
            for (var i = Math.Max(1, t - Window + 1); i <= t; i++)
            {
                var change = 100 * (logs[i] - logs[i - 1]);
                squares += change * change;
            }

            volatility[t] = t < Window ? double.NaN : Math.Sqrt(squares / Window);
        }

        return [volatility];
    }

    public override void Check() => Require(Window is >= 1 and <= 10_000, "window", Window, "1 to 10000");
}
