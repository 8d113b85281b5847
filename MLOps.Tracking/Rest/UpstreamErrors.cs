using System.Net;
using System.Net.Mime;
using System.Text;
using System.Text.Json;
using MLOps.Contracts.Problems;

namespace MLOps.Tracking.Rest;

/// <summary>What goes wrong with an upstream, as our problems: one table from MLflow's error codes to ours.</summary>
/// <param name="name">The upstream as it may be shown.</param>
/// <param name="clock">For a Retry-After that is a date.</param>
internal sealed class UpstreamErrors(string name, TimeProvider clock)
{
    private const int MaxBody = 64 * 1024;
    private const int MaxText = 300;

    /// <summary>An answer that is no success.</summary>
    public async Task<UpstreamFailure> RefusalAsync(HttpResponseMessage response, string route, CancellationToken cancellationToken)
    {
        var status = response.StatusCode;
        var body = await ReadAsync(response.Content, cancellationToken);
        var rule = status switch
        {
            HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable => RetryRule.Always,
            HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout => RetryRule.WhenIdempotent,
            _ => RetryRule.Never,
        };
        var problem = MlflowError(body) is { } error && status != HttpStatusCode.Unauthorized
            ? new MLOpsException(Code(error.Code, status), error.Message)
            : new MLOpsException(Code(null, status), $"The upstream MLflow server {name} answered {(int)status} to {route}{Hint(status, response.Content, body)}");
        return new UpstreamFailure(problem, rule, RetryAfter(response));
    }

    /// <summary>An exception of the transport.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="route">The call.</param>
    /// <param name="limit">The time that the try had.</param>
    /// <param name="isOver">Whether that time is over.</param>
    /// <returns>Null: it is none of the transport's.</returns>
    public UpstreamFailure? Explain(Exception exception, string route, TimeSpan limit, bool isOver) => exception switch
    {
        OperationCanceledException when isOver =>
            Unavailable($"did not answer {route} within {limit.TotalSeconds:0.###} s", RetryRule.WhenIdempotent, exception),
        OperationCanceledException { InnerException: TimeoutException } => Unreachable("no connection in time", exception),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.ProxyTunnelError } =>
            Unreachable(exception.Message, exception),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
            Unavailable($"has no TLS connection to offer that is trusted ({exception.InnerException?.Message ?? exception.Message})", RetryRule.Never, exception),
        HttpRequestException or IOException => Unavailable($"broke off its answer to {route} ({exception.Message})", RetryRule.WhenIdempotent, exception),
        JsonException => Unavailable($"answered {route} with what is not MLflow's JSON: is that the address of an MLflow server?", RetryRule.Never, exception),
        _ => null,
    };

    private static ProblemCode Code(string? errorCode, HttpStatusCode status) => errorCode switch
    {
        "INVALID_PARAMETER_VALUE" => ProblemCode.InvalidArgument,
        "RESOURCE_DOES_NOT_EXIST" or "NOT_FOUND" => ProblemCode.NotFound,
        "RESOURCE_ALREADY_EXISTS" or "ALREADY_EXISTS" => ProblemCode.AlreadyExists,
        "INVALID_STATE" => ProblemCode.InvalidState,
        "BAD_REQUEST" => ProblemCode.Rejected,
        "ABORTED" or "RESOURCE_CONFLICT" => ProblemCode.Conflict,
        "RESOURCE_EXHAUSTED" or "REQUEST_LIMIT_EXCEEDED" => ProblemCode.ResourceExhausted,
        "TEMPORARILY_UNAVAILABLE" => ProblemCode.Unavailable,
        "DEADLINE_EXCEEDED" => ProblemCode.DeadlineExceeded,
        "PERMISSION_DENIED" or "UNAUTHENTICATED" or "CUSTOMER_UNAUTHORIZED" => ProblemCode.PermissionDenied,
        "NOT_IMPLEMENTED" or "ENDPOINT_NOT_FOUND" => ProblemCode.NotImplemented,
        "INTERNAL_ERROR" => ProblemCode.Internal,
        _ => (int)status switch
        {
            401 or 403 => ProblemCode.PermissionDenied,
            404 or 405 or 501 => ProblemCode.NotImplemented,
            408 or 502 or 503 or 504 => ProblemCode.Unavailable,
            409 => ProblemCode.Conflict,
            429 => ProblemCode.ResourceExhausted,
            >= 400 and < 500 => ProblemCode.Rejected,
            500 => ProblemCode.Internal,
            _ => ProblemCode.Unavailable,
        },
    };

    /// <summary>What to do about it; a plain text is passed on, a page for browsers is not.</summary>
    private static string Hint(HttpStatusCode status, HttpContent content, byte[] body) => (int)status switch
    {
        401 or 403 => ": it does not take this platform's credentials, see MLFLOW_TRACKING_USERNAME, MLFLOW_TRACKING_PASSWORD and MLFLOW_TRACKING_TOKEN",
        404 or 405 => ": it has no such route, so it is an older MLflow or another program",
        >= 300 and < 400 => ": it points to another address, which is to be given instead",
        _ when content.Headers.ContentType?.MediaType == MediaTypeNames.Text.Plain => ": " + Encoding.UTF8.GetString(body, 0, Math.Min(body.Length, MaxText)).Trim(),
        _ => string.Empty,
    };

    private UpstreamFailure Unreachable(string reason, Exception exception) =>
        Unavailable($"cannot be reached ({reason}): is it running, and is the address right?", RetryRule.Always, exception);

    private UpstreamFailure Unavailable(string what, RetryRule rule, Exception exception) =>
        new(new MLOpsException(ProblemCode.Unavailable, $"The upstream MLflow server {name} {what}", exception), rule);

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - clock.GetUtcNow() is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero,
        _ => null,
    };

    private static (string Code, string Message)? MlflowError(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.OptionalText("error_code") is { Length: > 0 } code ? (code, document.RootElement.OptionalText("message") ?? code) : null;
        }
        catch (JsonException)
        {
            // A proxy's page, or nothing: the status says what there is to say.
            return null;
        }
    }

    private static async Task<byte[]> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[MaxBody];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return buffer[..length];
    }
}
