namespace MLOps.Models.Classical.ValueAtRisk;

/// <summary><c>parameters.json</c> of the VaR calculator.</summary>
internal sealed record VarFile(
    int Observations,
    VarMethod Method,
    int Window,
    IReadOnlyList<double> Levels,
    double Decay,
    double DegreesOfFreedom,
    double Scale,
    IReadOnlyDictionary<string, string> Conventions)
{
    public VarModel Model => new(Method, Window, Levels, Decay, DegreesOfFreedom, Scale);
}
