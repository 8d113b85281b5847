using System.Net;

namespace MLOps.Client.Http;

/// <summary>Tries a call again while another attempt can help. Only for calls that may happen twice without harm.</summary>
internal sealed class RetryPolicy(RetryOptions options, TimeProvider time)
{
    public Task RunAsync(Func<CancellationToken, Task> call, CancellationToken cancellationToken) =>
        RunAsync<bool>(
            async token =>
            {
                await call(token);
                return true;
            },
            cancellationToken);

    public Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken) => RunAsync(call, IsTransient, cancellationToken);

    /// <summary>For calls that must not happen twice: tried again only when the server said that it did nothing, or was never reached.</summary>
    public Task<T> RunOnceAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken) => RunAsync(call, WasNotProcessed, cancellationToken);

    private async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> call, Func<MLOpsClientException, bool> again, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            TimeSpan delay;
            try
            {
                return await call(cancellationToken);
            }
            catch (MLOpsClientException e) when (attempt < options.Retries && again(e))
            {
                delay = Delay(attempt, e.RetryAfter);
            }

            await Task.Delay(delay, time, cancellationToken);
        }
    }

    private static bool IsTransient(MLOpsClientException e) =>
        e.Status is null or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
        || (e.Status >= HttpStatusCode.InternalServerError && e.Status != HttpStatusCode.NotImplemented);

    private static bool WasNotProcessed(MLOpsClientException e) =>
        e.Status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable
        || e.InnerException is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError };

    private TimeSpan Delay(int attempt, TimeSpan? asked)
    {
        var delay = options.FirstDelay * (Math.Pow(2, attempt) * (1 - (Random.Shared.NextDouble() / 2)));
        delay = asked > delay ? asked.Value : delay; // Who asks for a second again and again is not back after a few.
        return delay < options.LongestDelay ? delay : options.LongestDelay;
    }
}
