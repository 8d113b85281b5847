using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using MLOps.Testing;

namespace MLOps.Gateway.Tests.Mlflow;

/// <summary>A call and what a real MLflow 3.11 answered. <c>{run1}</c> and <c>{run2}</c> stand for the ids of the two runs that the calls make, <c>{model1}</c> for the logged model's,
/// <c>{xy*99}</c> for a text repeated.</summary>
/// <param name="Answer">The normalised body: see <see cref="CanonicalAnswer"/>.</param>
internal sealed partial record RecordedCall(
    int Call,
    string Label,
    string Method,
    string Url,
    string? ContentType,
    string? Host,
    string? Origin,
    string? Body,
    int Status,
    string Answer)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static IReadOnlyList<RecordedCall> All() =>
    [
        .. File.ReadLines(RepositoryRoot.Combine("tests", "data", "mlflow-golden", "calls.jsonl"))
            .Select(line => JsonSerializer.Deserialize<RecordedCall>(line, Json)!),
    ];

    public HttpRequestMessage ToRequest(Uri server, IReadOnlyDictionary<string, string> runs)
    {
        // The path goes out as it is written: a client that climbs is part of the recording.
        var target = new Uri(server.GetLeftPart(UriPartial.Authority) + Expand(Url, runs), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var request = new HttpRequestMessage(new HttpMethod(Method), target);
        if (Body is not null || ContentType is not null)
        {
            request.Content = new StringContent(Expand(Body ?? string.Empty, runs));
            request.Content.Headers.Remove("Content-Type");
            if (!string.IsNullOrEmpty(ContentType))
            {
                request.Content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
            }
        }

        request.Headers.Host = Host;
        if (Origin is not null)
        {
            request.Headers.Add("Origin", Origin);
        }

        return request;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Call} '{Label}'");

    private static string Expand(string text, IReadOnlyDictionary<string, string> runs)
    {
        foreach (var (name, id) in runs)
        {
            text = text.Replace($"{{{name}}}", id, StringComparison.Ordinal);
        }

        return Repeated().Replace(text, match => string.Concat(Enumerable.Repeat(match.Groups[1].Value, int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture))));
    }

    [GeneratedRegex(@"\{([a-z]{1,2})\*(\d+)\}")]
    private static partial Regex Repeated();
}
