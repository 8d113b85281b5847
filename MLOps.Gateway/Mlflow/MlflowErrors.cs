using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using MLOps.Contracts.Problems;

namespace MLOps.Gateway.Mlflow;

/// <summary>MLflow's error vocabulary: one table from our codes to its error codes and statuses, one rendering.</summary>
internal static class MlflowErrors
{
    public static (string ErrorCode, int Status) Of(ProblemCode code) => code switch
    {
        ProblemCode.InvalidArgument => ("INVALID_PARAMETER_VALUE", StatusCodes.Status400BadRequest),
        ProblemCode.NotFound => ("RESOURCE_DOES_NOT_EXIST", StatusCodes.Status404NotFound),
        ProblemCode.AlreadyExists => ("RESOURCE_ALREADY_EXISTS", StatusCodes.Status400BadRequest),
        ProblemCode.InvalidState => ("INVALID_STATE", StatusCodes.Status500InternalServerError),
        ProblemCode.Rejected => ("BAD_REQUEST", StatusCodes.Status400BadRequest),
        ProblemCode.Conflict => ("ABORTED", StatusCodes.Status409Conflict),
        ProblemCode.ResourceExhausted => ("RESOURCE_EXHAUSTED", StatusCodes.Status429TooManyRequests),
        ProblemCode.TooManyRequests => ("REQUEST_LIMIT_EXCEEDED", StatusCodes.Status429TooManyRequests),
        ProblemCode.Unavailable => ("TEMPORARILY_UNAVAILABLE", StatusCodes.Status503ServiceUnavailable),
        ProblemCode.DeadlineExceeded => ("DEADLINE_EXCEEDED", StatusCodes.Status504GatewayTimeout),
        ProblemCode.PermissionDenied => ("PERMISSION_DENIED", StatusCodes.Status403Forbidden),
        ProblemCode.TooLarge => ("BAD_REQUEST", StatusCodes.Status413PayloadTooLarge),
        ProblemCode.NotImplemented => ("NOT_IMPLEMENTED", StatusCodes.Status501NotImplemented),
        _ => ("INTERNAL_ERROR", StatusCodes.Status500InternalServerError),
    };

    /// <summary>Whether answers below this path have MLflow's shape.</summary>
    public static bool Covers(PathString path) =>
        path.StartsWithSegments("/api/2.0") || path.StartsWithSegments("/api/3.0") || path.StartsWithSegments("/ajax-api") || path == "/graphql";

    /// <summary>Gives a refusal of the framework, which has a status and no body, MLflow's body.</summary>
    public static Task WriteStatusAsync(StatusCodeContext context)
    {
        var http = context.HttpContext;
        var (errorCode, message) = http.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => ("ENDPOINT_NOT_FOUND", $"There is no {http.Request.Method} {http.Request.Path} here."),
            StatusCodes.Status405MethodNotAllowed => ("BAD_REQUEST", $"{http.Request.Path} does not take {http.Request.Method}: it takes {http.Response.Headers.Allow}."),
            >= StatusCodes.Status500InternalServerError => ("INTERNAL_ERROR", "Internal error: the server's log has the details."),
            var status => ("BAD_REQUEST", $"The request was refused: {ReasonPhrases.GetReasonPhrase(status)}."),
        };
        return WriteAsync(http.Response, http.Response.StatusCode, errorCode, message);
    }

    public static Task WriteAsync(HttpResponse response, ProblemCode code, string message)
    {
        var (errorCode, status) = Of(code);
        return WriteAsync(response, status, errorCode, message);
    }

    public static async Task WriteAsync(HttpResponse response, int status, string errorCode, string message)
    {
        var (allow, retryAfter, authenticate) = (response.Headers.Allow, response.Headers.RetryAfter, response.Headers.WWWAuthenticate);
        response.Clear();
        response.Headers.Allow = allow;
        response.Headers.RetryAfter = retryAfter;
        response.Headers.WWWAuthenticate = authenticate;
        response.StatusCode = status;
        response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(response.BodyWriter, MlflowJson.WriterOptions);
        json.WriteStartObject();
        json.WriteString("error_code", errorCode);
        json.WriteString("message", message);
        json.WriteEndObject();
    }
}
