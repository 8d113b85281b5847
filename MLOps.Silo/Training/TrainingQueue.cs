using System.Collections.Concurrent;
using System.Threading.Channels;
using MLOps.Contracts.Training;

namespace MLOps.Silo.Training;

/// <summary>This silo's jobs that wait or train. What is here is lost with the process; the jobs' grains remember what was.</summary>
internal sealed class TrainingQueue
{
    private readonly Channel<TrainingWork> _waiting = Channel.CreateUnbounded<TrainingWork>();
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _stops = new();

    /// <summary>Jobs to train, in order of arrival.</summary>
    public ChannelReader<TrainingWork> Waiting => _waiting.Reader;

    /// <summary>Adds the job unless it is here already.</summary>
    public void Enqueue(string jobId, TrainingJobSpec spec)
    {
        var stop = new CancellationTokenSource();
        if (_stops.TryAdd(jobId, stop))
        {
            _waiting.Writer.TryWrite(new TrainingWork(jobId, spec, stop.Token));
        }
        else
        {
            stop.Dispose();
        }
    }

    /// <summary>Cancels the job if it is on this silo.</summary>
    public void Stop(string jobId)
    {
        if (_stops.TryGetValue(jobId, out var stop))
        {
            stop.Cancel();
        }
    }

    /// <summary>The trainer is done with the job.</summary>
    public void Forget(string jobId)
    {
        // Not disposed: a Stop may hold the source at this moment, and one without timers holds nothing to free.
        _stops.TryRemove(jobId, out _);
    }
}
