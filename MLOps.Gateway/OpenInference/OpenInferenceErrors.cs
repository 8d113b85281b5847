using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Problems;
using MLOps.Inference;

namespace MLOps.Gateway.OpenInference;

/// <summary>Renders every refusal in the protocol's shape: <c>{"error": "..."}</c>.</summary>
internal sealed partial class OpenInferenceErrors(ILogger<OpenInferenceErrors> logger) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            CheckPath(context.HttpContext);
            return await next(context);
        }
#pragma warning disable CA1031 // All are the protocol's to render, those of a bug too.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return Of(context.HttpContext, exception);
        }
    }

    /// <exception cref="MLOpsException">NotFound: routing takes "/v2/models/m/" for "/v2/models/m", but "m/" is no model's name.</exception>
    public static void CheckPath(HttpContext http)
    {
        if (http.Request.Path.Value?.EndsWith('/') == true)
        {
            throw new MLOpsException(ProblemCode.NotFound, "No such route: the path ends with '/'.");
        }
    }

    /// <summary>What the caller is told. The protocol's clients get the protocol's error also for a bug, whose detail goes to the log alone.</summary>
    public IResult Of(HttpContext http, Exception exception)
    {
        switch (exception)
        {
            case InferenceException refused:
                return Error(
                    refused.Error switch
                    {
                        InferenceError.TooLarge => StatusCodes.Status413PayloadTooLarge,
                        InferenceError.NotOffered => StatusCodes.Status501NotImplemented,
                        _ => StatusCodes.Status400BadRequest,
                    },
                    refused.Message);
            case MLOpsException { Code: not ProblemCode.Internal } problem:
                RetryAfter.Set(http.Response, problem);
                return Error(Status(problem.Code), problem.Message);
            case not MLOpsException when ClusterFault.Of(exception) is { } fault:
                LogUnavailable(logger, exception, http.Request.Path);
                RetryAfter.Set(http.Response, fault);
                return Error(Status(fault.Code), fault.Message);
            case BadHttpRequestException bad:
                return Error(bad.StatusCode, bad.Message);
            case OperationCanceledException when http.RequestAborted.IsCancellationRequested:
                // Nobody reads the answer any more.
                return Results.Empty;
            default:
                LogFailed(logger, exception, http.Request.Path);
                return Error(StatusCodes.Status500InternalServerError, "Internal error.");
        }
    }

    public static IResult Error(int status, string message) => Results.Json(new { error = message }, statusCode: status);

    private static int Status(ProblemCode code) => code switch
    {
        ProblemCode.NotFound => StatusCodes.Status404NotFound,
        ProblemCode.AlreadyExists or ProblemCode.InvalidState or ProblemCode.Conflict => StatusCodes.Status409Conflict,
        ProblemCode.ResourceExhausted or ProblemCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        ProblemCode.TooManyRequests => StatusCodes.Status429TooManyRequests,
        ProblemCode.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        ProblemCode.PermissionDenied => StatusCodes.Status403Forbidden,
        ProblemCode.NotImplemented => StatusCodes.Status501NotImplemented,
        ProblemCode.TooLarge => StatusCodes.Status413PayloadTooLarge,
        _ => StatusCodes.Status400BadRequest,
    };

    [LoggerMessage(LogLevel.Warning, "A request to {Path} found no silo to answer it")]
    private static partial void LogUnavailable(ILogger logger, Exception exception, string path);

    [LoggerMessage(LogLevel.Error, "A request to {Path} failed")]
    private static partial void LogFailed(ILogger logger, Exception exception, string path);
}
