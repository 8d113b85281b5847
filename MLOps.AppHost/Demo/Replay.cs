using System.Diagnostics;
using MLOps.Client;
using MLOps.Client.Serving;
using MLOps.Models.Data;
using MLOps.Models.Features;

namespace MLOps.AppHost.Demo;

/// <summary>Sends each trading day of the replayed months to both endpoints, one request a day, as a trading program would after the close.
/// The requests carry a replay id, so that each run is judged afresh, whatever else the endpoints have seen.</summary>
internal sealed class Replay(MLOpsClient client, OhlcvSeries bars, DemoSettings settings, string id)
{
    private readonly DailyFeatures _features = DailyFeatures.Compute(bars);

    /// <param name="state">The volatility model after its last training day.</param>
    /// <param name="progress">0..1.</param>
    /// <param name="cancellationToken">Ends the replay.</param>
    public async Task<IReadOnlyList<ReplayedMonth>> RunAsync(GarchState state, Action<double> progress, CancellationToken cancellationToken)
    {
        var until = settings.Until.AddMonths(1);
        var days = Enumerable.Range(0, _features.Dates.Count)
            .Where(row => _features.Dates[row] > DemoSettings.TrainEnd && _features.Dates[row] < until)
            .ToList();

        // Days between the end of training and the first replayed month move the variance on, unserved.
        foreach (var row in days.Where(row => _features.Dates[row] < settings.From))
        {
            state = state.After(_features.Rows[row][0]);
        }

        var replayed = days.Where(row => _features.Dates[row] >= settings.From).ToList();
        var months = new List<ReplayedMonth>();
        var variance = state.NextVariance;
        var done = 0;
        foreach (var month in replayed.GroupBy(row => new DateOnly(_features.Dates[row].Year, _features.Dates[row].Month, 1)))
        {
            var forecasts = new List<double>();
            var regimes = new List<IReadOnlyList<double>>();
            var latencies = new List<TimeSpan>();
            foreach (var row in month)
            {
                forecasts.Add(Math.Sqrt(variance));
                variance = await NextVarianceAsync(row, variance, latencies, cancellationToken);
                regimes.Add(await RegimesAsync(row, latencies, cancellationToken));
                progress((double)++done / replayed.Count);
            }

            months.Add(new ReplayedMonth(
                month.Key,
                month.Count(),
                forecasts.Average(),
                Math.Sqrt(month.Average(row => _features.Rows[row][0] * _features.Rows[row][0])),
                [.. Enumerable.Range(0, regimes[0].Count).Select(k => regimes.Average(p => p[k]))],
                latencies.Order().ElementAt(latencies.Count / 2)));
        }

        return months;
    }

    /// <summary>The step graph carries its state through the caller: today's return and variance in, tomorrow's variance out.</summary>
    private async Task<double> NextVarianceAsync(int row, double variance, List<TimeSpan> latencies, CancellationToken cancellationToken)
    {
        var result = await InferAsync(
            DemoSettings.VolatilityEndpoint,
            row,
            [Tensor.Of("y", [1, 1], [_features.Rows[row][0]]), Tensor.Of("h", [1, 1], [variance])],
            latencies,
            cancellationToken);
        return result.Output("h_next").AsDoubles()[0];
    }

    private async Task<IReadOnlyList<double>> RegimesAsync(int row, List<TimeSpan> latencies, CancellationToken cancellationToken)
    {
        var result = await InferAsync(
            DemoSettings.RegimeEndpoint,
            row,
            [Tensor.Of("input", [1, DailyFeatures.Names.Count, DailyFeatures.WindowLength], _features.Window(row))],
            latencies,
            cancellationToken);
        return result.Output("probabilities").AsDoubles();
    }

    private async Task<InferenceResult> InferAsync(string endpoint, int row, Tensor[] inputs, List<TimeSpan> latencies, CancellationToken cancellationToken)
    {
        var startedAt = Stopwatch.GetTimestamp();
        var result = await client.Serving.InferAsync(
            endpoint,
            new InferenceRequest { Inputs = inputs, EventTime = new DateTimeOffset(_features.Dates[row].ToDateTime(TimeOnly.MinValue), TimeSpan.Zero), Replay = id },
            cancellationToken);
        latencies.Add(Stopwatch.GetElapsedTime(startedAt));
        return result;
    }
}
