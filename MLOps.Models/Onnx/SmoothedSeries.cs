namespace MLOps.Models.Onnx;

/// <summary>An exponential smoothing in a graph.</summary>
/// <param name="Values">The series [T].</param>
/// <param name="SeedAt">Element from which on it is defined.</param>
/// <param name="Seed">A series whose element there is the first smoothed value.</param>
internal sealed record SmoothedSeries(string Values, int SeedAt, string Seed, double Weight);
