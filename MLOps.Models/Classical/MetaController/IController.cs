namespace MLOps.Models.Classical.MetaController;

/// <summary>Gives weights to experts, round by round.</summary>
public interface IController
{
    /// <summary>Of the coming round: positive or 0, sum 1.</summary>
    IReadOnlyList<double> Weights { get; }

    /// <summary>Takes the losses of a round.</summary>
    /// <param name="losses">One an expert, in [0, 1].</param>
    /// <returns>The mean loss by the weights that the round began with.</returns>
    /// <exception cref="ArgumentException">The losses are not as many as experts, or one is outside [0, 1].</exception>
    double Update(IReadOnlyList<double> losses);
}
