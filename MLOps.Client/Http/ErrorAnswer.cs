using System.Net;
using System.Text.Json;

namespace MLOps.Client.Http;

/// <summary>Reads a refusal in whichever of the gateway's shapes it comes: problem details, MLflow's or Open Inference's.</summary>
internal static class ErrorAnswer
{
    private const int LongestExcerpt = 300;

    public static async Task<MLOpsClientException> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = response.StatusCode;
        string body;
        try
        {
            body = await response.Content.ReadAsStringAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return new MLOpsClientException($"{Where(response)} answered {Plain(status)} and the connection broke.", status.ToString(), status, e);
        }

        var wait = response.Headers.RetryAfter?.Delta;
        return FromJson(body, status, wait)
            ?? new MLOpsClientException($"{Where(response)} answered {Plain(status)}{Excerpt(body)}", status.ToString(), status) { RetryAfter = wait };
    }

    private static MLOpsClientException? FromJson(string body, HttpStatusCode status, TimeSpan? wait)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            var message = Text(root, "message") ?? Text(root, "detail") ?? Text(root, "error") ?? Text(root, "title");
            return message is null
                ? null
                : new MLOpsClientException(message, Text(root, "error_code") ?? Text(root, "code") ?? status.ToString(), status) { RetryAfter = wait };
        }
        catch (JsonException)
        {
            // Not one of the gateway's own: a proxy's page, or a route it does not have.
            return null;
        }
    }

    private static string? Text(JsonElement element, string property) =>
        element.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : null;

    private static string Where(HttpResponseMessage response) => $"{response.RequestMessage!.Method} {response.RequestMessage.RequestUri}";

    private static string Plain(HttpStatusCode status) => $"{(int)status} {status}";

    private static string Excerpt(string body)
    {
        var text = body.Trim();
        return text.Length == 0 || text.StartsWith('<') ? "." : $": {text[..Math.Min(text.Length, LongestExcerpt)]}";
    }
}
