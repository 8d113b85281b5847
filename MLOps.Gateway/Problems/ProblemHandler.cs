using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MLOps.Contracts.Problems;

namespace MLOps.Gateway.Problems;

/// <summary>Renders exceptions of the platform's own routes as problem details. A bug is logged whole and answered without detail.</summary>
internal sealed partial class ProblemHandler(IProblemDetailsService problems, ILogger<ProblemHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (ClusterFault.Of(exception) is { } fault)
        {
            LogUnavailable(logger, exception, httpContext.Request.Method, httpContext.Request.Path);
            exception = fault;
        }

        var (status, code, detail) = exception switch
        {
            MLOpsException e when e.Code != ProblemCode.Internal => (Status(e.Code), e.Code, e.Message),
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } e => (e.StatusCode, ProblemCode.TooLarge, e.Message),
            BadHttpRequestException e => (e.StatusCode, ProblemCode.InvalidArgument, e.InnerException is System.Text.Json.JsonException json ? $"The body is not the JSON that was expected: {JsonFault.Of(json)}" : e.Message),
            _ => (StatusCodes.Status500InternalServerError, ProblemCode.Internal, "The server's log has the details."),
        };
        if (status >= StatusCodes.Status500InternalServerError && code == ProblemCode.Internal)
        {
            LogFailed(logger, exception, httpContext.Request.Method, httpContext.Request.Path);
        }

        if (exception is MLOpsException problem)
        {
            RetryAfter.Set(httpContext.Response, problem);
        }

        httpContext.Response.StatusCode = status;
        return await problems.TryWriteAsync(Problem(httpContext, status, code, detail));
    }

    /// <summary>Gives a refusal of the framework, which has a status and no body, the body that every other refusal has.</summary>
    public static Task WriteStatusAsync(StatusCodeContext context)
    {
        var http = context.HttpContext;
        var (code, detail) = http.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => (ProblemCode.NotFound, $"There is no {http.Request.Method} {http.Request.Path} here: see docs/http-api.md."),
            StatusCodes.Status405MethodNotAllowed => (ProblemCode.InvalidArgument, $"{http.Request.Path} does not take {http.Request.Method}: it takes {http.Response.Headers.Allow}."),
            >= StatusCodes.Status500InternalServerError => (ProblemCode.Internal, "The server's log has the details."),
            var status => (ProblemCode.InvalidArgument, $"The request was refused: {ReasonPhrases.GetReasonPhrase(status)}."),
        };
        return WriteAsync(http, http.Response.StatusCode, code, detail);
    }

    /// <summary>Answers with problem details.</summary>
    public static Task WriteAsync(HttpContext http, int status, ProblemCode code, string detail)
    {
        http.Response.StatusCode = status;
        return http.RequestServices.GetRequiredService<IProblemDetailsService>().WriteAsync(Problem(http, status, code, detail)).AsTask();
    }

    private static ProblemDetailsContext Problem(HttpContext http, int status, ProblemCode code, string detail) => new()
    {
        HttpContext = http,
        ProblemDetails = new ProblemDetails
        {
            Status = status,
            Title = code.ToString(),
            Detail = detail,
            Extensions = { ["code"] = code.ToString() },
        },
    };

    /// <summary>The one table from our codes to HTTP.</summary>
    private static int Status(ProblemCode code) => code switch
    {
        ProblemCode.InvalidArgument => StatusCodes.Status400BadRequest,
        ProblemCode.NotFound => StatusCodes.Status404NotFound,
        ProblemCode.AlreadyExists or ProblemCode.InvalidState or ProblemCode.Rejected or ProblemCode.Conflict => StatusCodes.Status409Conflict,
        ProblemCode.ResourceExhausted or ProblemCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        ProblemCode.TooManyRequests => StatusCodes.Status429TooManyRequests,
        ProblemCode.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        ProblemCode.PermissionDenied => StatusCodes.Status403Forbidden,
        ProblemCode.NotImplemented => StatusCodes.Status501NotImplemented,
        ProblemCode.TooLarge => StatusCodes.Status413PayloadTooLarge,
        _ => StatusCodes.Status500InternalServerError,
    };

    [LoggerMessage(LogLevel.Warning, "{Method} {Path} found no silo to answer it")]
    private static partial void LogUnavailable(ILogger logger, Exception exception, string method, PathString path);

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed")]
    private static partial void LogFailed(ILogger logger, Exception exception, string method, PathString path);
}
