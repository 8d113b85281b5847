using System.Diagnostics;
using OpenTelemetry;

namespace MLOps.ServiceDefaults;

/// <summary>
/// Leaves out statements of a database that are part of no trace: each process sends some every second of its own accord (Orleans' membership, the writer's
/// transactions, what looks for work), and each would be a trace of one span among which nobody finds the requests'. How long transactions take is a metric.
/// </summary>
internal sealed class LoneStatements : BaseProcessor<Activity>
{
    /// <inheritdoc/>
    public override void OnEnd(Activity data)
    {
        if (data.ParentSpanId == default && data.Source.Name == "Npgsql")
        {
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }
}
