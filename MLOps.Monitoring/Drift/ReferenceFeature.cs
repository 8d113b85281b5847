namespace MLOps.Monitoring.Drift;

/// <summary>A feature as it was in training.</summary>
/// <param name="Input">Name of the served input tensor that carries it.</param>
/// <param name="Index">Flat row-major index inside one batch row of that tensor.</param>
/// <param name="Values">One value per training row, in time order.</param>
public sealed record ReferenceFeature(string Name, string Input, int Index, IReadOnlyList<double> Values);
