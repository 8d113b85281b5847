using System.Diagnostics;
using System.Globalization;
using MLOps.Inference;
using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Evaluation;

namespace MLOps.Bench.Models;

/// <summary>Trains one model of the catalogue on a file, says what came of it, and evaluates it.</summary>
internal static class ModelSuite
{
    private const int MostRanges = 10;

    public static async Task<int> RunAsync(string id, string file, IReadOnlyList<string> settings, EvaluationPlan? plan, DateOnly? trainEnd, IReadOnlyList<double> tried, TextWriter output, CancellationToken cancellationToken)
    {
        var catalog = new ModelCatalog();
        try
        {
            var definition = catalog.Find(id) ?? throw new ModelTrainingException($"There is no model '{id}': expected one of {string.Join(", ", catalog.Definitions.Select(model => model.Id).Order(StringComparer.Ordinal))}.");
            var parameters = Parameters(settings);
            var data = await TrainingFile.ReadAsync(file, cancellationToken);
            await output.WriteLineAsync(Line($"{definition.Name} ({id}) on {Path.GetFileName(file)}: {data.Count} rows, {Period(data)}"));
            await TrainAsync(definition, data, trainEnd, parameters, output, cancellationToken);
            if (plan is not null)
            {
                await EvaluateAsync(definition, data, plan, parameters, tried, output, cancellationToken);
            }

            return 0;
        }
        catch (Exception exception) when (exception is ModelTrainingException or InferenceException or IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            await Console.Error.WriteLineAsync($"bench: {exception.Message}");
            return 1;
        }
    }

    private static async Task TrainAsync(IModelDefinition definition, TrainingData data, DateOnly? trainEnd, IReadOnlyDictionary<string, string> parameters, TextWriter output, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var model = definition.Train(new TrainingRequest(data, trainEnd, parameters), new ConsoleObserver(), cancellationToken);
        var taken = Stopwatch.GetElapsedTime(started);
        await output.WriteLineAsync(Line($"\nOne training {(trainEnd is { } end ? Line($"to {end:yyyy-MM-dd}") : "on every row")}: {taken.TotalSeconds:F2} s"));
        await output.WriteLineAsync($"  parameters  {string.Join(", ", model.Parameters.Select(parameter => $"{parameter.Key}={parameter.Value}"))}");
        await output.WriteLineAsync($"  files       {string.Join(", ", model.Files.Select(file => Line($"{file.Path} {file.Content.Length:N0} B")))}");
        foreach (var (name, value) in model.Metrics.OrderBy(metric => metric.Key, StringComparer.Ordinal))
        {
            await output.WriteLineAsync($"  {name,-36} {Number(value),14}");
        }
    }

    private static async Task EvaluateAsync(IModelDefinition definition, TrainingData data, EvaluationPlan plan, IReadOnlyDictionary<string, string> parameters, IReadOnlyList<double> tried, TextWriter output, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var result = ModelEvaluation.Evaluate(definition, data, parameters, plan, new ConsoleObserver(), cancellationToken);
        var seeds = result.Scores.Select(score => score.Seed).Distinct().Count();
        await output.WriteLineAsync(Line($"\nEvaluation, {plan.Method}, {result.Scores.Select(score => score.Fold.Number).Distinct().Count()} trainings, {(result.Scores[0].Seed is null ? "no seed" : Line($"{seeds} seeds"))}: {Stopwatch.GetElapsedTime(started).TotalSeconds:F2} s"));
        await output.WriteLineAsync($"  {"figure (baselines indented)",-36} {"mean",14} {"sd of seeds",14} {"sd of folds",14}   by fold");
        foreach (var figure in result.Figures)
        {
            var name = figure.BaselineOf is null ? figure.Name : $"  {figure.Name}";
            var byFold = result.Scores.GroupBy(score => score.Fold.Number).Select(fold => Number(fold.Average(score => score.Figures[figure.Name])));
            await output.WriteLineAsync($"  {name,-36} {Number(figure.Mean),14} {Number(figure.SeedDeviation),14} {Number(figure.FoldDeviation),14}   {string.Join(" ", byFold)}");
        }

        foreach (var figure in result.PathFigures)
        {
            await output.WriteLineAsync($"  {figure.Name,-36} {figure.Paths} paths: mean {Number(figure.Mean)}, sd {Number(figure.Deviation)}, {Number(figure.Minimum)} to {Number(figure.Maximum)}, median {Number(figure.Median)}");
        }

        foreach (var seed in plan is WalkForwardPlan ? result.Scores.GroupBy(score => score.Seed) : [])
        {
            await StrategyAsync(seed.Key, [.. seed.SelectMany(score => score.Returns)], tried, output);
        }

        await output.WriteLineAsync("  folds");
        foreach (var fold in result.Scores.Select(score => score.Fold).Distinct())
        {
            await output.WriteLineAsync(Line($"  {fold.Number,3}: trained on {Ranges(data, fold.Train)}, scored on {Ranges(data, fold.Test)}"));
        }
    }

    /// <summary>What the strategy earned over all folds, one after the other.</summary>
    private static async Task StrategyAsync(int? seed, double[] returns, IReadOnlyList<double> tried, TextWriter output)
    {
        if (returns.Length < 2 || ReturnMoments.Of(returns) is not { Deviation: > 0 } moments)
        {
            return;
        }

        var ratio = SharpeRatio.Of(moments);
        double[] ratios = [ratio, .. tried];
        var variance = ratios.Length < 2 ? 0 : ratios.Sum(one => Math.Pow(one - ratios.Average(), 2)) / (ratios.Length - 1);
        double Certainty(int trials) => DeflatedSharpe.Of(ratio, moments.Count, moments.Skewness, moments.Kurtosis, trials, variance);
        await output.WriteLineAsync(
            $"  strategy{(seed is { } number ? Line($", seed {number}") : "")}: {returns.Length} returns, Sharpe ratio per period {Number(ratio)}, probabilistic {Number(Certainty(1))}, deflated by {ratios.Length} trials {Number(Certainty(ratios.Length))}");
    }

    private static string Ranges(TrainingData data, IReadOnlyList<RowRange> ranges) => ranges.Count > MostRanges
        ? Line($"{ranges.Sum(range => range.Count)} rows in {ranges.Count} pieces")
        : string.Join(" and ", ranges.Select(range => Rows(data, range.From, range.To)));

    private static Dictionary<string, string> Parameters(IReadOnlyList<string> settings)
    {
        var parameters = new Dictionary<string, string>();
        foreach (var setting in settings)
        {
            var parts = setting.Split('=', 2);
            if (parts.Length != 2 || !parameters.TryAdd(parts[0], parts[1]))
            {
                throw new ModelTrainingException($"--set {setting}: expected name=value, every name once.");
            }
        }

        return parameters;
    }

    private static string Period(TrainingData data) => data.Times is { Count: > 0 } times ? Line($"{times[0]:yyyy-MM-dd} to {times[^1]:yyyy-MM-dd}") : "without times";

    private static string Rows(TrainingData data, int from, int to) => data.Times is { } times
        ? Line($"{times[from]:yyyy-MM-dd} to {times[to - 1]:yyyy-MM-dd} ({to - from} rows)")
        : Line($"rows {from} to {to - 1}");

    private static string Number(double? value) => value is { } number ? number.ToString("G6", CultureInfo.InvariantCulture) : "-";

    private static string Line(FormattableString text) => FormattableString.Invariant(text);
}
