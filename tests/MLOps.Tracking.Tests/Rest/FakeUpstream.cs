using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using MLOps.Tracking.Rest;

namespace MLOps.Tracking.Tests.Rest;

/// <summary>A server that misbehaves as it is told: each request takes the next answer, the last one again and again.</summary>
internal sealed class FakeUpstream : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly RequestDelegate[] _answers;
    private readonly CancellationTokenSource _stops = new();
    private int _next;

    private FakeUpstream(RequestDelegate[] answers, X509Certificate2? certificate = null)
    {
        _answers = answers;
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint =>
        {
            if (certificate is not null)
            {
                endpoint.UseHttps(certificate);
            }
        }));
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>What came in: method, path with query, body.</summary>
    public ConcurrentQueue<(string Method, string Path, string Body, string? Authorization)> Requests { get; } = [];

    public string Url => _app.Urls.First();

    public static async Task<FakeUpstream> StartAsync(params RequestDelegate[] answers)
    {
        var fake = new FakeUpstream(answers);
        await fake._app.StartAsync(TestContext.Current.CancellationToken);
        return fake;
    }

    /// <summary>Over TLS, with a certificate that nobody has signed.</summary>
    public static async Task<FakeUpstream> StartTlsAsync(params RequestDelegate[] answers)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var now = TimeProvider.System.GetUtcNow();
        using var signed = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var fake = new FakeUpstream(answers, X509CertificateLoader.LoadPkcs12(signed.Export(X509ContentType.Pkcs12), null));
        await fake._app.StartAsync(TestContext.Current.CancellationToken);
        return fake;
    }

    public static RequestDelegate Json(string body, int status = 200, params (string Name, string Value)[] headers) => Body(body, "application/json", status, headers);

    public static RequestDelegate Html(int status) => Body("<html><body>a page for people</body></html>", "text/html", status);

    /// <summary>An error in MLflow's shape.</summary>
    public static RequestDelegate Error(int status, string code, string message = "as MLflow says it") => Json($$"""{"error_code": "{{code}}", "message": "{{message}}"}""", status);

    /// <summary>The connection ends without an answer.</summary>
    public static RequestDelegate Abort => http =>
    {
        http.Abort();
        return Task.CompletedTask;
    };

    /// <summary>No answer as long as the server runs and the client waits.</summary>
    public RequestDelegate Silence => async http =>
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, _stops.Token);
        await Task.Delay(Timeout.Infinite, either.Token).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    };

    public static RequestDelegate Body(string body, string type, int status = 200, params (string Name, string Value)[] headers) => async http =>
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = type;
        foreach (var (name, value) in headers)
        {
            http.Response.Headers[name] = value;
        }

        await http.Response.WriteAsync(body);
    };

    public UpstreamClient Client(UpstreamOptions? options = null, TimeProvider? clock = null, ILogger<UpstreamClient>? logger = null, string? url = null) =>
        new(UpstreamAddress.Parse(url ?? Url), options ?? new UpstreamOptions(), clock ?? new ImpatientTime(), logger ?? NullLogger<UpstreamClient>.Instance);

    public async ValueTask DisposeAsync()
    {
        await _stops.CancelAsync();
        await _app.DisposeAsync();
        _stops.Dispose();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var path = string.Create(CultureInfo.InvariantCulture, $"{http.Request.Path.Value}{Uri.UnescapeDataString(http.Request.QueryString.Value ?? string.Empty)}");
        Requests.Enqueue((http.Request.Method, path, await reader.ReadToEndAsync(), http.Request.Headers.Authorization));
        var turn = Interlocked.Increment(ref _next) - 1;
        await _answers[Math.Min(turn, _answers.Length - 1)](http);
    }
}
