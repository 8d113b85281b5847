namespace MLOps.Client.Runs;

/// <summary>Metric values of a run did not reach the server: it refused them, or could not be reached however often it was tried.</summary>
public sealed class UndeliveredMetricsException : MLOpsClientException
{
    internal UndeliveredMetricsException(string runId, int count, MLOpsClientException reason)
        : base($"{count} metric value{(count == 1 ? "" : "s")} of run {runId} could not be delivered: {reason.Message}", reason.Code, reason.Status, reason)
    {
        RunId = runId;
        Count = count;
    }

    public string RunId { get; }

    /// <summary>How many values.</summary>
    public int Count { get; }
}
