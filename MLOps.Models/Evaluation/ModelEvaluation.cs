using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Data;

namespace MLOps.Models.Evaluation;

/// <summary>Evaluates a model by a plan: trained anew for each fold, scored on rows that this training has not seen.
/// Scalers, labels and hidden states are made by each fold's training, so nothing of the rows that it is scored on is in its model.</summary>
public static class ModelEvaluation
{
    /// <summary>The hyper-parameter by which a model with chance in its training repeats it.</summary>
    public const string SeedParameter = "seed";

    /// <param name="data">All rows, in order of time.</param>
    /// <param name="parameters">Given hyper-parameters; a given <c>seed</c> is the first of several.</param>
    /// <param name="observer">Hears of the progress of the whole; the folds' own metrics and checkpoints are not passed on to it.</param>
    /// <param name="keeper">Null: nobody goes on with it elsewhere.</param>
    /// <exception cref="ModelTrainingException">The plan fits neither the rows nor the model, or a fold could not be trained or scored; the message names it.</exception>
    public static EvaluationResult Evaluate(
        IModelDefinition definition,
        TrainingData data,
        IReadOnlyDictionary<string, string> parameters,
        EvaluationPlan plan,
        ITrainingObserver observer,
        CancellationToken cancellationToken,
        IEvaluationKeeper? keeper = null)
    {
        plan.Check(definition, parameters);
        plan = plan.For(definition, parameters);
        var seeds = Seeds(definition, parameters, plan.Seeds);
        var folds = plan.Split(data).GroupBy(fold => fold.Number, (_, blocks) => blocks.ToArray()).ToArray();
        FoldTraining[] trainings = [.. folds.SelectMany(_ => seeds, (blocks, seed) => new FoldTraining(blocks, seed))];
        var (scores, done, checkpoint) = Begin(keeper?.Start, trainings);
        for (; done < trainings.Length; done++, checkpoint = null)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var training = trainings[done];
            var label = Label(training, folds.Length, data);
            var progress = new FoldObserver(
                observer,
                (double)done / trainings.Length,
                (done + 1.0) / trainings.Length,
                label,
                (step, content) => keeper?.OnProgress(() => Progress(scores, content()), step));
            EvaluationScore[] scored;
            try
            {
                scored = [.. Score(definition, data, parameters, plan, training, checkpoint, progress, cancellationToken)];
            }
            catch (ModelTrainingException exception)
            {
                throw new ModelTrainingException($"{label}: {exception.Message}", exception);
            }

            CheckNames(definition, label, scores.Count > 0 ? scores[0] : scored[0], scored);
            scores.AddRange(scored);
            if (done == trainings.Length - 1 || trainings[done + 1].Fold.Number != training.Fold.Number)
            {
                keeper?.OnFold(training.Fold.Number, Means([.. scores.Where(score => score.Fold.Number == training.Fold.Number)]));
            }

            keeper?.OnProgress(() => Progress(scores, null), step: null);
        }

        return EvaluationResult.Of(plan, scores);
    }

    /// <returns>The scores that there are, how many trainings they are of, and where the next goes on.</returns>
    private static (List<EvaluationScore> Scores, int Done, byte[]? Checkpoint) Begin(EvaluationProgress? start, FoldTraining[] trainings)
    {
        var scores = new List<EvaluationScore>();
        var done = 0;
        while (start is not null && scores.Count < start.Scores.Count)
        {
            if (done == trainings.Length || !Matches(trainings[done], start.Scores.Skip(scores.Count)))
            {
                // It is of another release, whose folds are others.
                return ([], 0, null);
            }

            scores.AddRange(trainings[done].Blocks.Zip(start.Scores.Skip(scores.Count).ToArray(), (fold, kept) => new EvaluationScore(fold, kept.Seed, kept.Figures, kept.Returns)));
            done++;
        }

        return (scores, done, start?.Checkpoint);
    }

    private static bool Matches(FoldTraining training, IEnumerable<KeptScore> kept) =>
        kept.Take(training.Blocks.Count).Select(score => (score.Fold, score.Block, score.Seed)).SequenceEqual(training.Blocks.Select(fold => (fold.Number, fold.Block, training.Seed)));

    private static EvaluationProgress Progress(List<EvaluationScore> scores, byte[]? checkpoint) => new([.. scores.Select(KeptScore.Of)], checkpoint);

    private static IEnumerable<EvaluationScore> Score(
        IModelDefinition definition,
        TrainingData data,
        IReadOnlyDictionary<string, string> parameters,
        EvaluationPlan plan,
        FoldTraining training,
        byte[]? checkpoint,
        FoldObserver progress,
        CancellationToken cancellationToken)
    {
        var model = definition.Train(new TrainingRequest(data.Rows(training.Fold.Train), null, WithSeed(parameters, training.Seed), checkpoint), progress, cancellationToken);
        foreach (var fold in training.Blocks)
        {
            var probe = new ReturnsProbe();
            var (rows, from, to) = plan.Scored(data, fold);
            var figures = definition.Evaluate(model with { Observer = probe }, rows, from, to, cancellationToken);
            yield return new EvaluationScore(fold, training.Seed, figures, probe.Returns);
        }
    }

    private static void CheckNames(IModelDefinition definition, string label, EvaluationScore first, EvaluationScore[] scored)
    {
        var names = first.Figures.Keys.ToHashSet();
        if (Array.Find(scored, score => !score.Figures.Keys.ToHashSet().SetEquals(names)) is { } other)
        {
            throw new ModelTrainingException($"{label}: '{definition.Id}' gave the figures {string.Join(", ", other.Figures.Keys)}, but {string.Join(", ", names)} for the first block; a mean needs the same of each.");
        }
    }

    private static Dictionary<string, double> Means(EvaluationScore[] scores) =>
        scores[0].Figures.Keys.ToDictionary(name => name, name => scores.Average(score => score.Figures[name]));

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

    private static string Label(FoldTraining training, int folds, TrainingData data)
    {
        var fold = training.Fold;
        var blocks = training.Blocks.Count == 1 ? "" : $", blocks {string.Join(" and ", training.Blocks.Select(block => block.Block.ToString(CultureInfo.InvariantCulture)))}";
        var trained = (data.Times, fold.Train.Count) switch
        {
            ({ } times, 1) => string.Create(CultureInfo.InvariantCulture, $"trained to {times[fold.TrainTo - 1]:yyyy-MM-dd}"),
            (null, 1) => string.Create(CultureInfo.InvariantCulture, $"trained on rows {fold.TrainFrom} to {fold.TrainTo - 1}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"trained on {fold.Train.Sum(range => range.Count)} rows in {fold.Train.Count} pieces"),
        };
        return training.Seed is { } value
            ? string.Create(CultureInfo.InvariantCulture, $"Fold {fold.Number} of {folds} ({trained}{blocks}, seed {value})")
            : string.Create(CultureInfo.InvariantCulture, $"Fold {fold.Number} of {folds} ({trained}{blocks})");
    }
}
