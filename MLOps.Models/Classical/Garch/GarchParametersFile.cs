using System.Text.Json;
using System.Text.Json.Nodes;

namespace MLOps.Models.Classical.Garch;

/// <summary><c>parameters.json</c>: estimates, the three standard errors, the likelihood and the conventions they hold under.</summary>
internal static class GarchParametersFile
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static byte[] Write(string model, GarchFit fit, int observations, IReadOnlyDictionary<string, string> conventions)
    {
        var parameters = new JsonArray([.. fit.Names.Select((name, i) => (JsonNode)new JsonObject
        {
            ["name"] = name,
            ["estimate"] = fit.Theta[i],
            ["se_hessian"] = Finite(fit.Errors.Hessian[i]),
            ["se_opg"] = Finite(fit.Errors.OuterProducts[i]),
            ["se_qml"] = Finite(fit.Errors.Robust[i]),
            ["at_bound"] = fit.AtBound.Contains(name),
        })]);
        var file = new JsonObject
        {
            ["model"] = model,
            ["observations"] = observations,
            ["parameters"] = parameters,
            ["loglik"] = fit.LogLikelihood,
            ["persistence"] = fit.Persistence,
            ["iterations"] = fit.Iterations,
            ["gradient_norm"] = fit.GradientNorm,
            ["h_first"] = fit.Variances[0],
            ["h_last"] = fit.Variances[^1],
            ["h_next"] = fit.NextVariance,
            ["conventions"] = new JsonObject(conventions.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value))),
        };
        return JsonSerializer.SerializeToUtf8Bytes(file, Indented);
    }

    /// <summary>One estimate of a file that <see cref="Write"/> made.</summary>
    public static double Estimate(byte[] file, string name)
    {
        using var document = JsonDocument.Parse(file);
        return document.RootElement.GetProperty("parameters").EnumerateArray().First(item => item.GetProperty("name").ValueEquals(name)).GetProperty("estimate").GetDouble();
    }

    /// <summary>JSON has no NaN: a standard error that does not exist is null.</summary>
    private static JsonNode? Finite(double value) => double.IsFinite(value) ? value : null;
}
