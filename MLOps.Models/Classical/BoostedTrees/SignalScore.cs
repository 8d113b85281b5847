using MLOps.Models.Evaluation;

namespace MLOps.Models.Classical.BoostedTrees;

/// <summary>How well probabilities rank and meet labels.</summary>
internal readonly record struct SignalScore(double Auc, double LogLoss)
{
    public static SignalScore Of(double[] probabilities, WeightedRows rows) =>
        new(RocAuc.Of(probabilities, rows.Labels), BinaryLogLoss.OfProbabilities(probabilities, rows));

    /// <summary>The figures by name, those of the baselines behind them.</summary>
    public static Dictionary<string, double> Figures(string prefix, SignalScore model, SignalScore logistic, double priorLogLoss) => new()
    {
        [$"{prefix}auc"] = model.Auc,
        [$"{prefix}log_loss"] = model.LogLoss,
        [$"baseline_logistic_{prefix}auc"] = logistic.Auc,
        [$"baseline_logistic_{prefix}log_loss"] = logistic.LogLoss,
        [$"baseline_prior_{prefix}log_loss"] = priorLogLoss,
    };
}
