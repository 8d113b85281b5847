using MLOps.Inference;
using MLOps.Inference.Tabular;

namespace MLOps.Gateway.Scoring;

/// <summary>A table as it came, read row by row, so that its cells are never in memory all at once beside the tensor they become.</summary>
internal abstract class ScoringFrame : IAsyncDisposable
{
    protected ScoringFrame(IReadOnlyList<string> columns)
    {
        if (columns.Count == 0)
        {
            throw Invalid("the data frame has no columns: expected at least one.");
        }

        if (columns.Distinct(StringComparer.Ordinal).Count() != columns.Count)
        {
            throw Invalid("the data frame has two columns of one name.");
        }

        Columns = columns;
    }

    public IReadOnlyList<string> Columns { get; }

    /// <summary>Says before the first row which columns are wanted; the others need not be read.</summary>
    /// <exception cref="InferenceException">InvalidRequest: one cannot be read.</exception>
    public virtual void Select(IReadOnlyList<ModelColumn> columns)
    {
    }

    /// <summary>Reads the next row, a cell for each column.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="InferenceException">InvalidRequest: a row that does not fit.</exception>
    public abstract ValueTask<bool> TryReadAsync(Cell[] row, CancellationToken cancellationToken);

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    protected static InferenceException Invalid(string message) => new(InferenceError.InvalidRequest, message);
}
