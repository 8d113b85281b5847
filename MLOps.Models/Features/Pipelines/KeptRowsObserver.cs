using MLOps.Models.Catalog;

namespace MLOps.Models.Features.Pipelines;

/// <summary>Tells of the rows before the pipeline what is heard of the rows behind it.</summary>
/// <param name="kept">For each row behind the pipeline the one before it.</param>
internal sealed class KeptRowsObserver(IEvaluationObserver whole, int[] kept) : IEvaluationObserver
{
    public void OnGraph(Func<GraphRun> run) => whole.OnGraph(() =>
    {
        var behind = run();
        return behind with { Rows = [.. behind.Rows.Select(row => kept[row])] };
    });

    public void OnReturns(IReadOnlyList<double> returns) => whole.OnReturns(returns);
}
