using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using MLOps.Contracts.Problems;

namespace MLOps.Tracking.Rest;

/// <summary>The transport to one upstream MLflow server: pooled connections, time-outs, retries, credentials, errors.
/// It has a connection pool of its own: the process's standard resilience handler would repeat calls that must not be, and cut off long transfers.</summary>
internal sealed partial class UpstreamClient : IDisposable
{
    private const int MaxConnections = 64;
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);
    private readonly HttpClient _http;
    private readonly UpstreamOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly UpstreamErrors _errors;

    public UpstreamClient(UpstreamAddress address, UpstreamOptions options, TimeProvider clock, ILogger<UpstreamClient> logger)
    {
        _options = options;
        _clock = clock;
        _logger = logger;
        Name = address.Name;
        _errors = new UpstreamErrors(Name, clock);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,

            // Unpacked on the way, an artifact would lose its length.
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = ConnectTimeout,
            MaxConnectionsPerServer = MaxConnections,
            PooledConnectionLifetime = ConnectionLifetime,
            UseCookies = false,
        };
        if (options.InsecureTls == true)
        {
#pragma warning disable CA5359 // The operator's own decision, as MLflow's clients offer it.
            handler.SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true };
#pragma warning restore CA5359
        }

        _http = new HttpClient(handler) { BaseAddress = address.Base, Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Authorization = Credentials(address, options);
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("mlops", typeof(UpstreamClient).Assembly.GetName().Version!.ToString(3)));
    }

    /// <summary>The upstream as it may be shown.</summary>
    public string Name { get; }

    /// <summary>Makes a call and reads its answer.</summary>
    /// <param name="call">The call.</param>
    /// <param name="read">Reads the answer; a <see cref="JsonException"/> says that it is none of MLflow's.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="MLOpsException">What the upstream refused, in its words; Unavailable: it cannot be reached or does not answer.</exception>
    public Task<T> CallAsync<T>(UpstreamCall call, Func<JsonElement, T> read, CancellationToken cancellationToken) => RepeatAsync(
        call.Route,
        call.IsIdempotent,
        timeout => TryAsync(call, read, timeout, cancellationToken),
        cancellationToken);

    /// <inheritdoc cref="CallAsync{T}"/>
    public Task CallAsync(UpstreamCall call, CancellationToken cancellationToken) => CallAsync(call, _ => true, cancellationToken);

    /// <summary>One try, within five seconds: for health checks.</summary>
    /// <inheritdoc cref="CallAsync{T}"/>
    public async Task ProbeAsync(UpstreamCall call, CancellationToken cancellationToken)
    {
        var (_, failure) = await TryAsync(call, _ => true, ProbeTimeout, cancellationToken);
        if (failure is not null)
        {
            throw failure.Problem;
        }
    }

    /// <summary>Opens a download; tried again until the answer begins.</summary>
    /// <param name="path">Relative to the server's address.</param>
    /// <param name="cancellationToken">Ends the wait for the answer.</param>
    /// <returns>The answer, whose body is still to be read: the caller disposes it.</returns>
    /// <exception cref="MLOpsException">As <see cref="CallAsync{T}"/>.</exception>
    public Task<HttpResponseMessage> DownloadAsync(string path, CancellationToken cancellationToken) =>
        RepeatAsync("GET /" + path, isIdempotent: true, timeout => SendAsync(() => new HttpRequestMessage(HttpMethod.Get, path), "GET /" + path, timeout, cancellationToken), cancellationToken);

    /// <summary>Uploads a stream that can be rewound. No time is too long as long as bytes move.</summary>
    /// <exception cref="MLOpsException">As <see cref="CallAsync{T}"/>.</exception>
    public async Task UploadAsync(string path, Stream content, CancellationToken cancellationToken)
    {
        var start = content.Position;
        using var answer = await RepeatAsync(
            "PUT /" + path,
            isIdempotent: true,
            async _ =>
            {
                content.Position = start;
                using var stall = new CancellationTokenSource(_options.TransferTimeout, _clock);
                using var linked = CancellationTokenSource.CreateLinkedTokenSource(stall.Token, cancellationToken);
                HttpRequestMessage Request() => new(HttpMethod.Put, path) { Content = new StreamContent(new UploadStream(content, stall, _options.TransferTimeout)) };
                return await SendAsync(Request, "PUT /" + path, _options.TransferTimeout, stall, linked.Token, cancellationToken);
            },
            cancellationToken);
    }

    /// <summary>Sends a call as it came, and gives its answer as it comes. Only GET is tried again.</summary>
    /// <exception cref="MLOpsException">Unavailable: no answer came.</exception>
    public Task<UpstreamAnswer> PassAsync(HttpMethod method, string path, ReadOnlyMemory<byte> body, IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancellationToken)
    {
        var route = $"{method} /{path.Split('?')[0]}";
        return RepeatAsync(
            route,
            method == HttpMethod.Get,
            async timeout =>
            {
                using var limit = new CancellationTokenSource(timeout, _clock);
                using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
                try
                {
                    using var request = new HttpRequestMessage(method, path);
                    if (body.Length > 0)
                    {
                        request.Content = new ReadOnlyMemoryContent(body);
                    }

                    foreach (var (name, value) in headers)
                    {
                        if (!request.Headers.TryAddWithoutValidation(name, value))
                        {
                            request.Content?.Headers.TryAddWithoutValidation(name, value);
                        }
                    }

                    using var response = await _http.SendAsync(request, linked.Token);
                    var answer = await response.Content.ReadAsByteArrayAsync(linked.Token);
                    return (new UpstreamAnswer((int)response.StatusCode, response.Content.Headers.ContentType?.ToString(), answer), (UpstreamFailure?)null);
                }
                catch (Exception exception) when (!cancellationToken.IsCancellationRequested && _errors.Explain(exception, route, timeout, limit.IsCancellationRequested) is { } failure)
                {
                    return ((UpstreamAnswer?)null, (UpstreamFailure?)failure);
                }
            },
            cancellationToken);
    }

    /// <summary>An exception while a download's body is read.</summary>
    public MLOpsException? Explain(Exception exception, string path, bool isOver) =>
        _errors.Explain(exception, "GET /" + path, _options.TransferTimeout, isOver)?.Problem;

    public TimeSpan TransferTimeout => _options.TransferTimeout;

    public TimeProvider Clock => _clock;

    public void Dispose() => _http.Dispose();

    private async Task<T> RepeatAsync<T>(string route, bool isIdempotent, Func<TimeSpan, Task<(T? Answer, UpstreamFailure? Failure)>> attempt, CancellationToken cancellationToken)
    {
        var started = _clock.GetTimestamp();
        for (var tries = 1; ; tries++)
        {
            var left = _options.TotalTimeout - _clock.GetElapsedTime(started);
            var (answer, failure) = await attempt(left < _options.Attempt && left > TimeSpan.Zero ? left : _options.Attempt);
            if (failure is null)
            {
                return answer!;
            }

            var delay = Delay(tries, failure.After);
            if (tries > _options.Retries || !failure.MayRepeat(isIdempotent) || _clock.GetElapsedTime(started) + delay >= _options.TotalTimeout)
            {
                if (failure.Problem.Code == ProblemCode.Unavailable)
                {
                    LogGaveUp(_logger, Name, route, tries, failure.Problem.Code, failure.Problem.Message);
                }

                throw failure.Rule == RetryRule.WhenIdempotent && !isIdempotent && failure.Problem.Code == ProblemCode.Unavailable
                    ? new MLOpsException(failure.Problem.Code, failure.Problem.Message.TrimEnd('.') + ". It may have been carried out all the same: look before you repeat it.", failure.Problem)
                    : failure.Problem;
            }

            LogRetry(_logger, Name, route, failure.Problem.Message, tries + 1, delay);
            await Task.Delay(delay, _clock, cancellationToken);
        }
    }

    private async Task<(T? Answer, UpstreamFailure? Failure)> TryAsync<T>(UpstreamCall call, Func<JsonElement, T> read, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, _clock);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var (response, failure) = await SendAsync(call.ToRequest, call.Route, timeout, limit, linked.Token, cancellationToken);
        if (response is null)
        {
            return (default, failure);
        }

        using (response)
        {
            try
            {
                await using var body = await response.Content.ReadAsStreamAsync(linked.Token);
                using var document = await JsonDocument.ParseAsync(body, cancellationToken: linked.Token);
                return (read(document.RootElement), null);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested
                && _errors.Explain(exception, call.Route, timeout, limit.IsCancellationRequested) is { } explained)
            {
                return (default, explained);
            }
        }
    }

    private async Task<(HttpResponseMessage? Answer, UpstreamFailure? Failure)> SendAsync(Func<HttpRequestMessage> make, string route, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, _clock);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        return await SendAsync(make, route, timeout, limit, linked.Token, cancellationToken);
    }

    /// <returns>A successful answer with its body unread, or why there is none.</returns>
    private async Task<(HttpResponseMessage? Answer, UpstreamFailure? Failure)> SendAsync(
        Func<HttpRequestMessage> make,
        string route,
        TimeSpan timeout,
        CancellationTokenSource limit,
        CancellationToken linked,
        CancellationToken cancellationToken)
    {
        HttpResponseMessage? response = null;
        try
        {
            using var request = make();
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, linked);
            if (response.IsSuccessStatusCode)
            {
                return (response, null);
            }

            using (response)
            {
                return (null, await _errors.RefusalAsync(response, route, linked));
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested
            && _errors.Explain(exception, route, timeout, limit.IsCancellationRequested) is { } failure)
        {
            response?.Dispose();
            return (null, failure);
        }
    }

    private TimeSpan Delay(int tries, TimeSpan? asked)
    {
        var backoff = _options.BaseDelay * Math.Pow(2, tries - 1) * (1 - (Random.Shared.NextDouble() / 2));
        return asked > backoff ? asked.Value : backoff;
    }

    private static AuthenticationHeaderValue? Credentials(UpstreamAddress address, UpstreamOptions options)
    {
        var (user, password) = string.IsNullOrEmpty(options.Username) ? (address.User, address.Password) : (options.Username, options.Password);
        return user is not null
            ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")))
            : string.IsNullOrEmpty(options.Token) ? null : new AuthenticationHeaderValue("Bearer", options.Token);
    }
}
