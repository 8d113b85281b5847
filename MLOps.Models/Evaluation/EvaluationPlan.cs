using MLOps.Models.Catalog;
using MLOps.Models.Data;

namespace MLOps.Models.Evaluation;

/// <summary>How a model is evaluated: which rows it is trained on again and again, and which it is scored on each time.</summary>
/// <param name="Seeds">Trainings of each fold, by successive values of the hyper-parameter <c>seed</c>; a model without one gives the same every time and is trained once.</param>
public abstract record EvaluationPlan(int Seeds)
{
    /// <summary>Most trainings of one fold.</summary>
    public const int MaximumSeeds = 100;

    /// <summary>Whether the rows of a day stay together, as those of one time always do: what makes one figure of a day's rows has none of a torn day.</summary>
    public bool WholeDays { get; init; }

    /// <summary>This plan as it is for a model.</summary>
    /// <param name="parameters">Given hyper-parameters.</param>
    public EvaluationPlan For(IModelDefinition definition, IReadOnlyDictionary<string, string> parameters) => this with { WholeDays = definition.MakesDays(parameters) };

    /// <summary>As requests and files name it.</summary>
    public abstract string Method { get; }

    /// <summary>The folds in the order in which they are trained; blocks that one training scores follow each other and have its number.</summary>
    /// <exception cref="ModelTrainingException">The plan does not fit the rows; the message says what would.</exception>
    public abstract IReadOnlyList<EvaluationFold> Split(TrainingData data);

    /// <exception cref="ModelTrainingException">The model cannot be evaluated so; the message names it and says why.</exception>
    public abstract void Check(IModelDefinition definition, IReadOnlyDictionary<string, string> parameters);

    /// <summary>A fold's block, behind all that its model may know.</summary>
    internal abstract ScoredRows Scored(TrainingData data, EvaluationFold fold);

    /// <summary>Whether a row is not to be parted from the one before it.</summary>
    internal bool BelongsToTheOneBefore(TrainingData data, int row) => row > 0 && data.Times is { } times && row < times.Count
        && (times[row] == times[row - 1] || (WholeDays && DateOnly.FromDateTime(times[row]) == DateOnly.FromDateTime(times[row - 1])));

    /// <summary>For a plan whose blocks are tested more than once: by path, for each block in order the number of the fold that scores it. Else none.</summary>
    internal virtual IReadOnlyList<IReadOnlyList<int>> Paths => [];
}
