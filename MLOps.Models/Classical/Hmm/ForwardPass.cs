namespace MLOps.Models.Classical.Hmm;

/// <summary>What one forward pass over a series leaves for everything after it; [T·K], row-major.</summary>
/// <param name="Filtered">P(state on day t | days 0..t).</param>
/// <param name="Ratio">Emission density of day t in each state, divided by the density of the day given the days before it. Scaled so, nothing underflows however long the series is.</param>
/// <param name="LogDensities">ln p(day t | days before it); [T].</param>
/// <param name="LogLikelihood">ln p(all days).</param>
internal sealed record ForwardPass(double[] Filtered, double[] Ratio, double[] LogDensities, double LogLikelihood);
