using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Mlflow;
using MLOps.Gateway.Problems;
using MLOps.Inference;

namespace MLOps.Gateway.Scoring;

/// <summary>Renders refusals as MLflow's scoring server does: <c>error_code</c> and <c>message</c>, or plain text for a type of body that it does not take. Never a stack trace.</summary>
internal sealed partial class ScoringErrors(ILogger<ScoringErrors> logger) : IEndpointFilter
{
    private const string BadRequest = "BAD_REQUEST";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        try
        {
            return await next(context);
        }
        catch (InferenceException exception) when (exception.Error == InferenceError.TooLarge)
        {
            await MlflowErrors.WriteAsync(http.Response, StatusCodes.Status413PayloadTooLarge, BadRequest, exception.Message);
        }
        catch (InferenceException exception)
        {
            await MlflowErrors.WriteAsync(http.Response, StatusCodes.Status400BadRequest, BadRequest, exception.Message);
        }
        catch (MLOpsException exception) when (exception.Code == ProblemCode.InvalidArgument)
        {
            // One code for what a body is refused for, wherever that is found.
            await MlflowErrors.WriteAsync(http.Response, StatusCodes.Status400BadRequest, BadRequest, exception.Message);
        }
        catch (MLOpsException exception) when (exception.Code != ProblemCode.Internal)
        {
            RetryAfter.Set(http.Response, exception);

            // 429 is a caller that asks too often. Where an endpoint, its sequences or its memory are full, no caller did, and every way to score says 503.
            var code = exception.Code == ProblemCode.ResourceExhausted ? ProblemCode.Unavailable : exception.Code;
            await MlflowErrors.WriteAsync(http.Response, code, exception.Message);
        }
        catch (Exception exception) when (ClusterFault.Of(exception) is { } fault)
        {
            LogUnavailable(logger, exception, http.Request.Path);
            RetryAfter.Set(http.Response, fault);
            await MlflowErrors.WriteAsync(http.Response, fault.Code, fault.Message);
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status415UnsupportedMediaType)
        {
            return Results.Text(exception.Message, "text/plain", statusCode: exception.StatusCode);
        }
        catch (BadHttpRequestException exception)
        {
            await MlflowErrors.WriteAsync(http.Response, exception.StatusCode, BadRequest, exception.Message);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody reads the answer any more.
        }
#pragma warning disable CA1031 // This protocol's clients get its error also for a bug, whose detail goes to the log alone.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFailed(logger, exception, http.Request.Path);
            await MlflowErrors.WriteAsync(http.Response, ProblemCode.Internal, "Internal error: the server's log has the details.");
        }

        return Results.Empty;
    }

    [LoggerMessage(LogLevel.Warning, "A request to {Path} found no silo to answer it")]
    private static partial void LogUnavailable(ILogger logger, Exception exception, string path);

    [LoggerMessage(LogLevel.Error, "A request to {Path} failed")]
    private static partial void LogFailed(ILogger logger, Exception exception, string path);
}
