using System.Text.Json;
using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Evaluation;

namespace MLOps.Silo.Training;

/// <summary>A walk-forward evaluation as metrics of the run and as a file of the model's folder.</summary>
internal static class WalkForwardFile
{
    public const string FileName = "walk_forward.json";

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Each figure's mean as <c>wf_NAME</c>, its deviations over seeds and folds beside it. The baselines' are among them.</summary>
    public static IEnumerable<KeyValuePair<string, double>> Metrics(WalkForwardResult result)
    {
        foreach (var figure in result.Figures)
        {
            yield return new($"wf_{figure.Name}", figure.Mean);
            if (figure.SeedDeviation is { } seeds)
            {
                yield return new($"wf_{figure.Name}_seed_sd", seeds);
            }

            if (figure.FoldDeviation is { } folds)
            {
                yield return new($"wf_{figure.Name}_fold_sd", folds);
            }
        }
    }

    public static ModelFile Of(WalkForwardResult result, WalkForwardPlan plan, TrainingData rows) => new(FileName, JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            Window = plan.Window.ToString().ToLowerInvariant(),
            plan.Folds,
            Seeds = result.Scores.Select(score => score.Seed).Distinct().ToArray(),
            plan.Gap,
            Figures = result.Figures.Select(figure => new { figure.Name, figure.BaselineOf, Mean = Finite(figure.Mean), SeedDeviation = Finite(figure.SeedDeviation), FoldDeviation = Finite(figure.FoldDeviation) }),
            Scores = result.Scores.Select(score => new
            {
                Fold = score.Fold.Number,
                score.Seed,
                TrainedFrom = RowText.Of(rows, score.Fold.TrainFrom),
                TrainedTo = RowText.Of(rows, score.Fold.TrainTo - 1),
                ScoredFrom = RowText.Of(rows, score.Fold.TestFrom),
                ScoredTo = RowText.Of(rows, score.Fold.TestTo - 1),
                Figures = score.Figures.ToDictionary(figure => figure.Key, figure => Finite(figure.Value)),
            }),
        },
        Json));

    /// <summary>JSON has no NaN.</summary>
    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
