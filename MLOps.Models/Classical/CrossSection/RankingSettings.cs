namespace MLOps.Models.Classical.CrossSection;

/// <summary>Hyper-parameters of LambdaRank.</summary>
/// <param name="Penalty">Of squared weights.</param>
internal sealed record RankingSettings(int Epochs, double LearningRate, double Penalty);
