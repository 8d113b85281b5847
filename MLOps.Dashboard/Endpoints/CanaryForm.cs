using MLOps.Client.Serving;

namespace MLOps.Dashboard.Endpoints;

/// <summary>A canary that a person is about to begin: the steps, and what takes the traffic away again.</summary>
public sealed class CanaryForm
{
    private readonly List<CanaryStepForm> _steps = [new(5, 10), new(25, 10), new(50, 10)];

    /// <summary>The variant as it was chosen; the form's live variants may have changed since.</summary>
    public string Variant { get; set; } = "";

    public IReadOnlyList<CanaryStepForm> Steps => _steps;

    /// <summary>Null: the rule does not apply.</summary>
    public double? MaxErrorPercent { get; set; } = 1;

    /// <summary>As a multiple of the other variants'. Null: the rule does not apply.</summary>
    public double? MaxP99Ratio { get; set; }

    /// <summary>Requests of the candidate in a step before it is judged.</summary>
    public long MinSamples { get; set; } = 50;

    public bool OnDrift { get; set; } = true;

    public void AddStep() => _steps.Add(new CanaryStepForm(Math.Min(100, _steps[^1].Percent * 2), _steps[^1].Minutes));

    public void RemoveStep(CanaryStepForm step)
    {
        if (_steps.Count > 1)
        {
            _steps.Remove(step);
        }
    }

    public CanaryRequest ToRequest(string candidate) => new()
    {
        Variant = candidate,
        Steps = [.. _steps.Select(step => new CanaryStep(step.Percent / 100, step.Minutes * 60, step.MinRequests))],
        MaxErrorRate = MaxErrorPercent / 100,
        MaxP99Ratio = MaxP99Ratio,
        OnDrift = OnDrift,
        MinSamples = MinSamples,
    };
}
