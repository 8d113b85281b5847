using System.Globalization;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Options;

namespace MLOps.Tracking.Webhooks;

/// <summary>Makes one attempt at a delivery. It follows no redirect, keeps no cookies and uses no proxy: the receiver is the one that was checked.</summary>
internal sealed class WebhookSender : IDisposable
{
    private const int MaxBody = 64 * 1024;
    private readonly HttpClient _http;
    private readonly IOptions<WebhookOptions> _options;
    private readonly TimeProvider _clock;

    public WebhookSender(IOptions<WebhookOptions> options, WebhookAddressGuard guard, TimeProvider clock)
    {
        _options = options;
        _clock = clock;
#pragma warning disable CA2000 // The client owns its handler and disposes of it.
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectCallback = guard.ConnectAsync,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            MaxResponseHeadersLength = 64,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
#pragma warning restore CA2000
    }

    /// <summary>Posts the payload. Never throws for what the receiver or the network does.</summary>
    public async Task<WebhookAttempt> SendAsync(WebhookTarget target, string deliveryId, string payload, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.Value.RequestTimeout!.Value, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var request = Request(target, deliveryId, payload);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return new WebhookAttempt((int)response.StatusCode, await BodyAsync(response, either.Token), RetryAfter(response.Headers.RetryAfter), null, Refused: false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return WebhookAttempt.NoAnswer($"no answer within {_options.Value.RequestTimeout}");
        }
        catch (HttpRequestException exception) when (exception.InnerException is WebhookAddressException refusal)
        {
            return WebhookAttempt.NoAnswer(refusal.Message) with { Refused = true };
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return WebhookAttempt.NoAnswer(exception.InnerException?.Message ?? exception.Message);
        }
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Request(WebhookTarget target, string deliveryId, string payload)
    {
        var url = new Uri(target.Url);
        var timestamp = _clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(payload)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        request.Headers.Add("X-MLflow-Delivery-Id", deliveryId);
        request.Headers.Add("X-MLflow-Timestamp", timestamp);
        if (!string.IsNullOrEmpty(target.Secret))
        {
            request.Headers.Add("X-MLflow-Signature", WebhookSignature.Sign(target.Secret, deliveryId, timestamp, payload));
        }

        if (url.UserInfo.Length > 0)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(url.UserInfo))));
        }

        return request;
    }

    /// <returns>At most <see cref="MaxBody"/> bytes of it, as UTF-8.</returns>
    private static async Task<string> BodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[MaxBody];
        var count = await stream.ReadAtLeastAsync(buffer, MaxBody, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(buffer, 0, count);
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header) => header switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - _clock.GetUtcNow(),
        _ => null,
    };
}
