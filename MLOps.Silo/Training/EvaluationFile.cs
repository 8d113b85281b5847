using System.Text.Json;
using System.Text.Json.Serialization;
using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Evaluation;

namespace MLOps.Silo.Training;

/// <summary>A job's evaluation as metrics of the run and as a file of the model's folder.</summary>
internal static class EvaluationFile
{
    /// <summary>Of a fold of more ranges of rows than these, as a shuffled one is, the file has the number of rows alone.</summary>
    private const int MostRanges = 100;

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Before each metric's name.</summary>
    public static string Prefix(EvaluationPlan plan) => plan is WalkForwardPlan ? "wf_" : "cv_";

    /// <summary>The name of the metric that has a figure of each fold at the fold's number as its step.</summary>
    public static string ByFold(EvaluationPlan plan, string figure) => $"{Prefix(plan)}{figure}_by_fold";

    /// <summary>Each figure's mean by its name, its deviations over seeds and folds beside it. The baselines' are among them. Of several paths, how the figures are distributed over them.</summary>
    public static IEnumerable<KeyValuePair<string, double>> Metrics(EvaluationPlan plan, EvaluationResult result)
    {
        var prefix = Prefix(plan);
        foreach (var figure in result.Figures)
        {
            yield return new($"{prefix}{figure.Name}", figure.Mean);
            if (figure.SeedDeviation is { } seeds)
            {
                yield return new($"{prefix}{figure.Name}_seed_sd", seeds);
            }

            if (figure.FoldDeviation is { } folds)
            {
                yield return new($"{prefix}{figure.Name}_fold_sd", folds);
            }
        }

        if (result.Paths.Count > 0)
        {
            yield return new($"{prefix}paths", result.Paths.Count);
        }

        foreach (var figure in result.PathFigures)
        {
            if (figure.Name == PathSummary.Sharpe)
            {
                yield return new($"{prefix}{figure.Name}_path_mean", figure.Mean);
                yield return new($"{prefix}{figure.Name}_path_below_0", figure.ShareBelowZero);
            }

            if (figure.Deviation is { } deviation)
            {
                yield return new($"{prefix}{figure.Name}_path_sd", deviation);
            }

            yield return new($"{prefix}{figure.Name}_path_min", figure.Minimum);
            yield return new($"{prefix}{figure.Name}_path_median", figure.Median);
            yield return new($"{prefix}{figure.Name}_path_max", figure.Maximum);
        }
    }

    public static ModelFile Of(EvaluationPlan plan, EvaluationResult result, TrainingData rows)
    {
        var (walk, cross) = (plan as WalkForwardPlan, plan as CrossValidationPlan);
        return new ModelFile(walk is null ? "cross_validation.json" : "walk_forward.json", JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                plan.Method,
                Window = walk?.Method,
                Folds = walk?.Folds ?? cross!.Folds,
                TestGroups = cross is { Kind: CrossValidationMethod.CombinatorialPurged } ? cross.TestGroups : (int?)null,
                EmbargoRows = cross is null or { Kind: CrossValidationMethod.ShuffledKFold } ? (int?)null : cross.Embargo(rows),
                cross?.LabelHorizon,
                Seeds = result.Scores.Select(score => score.Seed).Distinct().ToArray(),
                walk?.Gap,
                Figures = result.Figures.Select(figure => new { figure.Name, figure.BaselineOf, Mean = Finite(figure.Mean), SeedDeviation = Finite(figure.SeedDeviation), FoldDeviation = Finite(figure.FoldDeviation) }),
                Scores = result.Scores.Select(score => Score(score, rows, cross is not null)),
                Paths = cross is null ? null : result.Paths.Select(path => new { path.Number, path.Seed, path.Folds, Figures = Finite(path.Figures), SharpePerPeriod = path.Sharpe }).ToArray(),
                PathFigures = cross is null ? null : result.PathFigures.Select(Summary).ToArray(),
            },
            Json));
    }

    private static object Score(EvaluationScore score, TrainingData rows, bool isCross)
    {
        var fold = score.Fold;
        return new
        {
            Fold = fold.Number,
            Block = isCross ? fold.Block : (int?)null,
            score.Seed,
            TrainedFrom = RowText.Of(rows, fold.TrainFrom),
            TrainedTo = RowText.Of(rows, fold.TrainTo - 1),
            Trained = isCross && fold.Train.Count <= MostRanges ? fold.Train.Select(range => new { From = RowText.Of(rows, range.From), To = RowText.Of(rows, range.To - 1) }).ToArray() : null,
            TrainedRows = fold.Train.Sum(range => range.Count),
            LeftOutRows = isCross ? fold.LeftOut : (int?)null,
            ScoredFrom = RowText.Of(rows, fold.TestFrom),
            ScoredTo = RowText.Of(rows, fold.TestTo - 1),
            ScoredRows = fold.Test.Sum(range => range.Count),
            Figures = Finite(score.Figures),
        };
    }

    private static object Summary(PathSummary figure) => new
    {
        figure.Name,
        figure.Paths,
        Mean = Finite(figure.Mean),
        Deviation = Finite(figure.Deviation),
        Minimum = Finite(figure.Minimum),
        LowerQuartile = Finite(figure.LowerQuartile),
        Median = Finite(figure.Median),
        UpperQuartile = Finite(figure.UpperQuartile),
        Maximum = Finite(figure.Maximum),
        figure.ShareBelowZero,
    };

    private static Dictionary<string, double?> Finite(IReadOnlyDictionary<string, double> figures) => figures.ToDictionary(figure => figure.Key, figure => Finite(figure.Value));

    /// <summary>JSON has no NaN.</summary>
    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
