using System.Globalization;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Runs;
using MLOps.Models.Evaluation;
using MLOps.Silo.Runs;
using MLOps.Tracking;

namespace MLOps.Silo.Training;

/// <summary>A strategy's Sharpe ratio against the best that luck alone would have given to as many trials as its experiment really holds.
/// Every ratio is of one period: experiments whose runs have other periods a year stay comparable, as far as anything makes them so.</summary>
internal sealed class SharpeTrials(ITrackingStore tracking)
{
    public const string PerPeriod = "sharpe_per_period";
    public const string Probabilistic = "probabilistic_sharpe";
    public const string Deflated = "deflated_sharpe";
    public const string Trials = "sharpe_trials";
    public const string TrialVariance = "sharpe_trials_variance";

    /// <summary>What a ratio can be deflated by again, when there are more trials: how many returns it is of, and their third and fourth standardised moments.</summary>
    public const string Periods = "sharpe_periods";
    public const string Skewness = "sharpe_skewness";
    public const string Kurtosis = "sharpe_kurtosis";

    private const string TagPrefix = "mlops.";

    /// <summary>Every ratio that is a number; a run without one has no such metric, and NaN is not above anything.</summary>
    private const string HasRatio = $"metrics.{PerPeriod} > -1000000000";

    private const int PageSize = 1000;

    /// <summary>The figures of a run whose strategy has earned these returns; none where they have no ratio.</summary>
    /// <param name="run">It counts as one of the trials, once.</param>
    public async Task<IReadOnlyList<KeyValuePair<string, double>>> FiguresAsync(Run run, StrategyReturns? returns, CancellationToken cancellationToken)
    {
        if (returns is null || ReturnMoments.Of([.. returns.Values]) is not { Deviation: > 0 } moments)
        {
            return [];
        }

        var own = SharpeRatio.Of(moments);
        return
        [
            new(PerPeriod, own),
            new(Probabilistic, ProbabilisticSharpe.Of(own, 0, moments.Count, moments.Skewness, moments.Kurtosis)),
            new(Periods, moments.Count),
            new(Skewness, moments.Skewness),
            new(Kurtosis, moments.Kurtosis),
            .. Deflate(own, moments.Count, moments.Skewness, moments.Kurtosis, await OthersAsync(run, cancellationToken)),
        ];
    }

    /// <summary>The figures of a run that was a trial before others were: its ratio is what it is, and luck has had more tries since.</summary>
    /// <param name="now">Unix ms.</param>
    /// <returns>None where the run has no ratio, or there were no further trials.</returns>
    public async Task<IReadOnlyList<Metric>> AgainAsync(Run run, long now, CancellationToken cancellationToken)
    {
        var known = run.Metrics.ToDictionary(metric => metric.Key);
        if (!known.TryGetValue(PerPeriod, out var own) || !known.TryGetValue(Periods, out var periods) || !known.TryGetValue(Skewness, out var skewness) || !known.TryGetValue(Kurtosis, out var kurtosis))
        {
            return [];
        }

        var others = await OthersAsync(run, cancellationToken);
        return known.TryGetValue(Trials, out var trials) && trials.Value == others.Count + 1
            ? []
            : [.. Deflate(own.Value, (int)periods.Value, skewness.Value, kurtosis.Value, others).Select(figure => new Metric(figure.Key, figure.Value, now, own.Step))];
    }

    private static KeyValuePair<string, double>[] Deflate(double own, int periods, double skewness, double kurtosis, IReadOnlyList<double> others)
    {
        double[] trials = [own, .. others];
        var mean = trials.Average();
        var variance = trials.Length < 2 ? 0 : trials.Sum(ratio => (ratio - mean) * (ratio - mean)) / (trials.Length - 1);
        return
        [
            new(Deflated, DeflatedSharpe.Of(own, periods, skewness, kurtosis, trials.Length, variance)),
            new(Trials, trials.Length),
            new(TrialVariance, variance),
        ];
    }

    /// <summary>What the run has logged of them, as tags for its version.</summary>
    public async Task<IReadOnlyList<KeyValue>> TagsAsync(string runId, CancellationToken cancellationToken)
    {
        var metrics = (await tracking.GetRunAsync(runId, cancellationToken)).Metrics;
        return
        [
            .. from name in (string[])[PerPeriod, Probabilistic, Deflated, Trials]
               from metric in metrics
               where metric.Key == name
               select new KeyValue(TagPrefix + name, metric.Value.ToString("R", CultureInfo.InvariantCulture)),
        ];
    }

    /// <summary>The ratios of the experiment's other runs: those that failed or were deleted were trials too. A search's own run has its trials' values, not one of its own.</summary>
    private async Task<List<double>> OthersAsync(Run run, CancellationToken cancellationToken)
    {
        var ratios = new List<double>();
        string? page = null;
        do
        {
            var runs = await tracking.SearchRunsAsync(new SearchRuns([run.Info.ExperimentId], HasRatio, [], ViewType.All, PageSize, page), cancellationToken);
            ratios.AddRange(
                from other in runs.Items
                where other.Info.RunId != run.Info.RunId && RunLease.ValueOf(other.Tags, Search.SearchRun.SearchTag) is null
                select other.Metrics.First(metric => metric.Key == PerPeriod).Value);
            page = runs.NextPageToken;
        }
        while (page is not null);
        return ratios;
    }
}
