using System.Collections.Concurrent;
using MLOps.Silo.Hosting;
using MLOps.Silo.Jobs;

namespace MLOps.Silo.Training;

/// <summary>This silo's training jobs.</summary>
internal sealed class TrainingQueue(SiloLiveness silos, ILocalSiloDetails silo) : JobQueue(silos, silo)
{
    private readonly ConcurrentDictionary<string, TrainingPump> _training = new();

    /// <summary>Asks something of the job's trainer, if it is on this silo.</summary>
    public void Tell(string jobId, TrainingOrder order)
    {
        if (order == TrainingOrder.LetGo)
        {
            Interrupt(jobId);
        }
        else if (_training.TryGetValue(jobId, out var pump))
        {
            pump.Take(order);
        }
    }

    /// <summary>From now on the pump hears what is asked of its job.</summary>
    public IDisposable Listen(string jobId, TrainingPump pump)
    {
        _training[jobId] = pump;
        return new Listening(() => _training.TryRemove(KeyValuePair.Create(jobId, pump)));
    }

    private sealed class Listening(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
