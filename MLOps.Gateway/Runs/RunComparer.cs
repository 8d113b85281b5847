using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Tracking;

namespace MLOps.Gateway.Runs;

/// <summary><c>POST /api/v1/mlflow/runs/compare</c>.</summary>
internal static class RunComparer
{
    private const int MaxRuns = 500;
    private const int MaxCurves = 20;
    private const int MinPoints = 4;
    private const int MaxPoints = 2000;

    /// <summary>Values of all curves of an answer together, about 10 MB of JSON: many runs get fewer points each.</summary>
    private const int MaxValues = 1_000_000;

    public static async Task<Ok<RunComparison>> CompareAsync(CompareRequest body, ITrackingStore tracking, CancellationToken cancellationToken)
    {
        var ids = (body.RunIds ?? []).Distinct(StringComparer.Ordinal).ToList();
        var keys = (body.Metrics ?? []).Distinct(StringComparer.Ordinal).ToList();
        Check(body, ids, keys);
        var runs = await FindAsync(ids, tracking, cancellationToken);
        var points = Math.Clamp(MaxValues / (runs.Count * Math.Max(1, keys.Count)), MinPoints, body.MaxPoints ?? MaxPoints);
        var curves = new List<AlignedCurve>();
        foreach (var key in keys)
        {
            curves.Add(await CurveAsync(key, runs, body, points, tracking, cancellationToken));
        }

        return TypedResults.Ok(new RunComparison([.. runs.Select(run => RunInfoItem.Of(run.Info))], Params(runs), Metrics(runs), curves));
    }

    private static void Check(CompareRequest body, List<string> ids, List<string> keys)
    {
        var fault = ids.Count is 0 or > MaxRuns ? $"run_ids has {ids.Count} runs: expected 1 to {MaxRuns}"
            : ids.Contains(null!) || keys.Contains(null!) ? "run_ids and metrics have a null: expected texts"
            : keys.Count > MaxCurves ? $"metrics has {keys.Count} keys: expected at most {MaxCurves}"
            : body.MaxPoints is < MinPoints or > MaxPoints ? $"max_points is {body.MaxPoints}: expected {MinPoints} to {MaxPoints}"
            : body.FromStep > body.ToStep ? $"from_step is {body.FromStep}: expected at most to_step, {body.ToStep}"
            : null;
        if (fault is not null)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, fault);
        }
    }

    private static async Task<IReadOnlyList<Run>> FindAsync(List<string> ids, ITrackingStore tracking, CancellationToken cancellationToken)
    {
        var runs = new List<Run>(ids.Count);
        var unknown = new List<string>();
        foreach (var id in ids)
        {
            try
            {
                runs.Add(await tracking.GetRunAsync(id, cancellationToken));
            }
            catch (MLOpsException exception) when (exception.Code == ProblemCode.NotFound)
            {
                unknown.Add(id.Length <= 64 ? id : id[..64] + "…");
            }
        }

        return unknown.Count == 0 ? runs : throw new MLOpsException(ProblemCode.NotFound, $"These runs do not exist: {string.Join(", ", unknown)}.");
    }

    private static List<ComparedParam> Params(IReadOnlyList<Run> runs)
    {
        var values = runs.Select(run => run.Params.ToDictionary(pair => pair.Key, pair => pair.Value)).ToList();
        return [.. values.SelectMany(of => of.Keys).Distinct().Order(StringComparer.Ordinal).Select(key =>
        {
            var row = values.ConvertAll(of => of.GetValueOrDefault(key));
            return new ComparedParam(key, row.Distinct(StringComparer.Ordinal).Skip(1).Any(), row);
        })];
    }

    private static List<ComparedMetric> Metrics(IReadOnlyList<Run> runs)
    {
        var values = runs.Select(run => run.Metrics.ToDictionary(metric => metric.Key, metric => (double?)metric.Value)).ToList();
        return [.. values.SelectMany(of => of.Keys).Distinct().Order(StringComparer.Ordinal).Select(key =>
        {
            var row = values.ConvertAll(of => of.GetValueOrDefault(key));
            return new ComparedMetric(key, row.Distinct().Skip(1).Any(), row);
        })];
    }

    private static async Task<AlignedCurve> CurveAsync(
        string key, IReadOnlyList<Run> runs, CompareRequest body, int points, ITrackingStore tracking, CancellationToken cancellationToken)
    {
        var curves = new List<RunValues>(runs.Count);
        foreach (var run in runs)
        {
            // Reduced at once: one run's whole history is in memory at a time.
            var history = (await tracking.GetMetricHistoryAsync(run.Info.RunId, key, null, null, cancellationToken)).Items;
            curves.Add(new RunValues(run.Info.RunId, Downsampling.MinMax(Downsampling.Between(history, body.FromStep, body.ToStep), points), history.Count > points));
        }

        return Alignment.Of(key, curves, points);
    }
}
