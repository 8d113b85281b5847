namespace MLOps.Bench.Simulation;

/// <summary>One end of a connection: a loop that takes whatever waits when it gets a processor, and sleeps when nothing does.</summary>
/// <param name="wakeUp">Seconds of the processor on top when it slept.</param>
/// <param name="wakeUpOfProcess">And when everything else of the process slept too.</param>
/// <param name="message">Seconds of it for a message.</param>
internal sealed class Pump(Process process, double wakeUp, double wakeUpOfProcess, double message)
{
    private List<Action> _waiting = [];
    private bool _awake;

    public void Post(Action done)
    {
        _waiting.Add(done);
        if (!_awake)
        {
            _awake = true;
            Take(process.Sleeps ? wakeUp + wakeUpOfProcess : wakeUp);
        }
    }

    private void Take(double first)
    {
        List<Action> taken = [];
        process.Run(
            () =>
            {
                (taken, _waiting) = (_waiting, []);
                return first + (message * taken.Count);
            },
            () =>
            {
                _awake = _waiting.Count > 0;
                if (_awake)
                {
                    Take(0);
                }

                foreach (var done in taken)
                {
                    done();
                }
            });
    }
}
