using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using MLOps.Contracts.Problems;
using MLOps.Tracking;

namespace MLOps.Gateway.AiGateway;

/// <summary>Calls the configured deployments server and no other: redirects are not followed, and callers give no address.</summary>
internal sealed class DeploymentsProxy(IOptions<AiGatewayOptions> options) : IDisposable
{
    private const int MaxAnswer = 64 << 20;
    private const int ShownError = 1000;

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) })
    {
        // What a long answer of a language model takes.
        Timeout = TimeSpan.FromMinutes(5),
        MaxResponseContentBufferSize = MaxAnswer,
    };

    public bool HasTarget => options.Value.DeploymentsTarget is not null;

    /// <param name="path">Below the target; already checked.</param>
    /// <returns>The answer's JSON.</returns>
    /// <exception cref="MLOpsException">Rejected: the server refused the request. Unavailable: it did not answer, or not with JSON.</exception>
    public async Task<byte[]> SendAsync(HttpMethod method, string path, string? json, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri($"{options.Value.DeploymentsTarget!.TrimEnd('/')}/{path}"));
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        try
        {
            using var answer = await _http.SendAsync(request, cancellationToken);
            var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
            if ((int)answer.StatusCode != 200)
            {
                var text = Encoding.UTF8.GetString(body);
                throw new MLOpsException(
                    (int)answer.StatusCode is >= 400 and < 500 ? ProblemCode.Rejected : ProblemCode.Unavailable,
                    $"Deployments proxy request failed with error code {(int)answer.StatusCode}. Error message: {(text.Length <= ShownError ? text : text[..ShownError] + "…")}");
            }

            using (JsonDocument.Parse(body))
            {
                return body;
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new MLOpsException(ProblemCode.Unavailable, $"The deployments server did not answer as one: {exception.Message}", exception);
        }
    }

    public void Dispose() => _http.Dispose();
}
