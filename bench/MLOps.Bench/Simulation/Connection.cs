namespace MLOps.Bench.Simulation;

/// <summary>One direction of Orleans' connection between two processes: messages that are under way at the same time are written and read together. Two processes have one, so many silos have many, on each of which less goes together.</summary>
internal sealed class Connection
{
    private readonly Pump _writer;
    private readonly Pump _reader;
    private readonly Action<Action> _network;

    /// <param name="network">Calls its argument when what was written has arrived.</param>
    public Connection(Process sender, Process receiver, ClusterCosts costs, Action<Action> network)
    {
        // Who sends is awake.
        _writer = new Pump(sender, costs.WakeUp / 2, wakeUpOfProcess: 0, costs.Message / 2);
        _reader = new Pump(receiver, costs.WakeUp / 2, costs.ProcessWakeUp, costs.Message / 2);
        _network = network;
    }

    public void Send(Action done) => _writer.Post(() => _network(() => _reader.Post(done)));
}
