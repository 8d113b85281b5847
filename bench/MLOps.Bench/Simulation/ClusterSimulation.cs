namespace MLOps.Bench.Simulation;

/// <summary>Callers in a closed loop through gateways, silos and databases.</summary>
internal sealed class ClusterSimulation
{
    /// <summary>Seconds in which the queues fill.</summary>
    private const double Warmup = 0.1;

    /// <summary>About so many calls are measured.</summary>
    private const int Calls = 60_000;

    private readonly Simulator _simulator;
    private readonly ClusterCosts _costs;
    private readonly ClusterShape _shape;
    private readonly string _scenario;
    private readonly Cores[] _clients;
    private readonly Cores[] _gateways;
    private readonly Cores[] _silos;
    private readonly Cores[] _databases;
    private readonly Disk[] _disks;
    private readonly GroupWriter[] _writers;
    private readonly List<double> _latencies = [];

    public ClusterSimulation(ClusterCosts costs, ClusterShape shape, string scenario, int seed)
    {
        (_costs, _shape, _scenario) = (costs, shape, scenario);
        _simulator = new Simulator(seed);
        var one = shape.Shared is { } cores ? new Cores(_simulator, cores) : null;
        Cores[] Machines(int count, int each) => [.. Enumerable.Range(0, count).Select(_ => one ?? new Cores(_simulator, each))];

        // Callers of their own never are what waits: a core for each.
        _clients = Machines(1, shape.Connections);
        _gateways = Machines(shape.Gateways, shape.GatewayCores);
        _silos = Machines(shape.Silos, shape.SiloCores);
        _databases = Machines(shape.Databases, shape.DatabaseCores);
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

        _simulator.RunUntil(Warmup);
        var measured = Math.Clamp(Calls / (double)Math.Max(1, _latencies.Count) * Warmup, 0.05, 2);
        _latencies.Clear();
        Cores[][] machines = [_gateways, _silos, _databases];
        foreach (var cores in machines.SelectMany(each => each).Distinct())
        {
            cores.Utilization(Warmup);
        }

        foreach (var disk in _disks)
        {
            disk.Utilization(Warmup);
        }

        _simulator.RunUntil(Warmup + measured);
        _latencies.Sort();
        double Busiest(Cores[] cores) => cores.Distinct().Max(machine => machine.Utilization(measured));
        var commits = _writers.Sum(writer => writer.Commits);
        return new SimulatedLoad(
            _latencies.Count / measured,
            _latencies[_latencies.Count / 2] * 1e3,
            _latencies[_latencies.Count * 99 / 100] * 1e3,
            commits == 0 ? 0 : _writers.Sum(writer => writer.Rows) / (double)commits,
            _shape.Shared is null ? Busiest(_gateways) : 0,
            _shape.Shared is null ? Busiest(_silos) : 0,
            _shape.Shared is null ? Busiest(_databases) : 0,
            _disks.Max(disk => disk.Utilization(measured)));
    }

    private void Call(int connection)
    {
        var started = _simulator.Now;
        var gateway = _gateways[connection % _gateways.Length];
        var half = _costs.Gateway(_scenario) / 2;
        Hop(_clients[0], _costs.Client(_scenario) / 2, () => Hop(gateway, half, () => Behind(connection, () => Hop(gateway, half, () => _clients[0].Run(_costs.Client(_scenario) / 2, () =>
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
                Hop(_databases[connection % _databases.Length], _costs.Database(_scenario), done);
                break;
            case ClusterCosts.Infer:
                HandOver(() => Hop(_silos[_simulator.Choose(_silos.Length)], _costs.Silo(_scenario), () => HandOver(done)));
                break;
            default:
                // A caller logs to a run, a run's grain is on one silo, its rows are in one database.
                var silo = connection % _silos.Length;
                var writer = _writers[(silo * _databases.Length) + (connection / _silos.Length % _databases.Length)];
                HandOver(() => Hop(_silos[silo], _costs.Silo(_scenario) / 2, () => writer.Write(() => Hop(_silos[silo], _costs.Silo(_scenario) / 2, () => HandOver(done)))));
                break;
        }
    }

    private void HandOver(Action done) => _simulator.After(_simulator.Around(_costs.Handover), done);

    private void Hop(Cores machine, double seconds, Action done) =>
        machine.Run(seconds, () => _simulator.After(_shape.Latency, done));
}
