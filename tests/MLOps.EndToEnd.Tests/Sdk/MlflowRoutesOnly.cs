using System.Collections.Concurrent;
using System.Net;

namespace MLOps.EndToEnd.Tests.Sdk;

/// <summary>Makes of the platform a plain MLflow server: whatever is not one of MLflow's routes is answered 404, and remembered.</summary>
internal sealed class MlflowRoutesOnly() : DelegatingHandler(new SocketsHttpHandler())
{
    private static readonly string[] Routes = ["/api/2.0/mlflow/", "/api/2.0/mlflow-artifacts/"];

    /// <summary>What a plain MLflow server would not have known.</summary>
    public ConcurrentQueue<string> Strangers { get; } = new();

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (Routes.Any(route => request.RequestUri!.AbsolutePath.StartsWith(route, StringComparison.Ordinal)))
        {
            return base.SendAsync(request, cancellationToken);
        }

        Strangers.Enqueue($"{request.Method} {request.RequestUri!.AbsolutePath}");
        return Task.FromResult(new HttpResponseMessage(HttpStatusCode.NotFound) { RequestMessage = request, Content = new StringContent("<html>Not Found</html>") });
    }
}
