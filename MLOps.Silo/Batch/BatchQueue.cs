using System.Collections.Concurrent;
using System.Threading.Channels;

namespace MLOps.Silo.Batch;

/// <summary>This silo's jobs that wait or work. What is here is lost with the process; the jobs' grains remember what was.</summary>
internal sealed class BatchQueue
{
    private readonly Channel<BatchWork> _waiting = Channel.CreateUnbounded<BatchWork>();
    private readonly ConcurrentDictionary<string, BatchWork> _works = new();

    /// <summary>In order of arrival.</summary>
    public ChannelReader<BatchWork> Waiting => _waiting.Reader;

    public void Enqueue(string jobId)
    {
        // A work of this job may still be on its way out: it is not in the way, for the grain lets one worker begin.
        var work = new BatchWork(jobId, new CancellationTokenSource());
        _works[jobId] = work;
        _waiting.Writer.TryWrite(work);
    }

    public bool Holds(string jobId) => _works.ContainsKey(jobId);

    /// <summary>Makes the job's worker let go, if it is on this silo.</summary>
    public void Interrupt(string jobId)
    {
        if (_works.TryGetValue(jobId, out var work))
        {
            work.Interrupt();
        }
    }

    /// <summary>The worker is done with it.</summary>
    public void Forget(BatchWork work) => _works.TryRemove(KeyValuePair.Create(work.JobId, work));
}
