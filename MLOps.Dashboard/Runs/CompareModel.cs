using MLOps.Client;
using MLOps.Client.Runs;
using MLOps.Dashboard.Components;
using MLOps.Dashboard.Live;

namespace MLOps.Dashboard.Runs;

/// <summary>Several runs side by side; the first is the baseline.</summary>
public sealed class CompareModel(MLOpsClient client) : LiveModel
{
    private IReadOnlyList<string> _runIds = [];

    public IReadOnlyList<Run> Runs { get; private set; } = [];

    public IReadOnlyList<RunCurve> Curves { get; private set; } = [];

    public IReadOnlyList<string> Metrics { get; private set; } = [];

    public IReadOnlyList<string> Params { get; private set; } = [];

    /// <param name="runIds">Run ids separated by commas, as in the page's address.</param>
    public void Show(string? runIds)
    {
        string[] wanted = [.. (runIds ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct().Take(Links.MostCompared)];
        if (wanted.SequenceEqual(_runIds))
        {
            return;
        }

        _runIds = wanted;
        Runs = [];
        Curves = [];
        Reset();
    }

    /// <summary>Whether the runs disagree on a parameter.</summary>
    public bool Differs(string param) => Runs.Select(run => run.Params.GetValueOrDefault(param)).Distinct(StringComparer.Ordinal).Count() > 1;

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        Runs = await Task.WhenAll(_runIds.Select(id => client.Runs.GetAsync(id, cancellationToken)));
        Metrics = Keys(Runs.SelectMany(run => run.Metrics.Keys));
        Params = Keys(Runs.SelectMany(run => run.Params.Keys));
        Curves = [.. Runs.Select(run => new RunCurve(run.Info.RunId, run.Info.RunName, run.Info.Status == RunStatus.Running))];
    }

    private static string[] Keys(IEnumerable<string> keys) => [.. keys.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
