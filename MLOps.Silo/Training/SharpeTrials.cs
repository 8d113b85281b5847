using System.Globalization;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Runs;
using MLOps.Models.Evaluation;
using MLOps.Silo.Batch;
using MLOps.Tracking;

namespace MLOps.Silo.Training;

/// <summary>A strategy's Sharpe ratio against the best that luck alone would have given to as many trials as its experiment has really run: every run that began, those without a ratio too, whatever became of them.
/// Every ratio is of one period: experiments whose runs have other periods a year stay comparable, as far as anything makes them so.</summary>
internal sealed class SharpeTrials(ITrackingStore tracking)
{
    public const string PerPeriod = "sharpe_per_period";
    public const string Probabilistic = "probabilistic_sharpe";
    public const string Deflated = "deflated_sharpe";
    public const string Trials = "sharpe_trials";
    public const string TrialVariance = "sharpe_trials_variance";

    private const string TagPrefix = "mlops.";

    /// <summary>A search's own run has its trials' values, not one of its own, and a batch job tries nothing.</summary>
    private static readonly string[] NoTrial = [Search.SearchRun.SearchTag, BatchRun.JobTag];

    /// <summary>The figures of a run whose strategy has earned these returns; none where they have no ratio.</summary>
    /// <param name="run">It counts as one of the trials, once.</param>
    public async Task<IReadOnlyList<KeyValuePair<string, double>>> FiguresAsync(Run run, StrategyReturns? returns, CancellationToken cancellationToken) =>
        returns is null ? [] : await FiguresAsync(run, ReturnMoments.Of([.. returns.Values]), cancellationToken);

    /// <param name="moments">Of the run's returns, per period.</param>
    /// <inheritdoc cref="FiguresAsync(Run, StrategyReturns?, CancellationToken)"/>
    public async Task<IReadOnlyList<KeyValuePair<string, double>>> FiguresAsync(Run run, ReturnMoments moments, CancellationToken cancellationToken)
    {
        if (moments is not { Deviation: > 0 })
        {
            return [];
        }

        var own = SharpeRatio.Of(moments);
        var others = await tracking.GetTrialsAsync(new TrialQuery(run.Info.ExperimentId, PerPeriod, run.Info.RunId, NoTrial), cancellationToken);
        var trials = checked((int)others.Count + 1);
        double[] ratios = [.. others.Values, own];
        var mean = ratios.Average();
        var variance = ratios.Length < 2 ? 0 : ratios.Sum(ratio => (ratio - mean) * (ratio - mean)) / (ratios.Length - 1);
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
}
