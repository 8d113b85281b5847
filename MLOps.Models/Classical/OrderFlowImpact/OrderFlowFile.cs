using System.Text.Json;
using MLOps.Models.Classical.Linear;

namespace MLOps.Models.Classical.OrderFlowImpact;

/// <summary><c>parameters.json</c>: the line, its errors, and how intervals were made.</summary>
internal static class OrderFlowFile
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static byte[] Write(OrderFlowSettings settings, RidgeRegression fit, int intervals) => JsonSerializer.SerializeToUtf8Bytes(
        new Content(settings, fit.Intercept, [.. OrderFlowPredictors.Names(settings.Predictors).Select((name, f) => new Slope(name, fit.Coefficients[f], fit.RobustErrors[f]))], intervals),
        Format);

    public static OrderFlowSettings Settings(byte[] file) => JsonSerializer.Deserialize<Content>(file, Format)!.Settings;

    private sealed record Content(OrderFlowSettings Settings, double Intercept, IReadOnlyList<Slope> Slopes, int Intervals);

    private sealed record Slope(string Name, double Estimate, double SeRobust);
}
