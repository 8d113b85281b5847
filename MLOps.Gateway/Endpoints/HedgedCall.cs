namespace MLOps.Gateway.Endpoints;

/// <summary>A call that may be made twice, and is when it stays silent: a call that was under way to a process that died is answered by nobody, and would be given up by Orleans only after half a minute.</summary>
/// <param name="time">Of the silence.</param>
internal sealed class HedgedCall(TimeProvider time) : IDisposable
{
    /// <summary>Longer than a model takes, much shorter than Orleans' response time-out.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

    /// <summary>Second calls at a time: many silent calls mean too much work, and more of it would not help.</summary>
    public const int MaxAtATime = 16;

    private readonly SemaphoreSlim _places = new(MaxAtATime);

    /// <summary>The answer of whichever call gives one first; when both fail, the error of the one that failed last.</summary>
    /// <param name="first">Under way.</param>
    /// <param name="again">Makes the second call, elsewhere.</param>
    /// <param name="cancellationToken">Ends the wait, not the calls.</param>
    public async Task<T> RunAsync<T>(Task<T> first, Func<Task<T>> again, CancellationToken cancellationToken)
    {
        try
        {
            return await first.WaitAsync(Silence, time, cancellationToken);
        }
        catch (TimeoutException) when (!first.IsFaulted)
        {
            if (first.IsCompleted || !_places.Wait(0, CancellationToken.None))
            {
                return await first.WaitAsync(cancellationToken);
            }
        }

        try
        {
            return await FirstAnswerAsync(first, again(), cancellationToken);
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose() => _places.Dispose();

    private static async Task<T> FirstAnswerAsync<T>(Task<T> first, Task<T> second, CancellationToken cancellationToken)
    {
        first.Ignore();
        second.Ignore();
        var ended = await Task.WhenAny(first, second).WaitAsync(cancellationToken);
        return ended.IsCompletedSuccessfully ? await ended : await (ended == first ? second : first).WaitAsync(cancellationToken);
    }
}
