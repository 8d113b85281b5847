using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using MLOps.Silo.Hosting;

namespace MLOps.Silo.Jobs;

/// <summary>This silo's jobs of one kind that wait or work. What is here is lost with the process; the jobs' grains remember what was.</summary>
internal abstract class JobQueue(SiloLiveness silos, ILocalSiloDetails silo)
{
    private readonly Channel<JobWork> _waiting = Channel.CreateUnboundedPrioritized(new UnboundedPrioritizedChannelOptions<JobWork> { Comparer = JobWork.Order });
    private readonly ConcurrentDictionary<string, JobWork> _works = new();
    private long _arrivals;

    /// <summary>Address of this queue's silo, as grains remember it.</summary>
    public string Silo { get; } = silo.SiloAddress.ToParsableString();

    /// <param name="jobId">The job.</param>
    /// <param name="priority">Higher ones are taken up first, those of one priority in order of arrival.</param>
    public void Enqueue(string jobId, int priority = 0)
    {
        // A work of this job may still be on its way out: it is not in the way, for the grain lets one worker begin.
        var work = new JobWork(jobId, priority, Interlocked.Increment(ref _arrivals), new CancellationTokenSource());
        _works[jobId] = work;
        _waiting.Writer.TryWrite(work);
    }

    /// <summary>The waiting jobs, each as soon as a worker asks for it.</summary>
    public async IAsyncEnumerable<JobWork> TakeAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var work in _waiting.Reader.ReadAllAsync(cancellationToken))
        {
            work.Take();
            yield return work;
        }
    }

    /// <summary>How many jobs of this queue are taken up before the job and with it; null: it does not wait here.</summary>
    public int? PositionOf(string jobId) => _works.TryGetValue(jobId, out var work) && work.IsWaiting
        ? 1 + _works.Values.Count(other => other.IsWaiting && JobWork.Order.Compare(other, work) < 0)
        : null;

    public bool Holds(string jobId) => _works.ContainsKey(jobId);

    /// <summary>Whether a job waits or works where its grain remembers it to be. A silo that lives has the job unless it says itself that it has not:
    /// its worker may not have been able to report its end.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="holder">The silo that the job was given to; null: none.</param>
    /// <param name="asker">The silo that asks.</param>
    /// <param name="askerHolds">Whether the job waits or works there.</param>
    public bool IsHeld(string jobId, string? holder, string asker, bool askerHolds) =>
        silos.IsAlive(holder) && (holder == Silo ? Holds(jobId) : holder != asker || askerHolds);

    /// <summary>Makes the job's worker let go, if it is on this silo.</summary>
    public void Interrupt(string jobId)
    {
        if (_works.TryGetValue(jobId, out var work))
        {
            work.Interrupt();
        }
    }

    /// <summary>The worker is done with it.</summary>
    public void Forget(JobWork work) => _works.TryRemove(KeyValuePair.Create(work.JobId, work));
}
