using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;

namespace MLOps.Dashboard.Tests;

/// <summary>The gateway as an HTTP handler whose answers a test changes while the page looks.</summary>
internal sealed class FakeGateway : HttpMessageHandler
{
    private readonly ConcurrentDictionary<string, (HttpStatusCode Status, string Json)> _answers = new();
    private readonly ConcurrentQueue<(string Route, string Body)> _received = new();

    public FakeGateway()
    {
        Answer("GET /api/v1/mlflow/status", """{"status":"ok","version":"1.2.3","store":"sqlite","experiments":0,"runs":0,"registered_models":0,"endpoints":0}""");
        Answer("POST /api/2.0/mlflow/experiments/search", """{"experiments":[]}""");
        Answer("GET /api/2.0/mlflow/registered-models/search", """{}""");
        Answer("GET /api/v1/mlflow/serving/endpoints", """{"endpoints":[]}""");
        Answer("GET /mlops/alerts", """{"alerts":[]}""");
        Answer("GET /mlops/training/jobs", """{"jobs":[]}""");
        Answer("GET /mlops/batch/jobs", """{"jobs":[]}""");
        Answer("GET /mlops/datasets", """{"datasets":[]}""");
        Answer("GET /api/v1/models/catalog", """{"models":[]}""");
    }

    /// <summary>Whether nobody answers.</summary>
    public bool IsDown { get; set; }

    /// <param name="route">Method, space, path without query.</param>
    public void Answer(string route, string json, HttpStatusCode status = HttpStatusCode.OK) => _answers[route] = (status, json);

    public IReadOnlyList<JsonElement> Bodies(string route) =>
        [.. _received.Where(request => request.Route == route).Select(request => JsonDocument.Parse(request.Body).RootElement)];

    /// <summary>How often it was asked, with or without a body.</summary>
    public int Count(string route) => _received.Count(request => request.Route == route);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (IsDown)
        {
            throw new HttpRequestException("Connection refused");
        }

        var route = $"{request.Method} {Uri.UnescapeDataString(request.RequestUri!.AbsolutePath)}";
        _received.Enqueue((route, request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken)));
        var (status, json) = _answers.TryGetValue(route, out var answer)
            ? answer
            : (HttpStatusCode.NotFound, $$"""{"title":"Not found","detail":"The test has no answer for {{route}}","code":"not_found"}""");
        return new HttpResponseMessage(status)
        {
            RequestMessage = request,
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        };
    }
}
