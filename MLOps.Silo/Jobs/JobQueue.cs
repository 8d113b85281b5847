using System.Collections.Concurrent;
using System.Threading.Channels;
using MLOps.Silo.Hosting;

namespace MLOps.Silo.Jobs;

/// <summary>This silo's jobs of one kind that wait or work. What is here is lost with the process; the jobs' grains remember what was.</summary>
internal abstract class JobQueue(SiloLiveness silos, ILocalSiloDetails silo)
{
    private readonly Channel<JobWork> _waiting = Channel.CreateUnbounded<JobWork>();
    private readonly ConcurrentDictionary<string, JobWork> _works = new();

    /// <summary>In order of arrival.</summary>
    public ChannelReader<JobWork> Waiting => _waiting.Reader;

    /// <summary>Address of this queue's silo, as grains remember it.</summary>
    public string Silo { get; } = silo.SiloAddress.ToParsableString();

    public void Enqueue(string jobId)
    {
        // A work of this job may still be on its way out: it is not in the way, for the grain lets one worker begin.
        var work = new JobWork(jobId, new CancellationTokenSource());
        _works[jobId] = work;
        _waiting.Writer.TryWrite(work);
    }

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
