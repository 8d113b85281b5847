namespace MLOps.Models.Evaluation;

/// <summary>Keeps what an evaluation comes to, so that another process can go on from there. Called on the evaluation's thread.</summary>
public interface IEvaluationKeeper
{
    /// <summary>What an earlier process had come to with the same model, rows, parameters and plan; null: nothing. One that does not fit is the same as none.</summary>
    EvaluationProgress? Start { get; }

    /// <summary>A fold is scored with every seed. Called before the progress that has its scores is kept.</summary>
    /// <param name="figures">Means over its blocks and seeds.</param>
    void OnFold(int number, IReadOnlyDictionary<string, double> figures);

    /// <summary>The evaluation could go on from here.</summary>
    /// <param name="progress">Called before this method returns, or never: not every one is worth keeping.</param>
    /// <param name="step">Of the training that goes on; null: between two of them.</param>
    void OnProgress(Func<EvaluationProgress> progress, long? step);
}
