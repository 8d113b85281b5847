using MLOps.Dashboard.Components;

namespace MLOps.Dashboard.Layout;

/// <summary>The runs that a person has ticked for comparison, on whichever page.</summary>
public sealed class RunSelection
{
    private readonly List<string> _runs = [];

    public event Action? Changed;

    /// <summary>In the order of ticking: the first is the baseline.</summary>
    public IReadOnlyList<string> Runs => _runs;

    public bool IsFull => _runs.Count >= Links.MostCompared;

    public bool Contains(string runId) => _runs.Contains(runId);

    /// <summary>Ticks or unticks; beyond the most that can be compared, nothing.</summary>
    public void Toggle(string runId)
    {
        if (!_runs.Remove(runId) && !IsFull)
        {
            _runs.Add(runId);
        }

        Changed?.Invoke();
    }

    public void Clear()
    {
        _runs.Clear();
        Changed?.Invoke();
    }
}
