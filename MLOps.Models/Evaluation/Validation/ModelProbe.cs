using MLOps.Models.Catalog;

namespace MLOps.Models.Evaluation.Validation;

/// <summary>Keeps what an evaluation asked of a model's graphs and what its strategy earned.</summary>
internal sealed class ModelProbe : IEvaluationObserver
{
    private readonly List<GraphRun> _runs = [];

    /// <summary>In order of time. Of one graph: an evaluation looks at a model by the graph that it serves, or by that graph's form for a whole history.</summary>
    public IReadOnlyList<GraphRun> Runs => _runs;

    /// <summary>Empty: the model has no strategy.</summary>
    public IReadOnlyList<double> Returns { get; private set; } = [];

    public void OnGraph(Func<GraphRun> run) => _runs.Add(run());

    public void OnReturns(IReadOnlyList<double> returns) => Returns = [.. returns];
}
