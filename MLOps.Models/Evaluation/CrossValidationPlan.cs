using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Data;

namespace MLOps.Models.Evaluation;

/// <summary>A cross-validation: every block of rows is scored by models that were trained on rows before and after it.
/// What a model makes of neighbouring rows never reaches over a block (<see cref="TrainingData.Pieces"/>), so the labels that it makes itself are purged by their own ends;
/// labels that the data brings are purged by <paramref name="LabelHorizon"/>. Of a block, too, only labels that end in it are scored.</summary>
/// <param name="Folds">Blocks that the rows are cut into: k of k-fold, N of a combinatorial one.</param>
/// <param name="TestGroups">Blocks that each training of a combinatorial one leaves out.</param>
/// <param name="EmbargoRows">Rows after each block that are not trained on; null: <paramref name="EmbargoFraction"/> of the rows.</param>
/// <param name="LabelHorizon">Rows ahead that a label in the data's own columns looks; null: such labels are not told of.</param>
/// <remarks>Rows of one time, as the assets of a day, are one row in all of these numbers; so are those of a day where days stay whole.</remarks>
public sealed record CrossValidationPlan(
    CrossValidationMethod Kind,
    int Folds = 5,
    int TestGroups = CrossValidationPlan.DefaultTestGroups,
    int? EmbargoRows = null,
    double EmbargoFraction = CrossValidationPlan.DefaultEmbargo,
    int? LabelHorizon = null,
    int Seeds = 1) : EvaluationPlan(Seeds)
{
    /// <summary>Of the rows, as López de Prado (2018, chapter 7) suggests.</summary>
    public const double DefaultEmbargo = 0.01;

    public const int DefaultTestGroups = 2;

    /// <summary>Most blocks.</summary>
    public const int MaximumFolds = 1000;

    /// <summary>Of the order of a shuffled one: the same rows are together each time.</summary>
    private const int ShuffleSeed = 1;

    public override string Method => MethodName(Kind);

    public static string MethodName(CrossValidationMethod kind) => kind switch
    {
        CrossValidationMethod.PurgedKFold => "purgedKFold",
        CrossValidationMethod.CombinatorialPurged => "combinatorialPurged",
        _ => "shuffledKFold",
    };

    internal override IReadOnlyList<IReadOnlyList<int>> Paths => Kind == CrossValidationMethod.CombinatorialPurged
        ? [.. new CombinatorialPurgedKFold(Folds, TestGroups, 0).Paths.Select(path => (IReadOnlyList<int>)[.. path.Select(split => split + 1)])]
        : [];

    /// <summary>The embargo in rows.</summary>
    public int Embargo(TrainingData data) => Embargo(FirstRows(data).Length - 1);

    public override void Check(IModelDefinition definition, IReadOnlyDictionary<string, string> parameters)
    {
        CheckNumbers();
        if (definition.Continuity is { Use: RowUse.Unbroken, Reason: var reason })
        {
            throw new ModelTrainingException($"The model '{definition.Id}' cannot be evaluated by {Method}, which trains on rows before and after those that it scores: {reason}. Use expanding or rolling.");
        }

        if (Kind == CrossValidationMethod.ShuffledKFold)
        {
            CheckShuffled(definition, LabelHorizon ?? definition.LabelHorizon(parameters));
        }
    }

    public override IReadOnlyList<EvaluationFold> Split(TrainingData data)
    {
        CheckNumbers();
        var (firsts, spans) = Observations(data);
        var embargo = Embargo(spans.Length);
        IReadOnlyList<EvaluationFold> folds = Kind switch
        {
            CrossValidationMethod.PurgedKFold => [.. new PurgedKFold(Folds, embargo).Split(spans).Index().Select(split => Fold(split.Index + 1, split.Index + 1, split.Item, split.Item.Test, firsts))],
            CrossValidationMethod.CombinatorialPurged => Combined(new CombinatorialPurgedKFold(Folds, TestGroups, embargo), spans, firsts),
            _ => [.. new ShuffledKFold(Folds, ShuffleSeed).Split(spans).Index().Select(split => Fold(split.Index + 1, split.Index + 1, split.Item, split.Item.Test, firsts))],
        };
        return folds.FirstOrDefault(fold => fold.Train.Count == 0) is { } bare
            ? throw new ModelTrainingException(string.Create(
                CultureInfo.InvariantCulture,
                $"{data.Count} rows cannot be evaluated by {Method} in {Folds} blocks: purging and an embargo of {embargo} rows leave nothing to train fold {bare.Number} on. Give more rows, or less of either."))
            : folds;
    }

    /// <summary>Before the block all that came before it, other blocks among it: it is known by then, and is the block's history. A baseline may learn from it, which makes it harder to beat, never easier.
    /// Before that, the training rows that come later.</summary>
    internal override ScoredRows Scored(TrainingData data, EvaluationFold fold)
    {
        RowRange[] known = Kind == CrossValidationMethod.ShuffledKFold
            ? [.. fold.Train, .. fold.Test]
            : [.. fold.Train.Where(range => range.From >= fold.TestTo), new RowRange(0, fold.TestTo)];
        var rows = known.Sum(range => range.Count);
        var scored = fold.Test.Sum(range => range.Count);
        return new ScoredRows(data.Rows(known), rows - scored, rows);
    }

    private static EvaluationFold[] Combined(CombinatorialPurgedKFold combined, LabelSpan[] spans, int[] firsts)
    {
        var groups = combined.Groups(spans.Length);
        return
        [
            .. from split in combined.Split(spans).Index()
               from tested in combined.TestGroups[split.Index]
               select Fold(split.Index + 1, tested + 1, split.Item, [.. Enumerable.Range(groups[tested].From, groups[tested].To - groups[tested].From)], firsts),
        ];
    }

    private static EvaluationFold Fold(int number, int block, CrossValidationSplit split, IReadOnlyList<int> tested, int[] firsts)
    {
        return new EvaluationFold(number, block, Rows(split.Train), Rows(tested)) { LeftOut = firsts[^1] - Rows(split.Train).Sum(range => range.Count) - Rows(split.Test).Sum(range => range.Count) };

        // One observation is the rows of one time.
        IReadOnlyList<RowRange> Rows(IReadOnlyList<int> observations) => [.. RowRange.Of(observations).Select(range => new RowRange(firsts[range.From], firsts[range.To]))];
    }

    /// <returns>The first row of each time, or day, and one beyond the last.</returns>
    private int[] FirstRows(TrainingData data) => [.. Enumerable.Range(0, data.Count).Where(row => !BelongsToTheOneBefore(data, row)), data.Count];

    private int Embargo(int observations) => EmbargoRows ?? (int)(observations * EmbargoFraction);

    /// <returns><see cref="FirstRows"/>, and the spans in numbers of times.</returns>
    private (int[] Firsts, LabelSpan[] Spans) Observations(TrainingData data)
    {
        var firsts = FirstRows(data);
        var count = firsts.Length - 1;
        return (firsts, [.. Enumerable.Range(0, count).Select(i => new LabelSpan(i, (int)Math.Min(count - 1, i + (long)(LabelHorizon ?? 0))))]);
    }

    /// <exception cref="ModelTrainingException">Labels overlap, or it is not known whether they do, or the model takes rows that follow each other.</exception>
    private static void CheckShuffled(IModelDefinition definition, int? horizon)
    {
        if (horizon is not { } rows)
        {
            throw new ModelTrainingException($"Shuffled k-fold needs to know that the labels of '{definition.Id}' do not overlap: they are in columns of the data, so give label_horizon, the rows ahead that a label looks (0: none).");
        }

        // The split itself refuses labels that share rows, with the reason.
        new ShuffledKFold(2, ShuffleSeed).Split([.. Enumerable.Range(0, 2).Select(row => new LabelSpan(row, row + rows))]);
        if (definition.Continuity.Use != RowUse.Independent)
        {
            throw new ModelTrainingException($"Shuffled k-fold is refused: the model '{definition.Id}' makes returns or windows of rows that follow each other, and in random order there are none. Use purgedKFold or combinatorialPurged.");
        }
    }

    private void CheckNumbers()
    {
        Require(Folds is >= 2 and <= MaximumFolds, "folds", Folds, $"2 to {MaximumFolds}");
        Require(Seeds is >= 1 and <= MaximumSeeds, "seeds", Seeds, $"1 to {MaximumSeeds}");
        Require(EmbargoRows is null or >= 0, "embargo_rows", EmbargoRows ?? 0, "0 rows or more");
        Require(EmbargoFraction is >= 0 and < 1, "embargo_fraction", EmbargoFraction, "a number from 0 to below 1");
        Require(LabelHorizon is null or >= 0, "label_horizon", LabelHorizon ?? 0, "0 rows or more");
        if (Kind == CrossValidationMethod.CombinatorialPurged)
        {
            Require(TestGroups >= 1 && TestGroups < Folds, "test_groups", TestGroups, $"1 to {Folds - 1}, fewer than there are folds");
            var splits = CombinatorialPurgedKFold.Splits(Folds, TestGroups);
            Require(splits <= CombinatorialPurgedKFold.MaximumSplits, "folds", Folds, string.Create(CultureInfo.InvariantCulture, $"with {TestGroups} test groups at most {CombinatorialPurgedKFold.MaximumSplits} trainings, but these are {splits:G6}"));
        }
    }

    private static void Require(bool fits, string name, double value, string expected)
    {
        if (!fits)
        {
            throw new ModelTrainingException(string.Create(CultureInfo.InvariantCulture, $"The evaluation's '{name}' is {value}: expected {expected}."));
        }
    }
}
