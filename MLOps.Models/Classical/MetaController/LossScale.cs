namespace MLOps.Models.Classical.MetaController;

/// <summary>Brings losses into [0, 1]: (loss − least)/(largest − least), what lies beyond is cut off.</summary>
internal sealed record LossScale(double Least, double Largest)
{
    public double[] Of(IReadOnlyList<double> losses) => [.. losses.Select(loss => Math.Clamp((loss - Least) / (Largest - Least), 0, 1))];
}
