using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Data;

namespace MLOps.Models.Evaluation;

/// <summary>Evaluates a model as it would have been used: trained on the past, scored on what came next, trained anew, and so on.
/// Scalers, labels and hidden states are made by each fold's training, so nothing of a fold's test rows, or of those after them, is in its model.</summary>
public static class WalkForward
{
    /// <summary>The hyper-parameter by which a model with chance in its training repeats it.</summary>
    public const string SeedParameter = "seed";

    /// <param name="data">All rows, in order of time.</param>
    /// <param name="parameters">Given hyper-parameters; a given <c>seed</c> is the first of several.</param>
    /// <param name="observer">Hears of the progress of the whole; the folds' own metrics and checkpoints are not passed on.</param>
    /// <exception cref="ModelTrainingException">The plan does not fit the rows, or a fold could not be trained or scored; the message names it.</exception>
    public static WalkForwardResult Evaluate(
        IModelDefinition definition,
        TrainingData data,
        IReadOnlyDictionary<string, string> parameters,
        WalkForwardPlan plan,
        ITrainingObserver observer,
        CancellationToken cancellationToken)
    {
        var folds = WalkForwardSplit.Folds(data, plan);
        var seeds = Seeds(definition, parameters, plan.Seeds);
        var trainings = folds.SelectMany(_ => seeds, (fold, seed) => (fold, seed)).ToArray();
        var scores = new List<WalkForwardScore>();
        foreach (var (fold, seed) in trainings)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var label = Label(fold, folds.Count, seed, data);
            var progress = new FoldObserver(observer, (double)scores.Count / trainings.Length, (scores.Count + 1.0) / trainings.Length, label);
            try
            {
                var probe = new ReturnsProbe();
                scores.Add(new WalkForwardScore(fold, seed, Score(definition, data, WithSeed(parameters, seed), fold, probe, progress, cancellationToken), probe.Returns));
            }
            catch (ModelTrainingException exception)
            {
                throw new ModelTrainingException($"{label}: {exception.Message}", exception);
            }

            if (!scores[^1].Figures.Keys.ToHashSet().SetEquals(scores[0].Figures.Keys))
            {
                throw new ModelTrainingException($"{label}: '{definition.Id}' gave the figures {string.Join(", ", scores[^1].Figures.Keys)}, but {string.Join(", ", scores[0].Figures.Keys)} for the first fold; a mean needs the same of each.");
            }
        }

        return WalkForwardResult.Of(scores);
    }

    /// <summary>The rows are those of the fold alone: a baseline has as long a past as the model, and neither has a future.</summary>
    private static IReadOnlyDictionary<string, double> Score(
        IModelDefinition definition,
        TrainingData data,
        IReadOnlyDictionary<string, string> parameters,
        WalkForwardFold fold,
        ReturnsProbe probe,
        FoldObserver progress,
        CancellationToken cancellationToken)
    {
        var model = definition.Train(new TrainingRequest(data.Rows(fold.TrainFrom, fold.TrainTo), null, parameters), progress, cancellationToken);
        return definition.Evaluate(model with { Observer = probe }, data.Rows(fold.TrainFrom, fold.TestTo), fold.TestFrom - fold.TrainFrom, fold.TestTo - fold.TrainFrom, cancellationToken);
    }

    private static int?[] Seeds(IModelDefinition definition, IReadOnlyDictionary<string, string> parameters, int count)
    {
        if (definition.HyperParameters.FirstOrDefault(parameter => parameter.Name == SeedParameter) is not { Type: HyperParameterType.WholeNumber } declared)
        {
            return [null];
        }

        var first = HyperParameterValues.Parse(definition.HyperParameters, parameters).WholeNumber(SeedParameter);
        var most = Math.Min(int.MaxValue, declared.Maximum ?? int.MaxValue);
        return first + (count - 1.0) <= most
            ? [.. Enumerable.Range(first, count).Select(seed => (int?)seed)]
            : throw new ModelTrainingException(string.Create(CultureInfo.InvariantCulture, $"The seeds {first} to {first + (count - 1.0)} exceed {most}: give a smaller first seed."));
    }

    private static IReadOnlyDictionary<string, string> WithSeed(IReadOnlyDictionary<string, string> parameters, int? seed) => seed is { } value
        ? new Dictionary<string, string>(parameters) { [SeedParameter] = value.ToString(CultureInfo.InvariantCulture) }
        : parameters;

    private static string Label(WalkForwardFold fold, int folds, int? seed, TrainingData data)
    {
        var trained = data.Times is { } times
            ? string.Create(CultureInfo.InvariantCulture, $"trained to {times[fold.TrainTo - 1]:yyyy-MM-dd}")
            : string.Create(CultureInfo.InvariantCulture, $"trained on rows {fold.TrainFrom} to {fold.TrainTo - 1}");
        return seed is { } value
            ? string.Create(CultureInfo.InvariantCulture, $"Fold {fold.Number} of {folds} ({trained}, seed {value})")
            : string.Create(CultureInfo.InvariantCulture, $"Fold {fold.Number} of {folds} ({trained})");
    }
}
