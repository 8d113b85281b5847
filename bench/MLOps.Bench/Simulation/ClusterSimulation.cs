using MLOps.Bench.Load;

namespace MLOps.Bench.Simulation;

/// <summary>Callers in a closed loop through gateways, silos and databases.</summary>
internal sealed class ClusterSimulation
{
    /// <summary>Seconds after which it looks whether the queues have filled.</summary>
    private const double Step = 0.02;

    /// <summary>They have when each caller has had so many answers.</summary>
    private const int WarmupCalls = 5;

    private readonly Simulator _simulator;
    private readonly ClusterCosts _costs;
    private readonly ClusterShape _shape;
    private readonly string _scenario;
    private readonly int _calls;
    private readonly Process[] _clients;
    private readonly Process[] _gateways;
    private readonly Process[] _silos;
    private readonly Process[] _databases;
    private readonly Disk[] _disks;
    private readonly GroupWriter[] _writers;

    // From the first number's process to the second's: silos from 0 up, gateways from -1 down.
    private readonly Dictionary<(int From, int To), Connection> _connections = [];
    private readonly List<double> _latencies = [];

    /// <param name="calls">About so many are measured.</param>
    public ClusterSimulation(ClusterCosts costs, ClusterShape shape, string scenario, int seed, int calls = 60_000)
    {
        (_costs, _shape, _scenario, _calls) = (costs, shape, scenario, calls);
        _simulator = new Simulator(seed);
        var one = shape.Shared is { } cores ? new Cores(_simulator, cores, costs.Share) : null;
        Process[] Processes(int count, int each) => [.. Enumerable.Range(0, count).Select(_ => new Process(one ?? new Cores(_simulator, each, costs.Share)))];

        // Callers of their own never are what waits: a core for each.
        _clients = Processes(1, shape.Connections);
        _gateways = Processes(shape.Gateways, shape.GatewayCores);
        _silos = Processes(shape.Silos, shape.SiloCores);
        _databases = Processes(shape.Databases, shape.DatabaseCores);
        _disks = [.. Enumerable.Range(0, shape.Databases).Select(_ => new Disk(_simulator, costs.Flush))];
        _writers =
        [
            .. Enumerable.Range(0, shape.Silos).SelectMany(silo => Enumerable.Range(0, shape.Databases)
                .Select(database => new GroupWriter(_silos[silo], _databases[database], _disks[database], costs.Transaction, costs.Row, costs.SiloTransaction))),
        ];
    }

    public SimulatedLoad Run()
    {
        for (var connection = 0; connection < _shape.Connections; connection++)
        {
            Call(connection);
        }

        do
        {
            _simulator.RunUntil(_simulator.Now + Step);
        }
        while (_latencies.Count < WarmupCalls * _shape.Connections);
        var began = _simulator.Now;
        var measured = Math.Clamp(_calls / (double)_latencies.Count * began, Step, 2);
        _latencies.Clear();
        Cores[] machines = [.. _clients.Concat(_gateways).Concat(_silos).Concat(_databases).Select(process => process.Machine).Distinct()];
        foreach (var machine in machines)
        {
            machine.Restart();
        }

        foreach (var disk in _disks)
        {
            disk.Utilization(began);
        }

        foreach (var writer in _writers)
        {
            writer.Restart();
        }

        _simulator.RunUntil(began + measured);
        _latencies.Sort();
        double Busiest(Process[] processes) => _shape.Shared is null ? processes.Max(process => process.Machine.Utilization(measured)) : 0;
        var commits = _writers.Sum(writer => writer.Commits);
        return new SimulatedLoad(
            _latencies.Count / measured,
            Percentile.At(_latencies, .5) * 1e3,
            Percentile.At(_latencies, .99) * 1e3,
            machines.Sum(machine => machine.Work) / _latencies.Count,
            commits == 0 ? 0 : _writers.Sum(writer => writer.Rows) / (double)commits,
            Busiest(_gateways),
            Busiest(_silos),
            Busiest(_databases),
            _disks.Max(disk => disk.Utilization(measured)));
    }

    private void Call(int connection)
    {
        var started = _simulator.Now;
        var gateway = _gateways[connection % _gateways.Length];
        var client = _costs.Client[_scenario] / 2;
        Hop(_clients[0], client, () => Hop(gateway, _costs.Gateway / 2, () => Behind(connection, () => Hop(gateway, _costs.Gateway / 2, () => _clients[0].Run(client, () =>
        {
            _latencies.Add(_simulator.Now - started);
            Call(connection);
        })))));
    }

    /// <summary>What the gateway waits for.</summary>
    private void Behind(int connection, Action done)
    {
        switch (_scenario)
        {
            case ClusterCosts.GetRun:
                Hop(_databases[connection % _databases.Length], _costs.Read, done);
                break;
            case ClusterCosts.Infer:
                // Over a link to a silo that has a replica. What the model itself takes is in the price of the messages.
                var silo = _silos[_simulator.Choose(_silos.Length)];
                var gateway = _gateways[connection % _gateways.Length];
                Exchange(gateway, silo, () => Exchange(silo, gateway, done));
                break;
            default:
                // A caller logs to a run, a run's grain is on one silo, its rows are in one database.
                var home = connection % _silos.Length;
                var writer = _writers[(home * _databases.Length) + (connection / _silos.Length % _databases.Length)];
                var half = _costs.Metric / 2;
                Ask(connection, home, (connection + (connection / _silos.Length)) % _silos.Length, answer => _silos[home].Run(half, () => writer.Write(() => _silos[home].Run(half, answer))), done);
                break;
        }
    }

    /// <summary>A request or an answer on a link, which carries nothing else meanwhile. Threads of a process wait for all links together, so any of them that is awake takes it.</summary>
    private void Exchange(Process from, Process to, Action done) => Hop(
        from,
        _costs.Link / 2,
        () => to.Run((_costs.Link / 2) + (to.Sleeps ? _costs.LinkWakeUp : 0), done));

    /// <summary>A grain's call. A gateway sends all of a grain's messages to one silo, which it has drawn for the grain without knowing where that is; the silo passes them on, and the answers come back through it.</summary>
    /// <param name="silo">Where the grain is.</param>
    /// <param name="through">The silo that the gateway has drawn.</param>
    private void Ask(int connection, int silo, int through, Action<Action> work, Action done)
    {
        var gateway = -1 - (connection % _gateways.Length);
        if (through == silo)
        {
            Send(gateway, silo, () => work(() => Send(silo, gateway, done)));
        }
        else
        {
            Send(gateway, through, () => Send(through, silo, () => work(() => Send(silo, through, () => Send(through, gateway, done)))));
        }
    }

    private void Send(int from, int to, Action done)
    {
        if (!_connections.TryGetValue((from, to), out var between))
        {
            _connections[(from, to)] = between = new Connection(At(from), At(to), _costs, arrived => _simulator.After(_shape.Latency, arrived));
        }

        between.Send(done);
    }

    private Process At(int number) => number < 0 ? _gateways[-1 - number] : _silos[number];

    private void Hop(Process process, double seconds, Action done) =>
        process.Run(seconds, () => _simulator.After(_shape.Latency, done));
}
