using System.Text.Json;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Problems;

namespace MLOps.Silo.Endpoints;

/// <summary>The part of a reference profile that serving reads: where each monitored feature lies in a request.
/// The rest belongs to MLOps.Monitoring.</summary>
internal static class ReferenceProfile
{
    /// <exception cref="MLOpsException">InvalidArgument: not a profile.</exception>
    public static MonitoredElement[] Monitored(string json, ModelSignature signature)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return
            [
                .. document.RootElement.GetProperty("features").EnumerateArray().Select(feature => Check(
                    new MonitoredElement(
                        feature.GetProperty("name").GetString() ?? throw Invalid("a feature's name is null"),
                        feature.GetProperty("input").GetString() ?? throw Invalid("a feature's input is null"),
                        feature.GetProperty("index").GetInt32()),
                    signature)),
            ];
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw Invalid(exception.Message);
        }
    }

    private static MonitoredElement Check(MonitoredElement element, ModelSignature signature)
    {
        if (signature.Inputs.All(input => input.Name != element.Input))
        {
            throw Invalid($"feature '{element.Feature}' is read from input '{element.Input}', which the model does not have");
        }

        return element.Index >= 0 ? element : throw Invalid($"feature '{element.Feature}' has index {element.Index}");
    }

    private static MLOpsException Invalid(string why) => new(
        ProblemCode.InvalidArgument,
        $"reference_profile.json beside the model is not usable: {why}. Expected {{\"features\":[{{\"name\",\"input\",\"index\"}}]}}.");
}
