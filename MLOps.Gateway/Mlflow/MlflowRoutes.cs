using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Problems;

namespace MLOps.Gateway.Mlflow;

/// <summary>Maps handlers under <c>/api</c> and their twins under <c>/ajax-api</c>, and turns what they throw into MLflow's errors.</summary>
internal sealed partial class MlflowRoutes(IEndpointRouteBuilder endpoints, ServedParts served, PassThrough beside, ILogger logger)
{
    private const string Tracking = "/2.0/mlflow/";

    /// <summary>MLflow's server answers HEAD wherever it answers GET; the web server leaves the body out.</summary>
    private static readonly string[] GetAndHead = [HttpMethods.Get, HttpMethods.Head];

    public void Get(string path, Func<MlflowCall, Task> handler) => Both(HttpMethods.Get, Tracking + path, handler, readsBody: true);

    public void Post(string path, Func<MlflowCall, Task> handler) => Both(HttpMethods.Post, Tracking + path, handler, readsBody: true);

    public void Patch(string path, Func<MlflowCall, Task> handler) => Both(HttpMethods.Patch, Tracking + path, handler, readsBody: true);

    public void Delete(string path, Func<MlflowCall, Task> handler) => Both(HttpMethods.Delete, Tracking + path, handler, readsBody: true);

    /// <summary>A route under both prefixes whose body, if any, is not JSON parameters.</summary>
    public void Raw(string method, string path, Func<MlflowCall, Task> handler) => Both(method, path, handler, readsBody: false);

    /// <summary>A route under both prefixes with JSON parameters, outside <c>2.0/mlflow</c>.</summary>
    public void Json(string method, string path, Func<MlflowCall, Task> handler) => Both(method, path, handler, readsBody: true);

    /// <summary>A GET route outside the prefixes.</summary>
    public void Top(string path, Func<MlflowCall, Task> handler) => Add(HttpMethods.Get, path, path, handler, readsBody: false);

    /// <summary>A route outside the prefixes whose body, if any, is not JSON parameters.</summary>
    public void Top(string method, string path, Func<MlflowCall, Task> handler) => Add(method, path, path, handler, readsBody: false);

    /// <summary>A route of traces under both prefixes, with JSON parameters: calls pass through to the server behind, when there is one.</summary>
    public void Traced(string method, string path, Func<MlflowCall, Task> handler) => Both(
        method,
        path,
        async call =>
        {
            if (!await TracePassing.TryAsync(call))
            {
                using var request = await MlflowRequest.ReadAsync(call.Http.Request, call.Cancelled);
                await handler(new MlflowCall(call.Http, request));
            }
        },
        readsBody: false);

    /// <summary>A route that MLflow has and we do not: the MLflow server beside this one answers it, else 501 with its name.</summary>
    public void Missing(string method, string path) => Both(
        method,
        path,
        call => beside.IsConfigured ? beside.ForwardAsync(call.Http) : throw IsMissing(method, path),
        readsBody: false);

    /// <summary>The same outside the prefixes, where the server beside this one is not asked.</summary>
    public void MissingAtRoot(string method, string path) => Top(method, path, _ => throw IsMissing(method, path));

    private static MLOpsException IsMissing(string method, string path) =>
        new(ProblemCode.NotImplemented, $"{method} {path} is part of MLflow's API and is not implemented by this server. See docs/mlflow-differences.md.");

    /// <summary>What nobody here knows below MLflow's prefixes goes to the server beside this one: it may be newer.</summary>
    public void PassTheRest()
    {
        foreach (var prefix in (ReadOnlySpan<string>)["/api/2.0", "/api/3.0", "/ajax-api"])
        {
            endpoints.Map(prefix + "/{**rest}", beside.ForwardAsync).WithOrder(int.MaxValue).ExcludeFromDescription();
        }
    }

    private void Both(string method, string path, Func<MlflowCall, Task> handler, bool readsBody)
    {
        foreach (var prefix in (ReadOnlySpan<string>)["/api", "/ajax-api"])
        {
            Add(method, path, prefix + path, handler, readsBody);
        }
    }

    private void Add(string method, string path, string pattern, Func<MlflowCall, Task> handler, bool readsBody) => endpoints
        .MapMethods(pattern, HttpMethods.IsGet(method) ? GetAndHead : [method], served.Refusal(path, pattern) is { } refusal ? http => ServedParts.RefuseAsync(http, refusal) : Run(handler, readsBody))
        .ExcludeFromDescription();

    private RequestDelegate Run(Func<MlflowCall, Task> handler, bool readsBody) => async http =>
    {
        try
        {
            using var request = readsBody ? await MlflowRequest.ReadAsync(http.Request, http.RequestAborted) : null;
            await handler(new MlflowCall(http, request!));
        }
        catch (MLOpsException exception) when (!http.Response.HasStarted)
        {
            RetryAfter.Set(http.Response, exception);
            await MlflowErrors.WriteAsync(http.Response, exception.Code, exception.Message);
        }
        catch (Exception exception) when (!http.Response.HasStarted && ClusterFault.Of(exception) is { } fault)
        {
            LogUnavailable(logger, exception, http.Request.Method, http.Request.Path);
            RetryAfter.Set(http.Response, fault);
            await MlflowErrors.WriteAsync(http.Response, fault.Code, fault.Message);
        }
        catch (BadHttpRequestException exception) when (!http.Response.HasStarted)
        {
            await MlflowErrors.WriteAsync(http.Response, exception.StatusCode, "INVALID_PARAMETER_VALUE", exception.Message);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            LogAborted(logger, http.Request.Path);
        }
#pragma warning disable CA1031 // The boundary of the protocol: a bug is logged whole and answered without detail.
        catch (Exception exception) when (!http.Response.HasStarted)
#pragma warning restore CA1031
        {
            LogFailed(logger, exception, http.Request.Method, http.Request.Path);
            await MlflowErrors.WriteAsync(http.Response, ProblemCode.Internal, "Internal error: the server's log has the details.");
        }
    };

    [LoggerMessage(LogLevel.Warning, "{Method} {Path} found no silo to answer it")]
    private static partial void LogUnavailable(ILogger logger, Exception exception, string method, PathString path);

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed")]
    private static partial void LogFailed(ILogger logger, Exception exception, string method, PathString path);

    [LoggerMessage(LogLevel.Debug, "{Path}: the client went away")]
    private static partial void LogAborted(ILogger logger, PathString path);
}
