using System.Data.Common;
using System.Runtime.InteropServices;
using MLOps.Contracts.Problems;

namespace MLOps.Tracking.Storage;

/// <summary>Writes everything of one kind that waits for the commit in as few statements as there can be.</summary>
internal interface ISetWriter
{
    /// <summary>Adds the statements that write the rows, and fail when one of the items is at fault.</summary>
    /// <param name="session">To read with, before the batch.</param>
    void Add(SqlSession session, SqlBatch batch, List<SetItem> items);

    /// <summary>Writes the rows without a savepoint.</summary>
    /// <exception cref="MLOpsException">One of the items is at fault: the transaction must be undone and <see cref="WriteCarefully"/> tells which.</exception>
    void Write(SqlSession session, List<SetItem> items);

    /// <summary>Writes the rows under savepoints; an item that cannot be written is rejected alone.</summary>
    void WriteCarefully(SqlSession session, List<SetItem> items);
}

/// <inheritdoc cref="ISetWriter"/>
/// <typeparam name="TItem">One caller's rows.</typeparam>
internal abstract class SetWriter<TItem> : ISetWriter
{
    private const int Attempts = 3;

    public void Add(SqlSession session, SqlBatch batch, List<SetItem> items) => AddSet(session, batch, Typed(items));

    public void Write(SqlSession session, List<SetItem> items) => WriteSet(session, Typed(items));

    public void WriteCarefully(SqlSession session, List<SetItem> items)
    {
        var typed = items.ConvertAll(item => (SetItem<TItem>)item);
        if (TryWrite(session, CollectionsMarshal.AsSpan(typed), alone: typed.Count == 1))
        {
            return;
        }

        // One of them is at fault, or raced with another program: each on its own finds out which.
        foreach (var item in typed)
        {
            for (var attempt = 1; !TryWrite(session, [item], alone: attempt == Attempts); attempt++)
            {
            }
        }
    }

    /// <inheritdoc cref="ISetWriter.Add"/>
    protected abstract void AddSet(SqlSession session, SqlBatch batch, ReadOnlySpan<SetItem<TItem>> items);

    /// <summary>Writes the rows. An item that must not be written is rejected before anything of it is; what it throws undoes the whole set.</summary>
    protected abstract void WriteSet(SqlSession session, ReadOnlySpan<SetItem<TItem>> items);

    private static Span<SetItem<TItem>> Typed(List<SetItem> items) => CollectionsMarshal.AsSpan(items.ConvertAll(item => (SetItem<TItem>)item));

    private bool TryWrite(SqlSession session, ReadOnlySpan<SetItem<TItem>> items, bool alone)
    {
        session.Execute("SAVEPOINT rows");
        try
        {
            WriteSet(session, items);
            session.Execute("RELEASE SAVEPOINT rows");
            return true;
        }
        catch (Exception exception) when (exception is MLOpsException || (exception is DbException && session.IsOpen))
        {
            session.Execute("ROLLBACK TO SAVEPOINT rows");
            session.Execute("RELEASE SAVEPOINT rows");
            foreach (var item in items)
            {
                item.Reset();
            }

            if (!alone && !(items.Length == 1 && exception is MLOpsException))
            {
                return false;
            }

            items[0].Reject(exception as MLOpsException ?? session.Dialect.Explain((DbException)exception));
            return true;
        }
    }
}
