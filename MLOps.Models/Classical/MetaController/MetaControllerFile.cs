namespace MLOps.Models.Classical.MetaController;

/// <summary><c>parameters.json</c> of the meta-controller.</summary>
/// <param name="Weights">After the last training day.</param>
/// <param name="BestOfTraining">Number of the expert that lost least in training.</param>
internal sealed record MetaControllerFile(
    int Rounds,
    IReadOnlyList<string> Experts,
    bool OfCloses,
    double LearningRate,
    double Share,
    LossScale Scale,
    IReadOnlyList<double> Weights,
    int BestOfTraining,
    double CostBasisPoints,
    IReadOnlyDictionary<string, string> Conventions);
