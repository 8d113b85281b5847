using System.Diagnostics;

namespace MLOps.Cluster.Tests;

/// <summary>One caller that calls again and again, one call after the other with a breath in between, and remembers what failed.</summary>
internal sealed class SteadyCalls : IAsyncDisposable
{
    /// <summary>Leaves the processors to the programs that start and stop meanwhile.</summary>
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(15);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly CancellationTokenSource _stop = new();
    private readonly string _name;
    private readonly Task _loop;
    private int _done;
    private volatile Exception? _failure;

    /// <param name="name">Of the calls, for messages.</param>
    /// <param name="call">Gets the number of the call, from 0.</param>
    public SteadyCalls(string name, Func<int, Task> call)
    {
        _name = name;
        _loop = Task.Run(async () =>
        {
            while (!_stop.IsCancellationRequested)
            {
                try
                {
                    var clock = Stopwatch.StartNew();
                    await call(_done);
                    Longest = clock.Elapsed > Longest ? clock.Elapsed : Longest;
                    Interlocked.Increment(ref _done);
                    await Task.Delay(Breath);
                }
#pragma warning disable CA1031 // Whatever a caller sees is the test's to judge.
                catch (Exception exception)
#pragma warning restore CA1031
                {
                    _failure = exception;
                    return;
                }
            }
        });
    }

    public int Done => _done;

    /// <summary>The longest call so far.</summary>
    public TimeSpan Longest { get; private set; }

    /// <summary>Waits until so many more calls have succeeded.</summary>
    public async Task MoreAsync(int calls, CancellationToken cancellationToken)
    {
        var goal = Done + calls;
        var deadline = TimeProvider.System.GetUtcNow() + Patience;
        while (Done < goal)
        {
            Assert.True(_failure is null, $"After {Done} {_name} one failed: {_failure}");
            Assert.True(TimeProvider.System.GetUtcNow() < deadline, $"{_name}: waited {Patience} for call {goal}, {Done} have succeeded.");
            await Task.Delay(20, cancellationToken);
        }
    }

    /// <summary>Ends the calls.</summary>
    /// <returns>How many succeeded; every one did.</returns>
    public async Task<int> StopAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        Assert.True(_failure is null, $"After {Done} {_name} one failed: {_failure}");
        return Done;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }
}
