namespace MLOps.Dashboard.Endpoints;

/// <summary>One step of a canary in the deployment form.</summary>
public sealed class CanaryStepForm(double percent, double minutes)
{
    /// <summary>The candidate's share of the traffic.</summary>
    public double Percent { get; set; } = percent;

    /// <summary>The least time.</summary>
    public double Minutes { get; set; } = minutes;

    /// <summary>The fewest requests of the candidate.</summary>
    public long MinRequests { get; set; }
}
