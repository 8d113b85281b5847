using MLOps.Client.Training.Search;
using MLOps.Dashboard.Components;

namespace MLOps.Dashboard.Training.Search;

/// <summary>What a search has tried, and the best of it.</summary>
public sealed partial class SearchPage
{
    private static string BestOf(HyperParameterSearch search) => search.Best is { Value: { } value } best
        ? $"Best {search.Metric} so far: {Format.Number(value)} (trial {best.Number}: {string.Join(", ", best.Values.Select(pair => $"{pair.Key} = {pair.Value}"))})"
        : $"No trial has a {search.Metric} yet.";

    private static double Share(HyperParameterSearch search) =>
        search.IsEnded || search.MaximumTrials == 0 ? 1 : (double)search.Trials.Count(trial => trial.Status != SearchTrialStatus.Running) / search.MaximumTrials;
}
