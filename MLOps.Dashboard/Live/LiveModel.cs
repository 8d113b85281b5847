using MLOps.Client;

namespace MLOps.Dashboard.Live;

/// <summary>What a page shows, and how it gets it. A refresh that fails keeps the last good state and says why.</summary>
public abstract class LiveModel
{
    private bool _refreshing;

    /// <summary>Whether the first load has succeeded.</summary>
    public bool IsLoaded { get; private set; }

    /// <summary>Why the last refresh failed; null when it did not.</summary>
    public string? Problem { get; private set; }

    /// <summary>Whether the gateway could not be asked at all.</summary>
    public bool IsUnreachable { get; private set; }

    /// <summary>Why the last action was refused; null when it was not.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Asks for everything again. A call during another one does nothing.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken = default)
    {
        if (_refreshing)
        {
            return;
        }

        _refreshing = true;
        try
        {
            await LoadAsync(cancellationToken);
            IsLoaded = true;
            Problem = null;
            IsUnreachable = false;
        }
        catch (MLOpsClientException e)
        {
            Problem = e.Message;
            IsUnreachable = e.IsUnreachable;
        }
        finally
        {
            _refreshing = false;
        }
    }

    public void DismissRefusal() => Refusal = null;

    protected abstract Task LoadAsync(CancellationToken cancellationToken);

    /// <summary>Forgets what was loaded: the page turns to another thing.</summary>
    protected void Reset()
    {
        IsLoaded = false;
        Problem = null;
        Refusal = null;
    }

    /// <summary>Does what a person asked for, then refreshes.</summary>
    /// <returns>Whether the gateway did it; if not, <see cref="Refusal"/> says why.</returns>
    protected async Task<bool> ActAsync(Func<CancellationToken, Task> action, CancellationToken cancellationToken)
    {
        try
        {
            await action(cancellationToken);
            Refusal = null;
        }
        catch (MLOpsClientException e)
        {
            Refusal = e.Message;
            return false;
        }

        await RefreshAsync(cancellationToken);
        return true;
    }
}
