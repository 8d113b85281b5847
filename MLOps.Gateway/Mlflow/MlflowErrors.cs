using System.Text.Json;
using Microsoft.AspNetCore.Http;
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
        ProblemCode.Unavailable => ("TEMPORARILY_UNAVAILABLE", StatusCodes.Status503ServiceUnavailable),
        ProblemCode.DeadlineExceeded => ("DEADLINE_EXCEEDED", StatusCodes.Status504GatewayTimeout),
        ProblemCode.PermissionDenied => ("PERMISSION_DENIED", StatusCodes.Status403Forbidden),
        ProblemCode.NotImplemented => ("NOT_IMPLEMENTED", StatusCodes.Status501NotImplemented),
        _ => ("INTERNAL_ERROR", StatusCodes.Status500InternalServerError),
    };

    public static Task WriteAsync(HttpResponse response, ProblemCode code, string message)
    {
        var (errorCode, status) = Of(code);
        return WriteAsync(response, status, errorCode, message);
    }

    public static async Task WriteAsync(HttpResponse response, int status, string errorCode, string message)
    {
        response.Clear();
        response.StatusCode = status;
        response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(response.BodyWriter, MlflowJson.WriterOptions);
        json.WriteStartObject();
        json.WriteString("error_code", errorCode);
        json.WriteString("message", message);
        json.WriteEndObject();
    }
}
