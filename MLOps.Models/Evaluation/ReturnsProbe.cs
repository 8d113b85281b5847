using MLOps.Models.Catalog;

namespace MLOps.Models.Evaluation;

/// <summary>Keeps what the model's strategy earned in a fold.</summary>
internal sealed class ReturnsProbe : IEvaluationObserver
{
    /// <summary>Empty: it has none.</summary>
    public IReadOnlyList<double> Returns { get; private set; } = [];

    public void OnGraph(Func<GraphRun> run)
    {
    }

    public void OnReturns(IReadOnlyList<double> returns) => Returns = [.. returns];
}
