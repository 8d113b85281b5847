using MLOps.Models.Data;

namespace MLOps.Models.Features.Pipelines;

/// <summary>Log returns of a column in percent, <c>return_COLUMN</c>.</summary>
public sealed record ReturnsStep(string Column = "close") : FeatureStep
{
    public override IReadOnlyList<string> Names => [$"return_{Column}"];

    public override IReadOnlyList<string> Reads => [Column];

    public override double[][] Compute(TrainingData rows)
    {
        var logs = Logs(rows, Column);
        return [[.. logs.Select((log, t) => t == 0 ? double.NaN : 100 * (log - logs[t - 1]))]];
    }

    public override void Check()
    {
    }
}
