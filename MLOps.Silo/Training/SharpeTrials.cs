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

    private const string TagPrefix = "mlops.";

    /// <summary>Every ratio that is a number; a run without one has no such metric, and NaN is not above anything.</summary>
    private const string HasRatio = $"metrics.{PerPeriod} > -1000000000";

    private const int PageSize = 1000;

    /// <summary>The figures of a run whose strategy has earned these returns; none where they have no ratio.</summary>
    /// <param name="run">It counts as one of the trials, once.</param>
    public async Task<IReadOnlyList<KeyValuePair<string, double>>> FiguresAsync(Run run, StrategyReturns? returns, CancellationToken cancellationToken) =>
        returns is null ? [] : await FiguresAsync(run, ReturnMoments.Of([.. returns.Values]), [], cancellationToken);

    /// <param name="moments">Of the run's returns, per period.</param>
    /// <param name="tried">Ids of runs that were trials whether they have a ratio or not: each counts once, and the variance is over those that have one.</param>
    /// <inheritdoc cref="FiguresAsync(Run, StrategyReturns?, CancellationToken)"/>
    public async Task<IReadOnlyList<KeyValuePair<string, double>>> FiguresAsync(Run run, ReturnMoments moments, IEnumerable<string> tried, CancellationToken cancellationToken)
    {
        if (moments is not { Deviation: > 0 })
        {
            return [];
        }

        var own = SharpeRatio.Of(moments);
        var ratios = await OthersAsync(run, cancellationToken);
        ratios[run.Info.RunId] = own;
        var trials = ratios.Keys.Union(tried, StringComparer.Ordinal).Count();
        var mean = ratios.Values.Average();
        var variance = ratios.Count < 2 ? 0 : ratios.Values.Sum(ratio => (ratio - mean) * (ratio - mean)) / (ratios.Count - 1);
        return
        [
            new(PerPeriod, own),
            new(Probabilistic, ProbabilisticSharpe.Of(own, 0, moments.Count, moments.Skewness, moments.Kurtosis)),
            new(Deflated, DeflatedSharpe.Of(own, moments.Count, moments.Skewness, moments.Kurtosis, trials, variance)),
            new(Trials, trials),
            new(TrialVariance, variance),
        ];
    }

    /// <summary>What the run has logged of them, as tags for its version.</summary>
    public async Task<IReadOnlyList<KeyValue>> TagsAsync(string runId, CancellationToken cancellationToken) =>
        Tags((await tracking.GetRunAsync(runId, cancellationToken)).Metrics.Select(metric => KeyValuePair.Create(metric.Key, metric.Value)));

    /// <param name="figures">They may be among others.</param>
    public static IReadOnlyList<KeyValue> Tags(IEnumerable<KeyValuePair<string, double>> figures) =>
    [
        .. from name in (string[])[PerPeriod, Probabilistic, Deflated, Trials]
           from figure in figures
           where figure.Key == name
           select new KeyValue(TagPrefix + name, figure.Value.ToString("R", CultureInfo.InvariantCulture)),
    ];

    /// <summary>The ratios of the experiment's other runs, by run id: those that failed or were deleted were trials too. A search's own run has its trials' values, not one of its own.</summary>
    private async Task<Dictionary<string, double>> OthersAsync(Run run, CancellationToken cancellationToken)
    {
        var ratios = new Dictionary<string, double>(StringComparer.Ordinal);
        string? page = null;
        do
        {
            var runs = await tracking.SearchRunsAsync(new SearchRuns([run.Info.ExperimentId], HasRatio, [], ViewType.All, PageSize, page), cancellationToken);
            foreach (var other in runs.Items.Where(other => other.Info.RunId != run.Info.RunId && RunLease.ValueOf(other.Tags, Search.SearchRun.SearchTag) is null))
            {
                ratios[other.Info.RunId] = other.Metrics.First(metric => metric.Key == PerPeriod).Value;
            }

            page = runs.NextPageToken;
        }
        while (page is not null);
        return ratios;
    }
}
