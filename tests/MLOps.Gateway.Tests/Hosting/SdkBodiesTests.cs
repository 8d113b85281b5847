using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MLOps.Gateway.Batch;
using MLOps.Gateway.Endpoints;
using MLOps.Gateway.Training;
using MLOps.Gateway.Training.Retraining;
using MLOps.Gateway.Training.Search;
using Sdk = MLOps.Client;

namespace MLOps.Gateway.Tests.Hosting;

/// <summary>A member that a body does not have is refused, so our own client must never send one.</summary>
public sealed class SdkBodiesTests
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

    [Theory]
    [InlineData(typeof(Sdk.Serving.DeploymentRequest), typeof(DeployRequest))]
    [InlineData(typeof(Sdk.Serving.Outcome), typeof(FeedbackOutcome))]
    [InlineData(typeof(Sdk.Training.TrainingRequest), typeof(StartTrainingRequest))]
    [InlineData(typeof(Sdk.Training.Search.SearchRequest), typeof(StartSearchRequest))]
    [InlineData(typeof(Sdk.Training.Retraining.RetrainingPolicyRequest), typeof(RetrainingPolicyRequest))]
    [InlineData(typeof(Sdk.Batch.BatchRequest), typeof(StartBatchRequest))]
    public void Members_OfWhatTheClientSends_AreTaken(Type sent, Type taken) => Assert.Empty(Unknown(sent, taken, ""));

    [Fact]
    public void Members_OfAnotherBody_AreFound() =>
        Assert.Contains("variants[].role", Unknown(typeof(DeployRequest), typeof(Narrow), ""));

    private static IEnumerable<string> Unknown(Type sent, Type taken, string at)
    {
        if (Element(sent) is { } element)
        {
            return Element(taken) is { } expected ? Unknown(element, expected, $"{at}[]") : [];
        }

        var (from, to) = (Json.GetTypeInfo(sent), Json.GetTypeInfo(taken));
        return from.Kind != JsonTypeInfoKind.Object || to.Kind != JsonTypeInfoKind.Object
            ? []
            : from.Properties.Where(member => member.Get is not null).SelectMany(member =>
                to.Properties.FirstOrDefault(other => other.Name == member.Name) is { } other
                    ? Unknown(member.PropertyType, other.PropertyType, at.Length == 0 ? member.Name : $"{at}.{member.Name}")
                    : [at.Length == 0 ? member.Name : $"{at}.{member.Name}"]);
    }

    /// <returns>Of a list its elements, of a dictionary its values; null: it is neither.</returns>
    private static Type? Element(Type type) => Json.GetTypeInfo(type) is { Kind: JsonTypeInfoKind.Enumerable or JsonTypeInfoKind.Dictionary } list ? list.ElementType : null;

    private sealed record Narrow(string? Endpoint, IReadOnlyList<NarrowVariant>? Variants);

    private sealed record NarrowVariant(string? Name);
}
