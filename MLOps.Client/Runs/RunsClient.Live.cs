using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using MLOps.Client.Http;

namespace MLOps.Client.Runs;

/// <content>What this platform offers beyond MLflow's protocol.</content>
public sealed partial class RunsClient
{
    private const string Native = "api/v1/mlflow";

    /// <summary>Curves for drawing: at most <paramref name="maxPoints"/> points each. Of this platform; a plain MLflow server has <see cref="GetHistoryAsync"/>.</summary>
    /// <param name="key">Null: every metric of the run.</param>
    /// <param name="maxPoints">4 to 2000.</param>
    public async Task<IReadOnlyList<MetricSeries>> GetCurvesAsync(string runId, string? key = null, int maxPoints = 2000, CancellationToken cancellationToken = default)
    {
        var path = QueryPath.WithQuery(
            $"{Native}/runs/{QueryPath.Segment(runId)}/metrics",
            ("key", key),
            ("max_points", maxPoints.ToString(CultureInfo.InvariantCulture)));
        return (await _transport.GetAsync<CurvesAnswer>(path, cancellationToken)).Series ?? [];
    }

    /// <summary>What is logged from now on, until the server ends the stream or the caller stops listening. Of this platform; a plain MLflow server refuses it.</summary>
    public async IAsyncEnumerable<RunEvent> StreamAsync(string runId, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var response = await _transport.SendAsync(
            HttpMethod.Get, $"{Native}/runs/{QueryPath.Segment(runId)}/metrics/stream", null, cancellationToken, "text/event-stream");
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await using var events = SseParser.Create(body, Parse).EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await _transport.NextAsync(events))
        {
            // Other kinds of event may come with newer gateways.
            if (events.Current.Data is { } happened)
            {
                yield return happened;
            }
        }
    }

    private static RunEvent? Parse(string eventType, ReadOnlySpan<byte> data) => eventType switch
    {
        "metric" => JsonSerializer.Deserialize<MetricLogged>(data, ClientJson.Options),
        "run" => JsonSerializer.Deserialize<RunStatusChanged>(data, ClientJson.Options),
        _ => null,
    };

    private sealed record CurvesAnswer(IReadOnlyList<MetricSeries>? Series);
}
