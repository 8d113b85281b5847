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
            // Routing takes "/v2/models/m/" for "/v2/models/m", but "m/" is no model's name.
            return context.HttpContext.Request.Path.Value?.EndsWith('/') == true
                ? Error(StatusCodes.Status404NotFound, "No such route: the path ends with '/'.")
                : await next(context);
        }
        catch (InferenceException exception)
        {
            var status = exception.Error switch
            {
                InferenceError.TooLarge => StatusCodes.Status413PayloadTooLarge,
                InferenceError.NotOffered => StatusCodes.Status501NotImplemented,
                _ => StatusCodes.Status400BadRequest,
            };
            return Error(status, exception.Message);
        }
        catch (MLOpsException exception)
        {
            RetryAfter.Set(context.HttpContext.Response, exception);

            if (exception.Code == ProblemCode.Internal)
            {
                LogFailed(logger, exception, context.HttpContext.Request.Path);
                return Error(StatusCodes.Status500InternalServerError, "Internal error.");
            }

            return Error(Status(exception.Code), exception.Message);
        }
        catch (Exception exception) when (ClusterFault.Of(exception) is { } fault)
        {
            LogUnavailable(logger, exception, context.HttpContext.Request.Path);
            RetryAfter.Set(context.HttpContext.Response, fault);
            return Error(Status(fault.Code), fault.Message);
        }
        catch (BadHttpRequestException exception)
        {
            return Error(exception.StatusCode, exception.Message);
        }
        catch (OperationCanceledException) when (context.HttpContext.RequestAborted.IsCancellationRequested)
        {
            // Nobody reads the answer any more.
            return Results.Empty;
        }
#pragma warning disable CA1031 // The protocol's clients must get the protocol's error, also for a bug; its detail goes to the log alone.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFailed(logger, exception, context.HttpContext.Request.Path);
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
