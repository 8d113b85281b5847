namespace MLOps.Samples.Training;

/// <param name="Features">What is known at the day's close.</param>
/// <param name="Regime">How turbulent the next 21 days were: 0 calm, 1 normal, 2 turbulent.</param>
internal sealed record LabelledDay(float[] Features, int Regime);
