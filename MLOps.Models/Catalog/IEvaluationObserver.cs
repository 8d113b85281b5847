namespace MLOps.Models.Catalog;

/// <summary>Hears what <see cref="IModelDefinition.Evaluate"/> does with a model: the one place where every model meets rows that it has not seen, by what will be served.
/// Whoever listens learns the same of thirty models without knowing any.</summary>
public interface IEvaluationObserver
{
    /// <summary>An exported graph is run on rows of the data.</summary>
    /// <param name="run">What it is run with. Called before this method returns, or never: not everybody wants a copy of all inputs.</param>
    void OnGraph(Func<GraphRun> run);

    /// <summary>What the model's strategy earned on the rows that were scored: simple returns after costs, one a period, oldest first.</summary>
    void OnReturns(IReadOnlyList<double> returns);
}
