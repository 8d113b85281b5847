using System.Globalization;
using Microsoft.AspNetCore.Components;
using MLOps.Client.Runs;

namespace MLOps.Dashboard.Runs;

/// <summary>Curves over each other, figures beside each other.</summary>
public sealed partial class ComparePage
{
    [SupplyParameterFromQuery(Name = "runs")]
    public string? RunIds { get; set; }

    protected override void Configure() => Model.Show(RunIds);

    // Against the baseline, which metric is better which way is not known here: the sign says direction, no colour says good or bad.
    private string Delta(string key, Run run)
    {
        var baseline = Model.Runs[0];
        return run != baseline && baseline.Metrics.TryGetValue(key, out var from) && run.Metrics.TryGetValue(key, out var to) && from != 0 && double.IsFinite(to / from)
            ? ((to - from) / Math.Abs(from)).ToString("+0.0 %;−0.0 %;±0 %", CultureInfo.InvariantCulture)
            : "";
    }
}
