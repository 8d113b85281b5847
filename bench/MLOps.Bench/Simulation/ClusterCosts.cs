namespace MLOps.Bench.Simulation;

/// <summary>Seconds of processor time that a call costs each role, solved from the figures of one silo alone: what more silos do is for the simulation to find.</summary>
internal sealed class ClusterCosts
{
    public const string LogMetric = "log-metric";
    public const string GetRun = "get-run";
    public const string Infer = "infer-binary";

    private readonly Dictionary<string, double> _client = [];
    private readonly Dictionary<string, double> _gateway = [];
    private readonly Dictionary<string, double> _silo = [];
    private readonly Dictionary<string, double> _database = [];

    /// <summary>The connections whose figures the costs of a call come from: a server that has more to do at once does each thing cheaper.</summary>
    public const int Busy = 16;

    public ClusterCosts(ScalingFigures figures)
    {
        foreach (var scenario in (string[])[LogMetric, GetRun, Infer])
        {
            var costs = figures.Of(1, scenario, Busy).Costs;
            _client[scenario] = costs["client"] / 1e6;
            _gateway[scenario] = costs["gateway"] / 1e6;
            _silo[scenario] = costs["silo"] / 1e6;
            _database[scenario] = costs["postgres"] / 1e6;
        }

        // What one caller alone waits for beyond the work: threads of two processes that wake each other.
        Handover = Math.Max(0, (1 / figures.Of(1, Infer, 1).CallsPerSecond) - _client[Infer] - _gateway[Infer] - _silo[Infer]) / 2;

        // A metric costs its row and its share of a transaction; one connection has a transaction for itself.
        var batch = figures.Batches[(1, Busy)];
        (Transaction, Row) = Split(figures.Of(1, LogMetric, 1).Costs["postgres"] / 1e6, _database[LogMetric], batch);
        Flush = figures.Flush;

        // The silo's share by what is left of one caller's time: alone, its threads also burn time looking for work, which nobody waits for.
        var alone = (1 / figures.Of(1, LogMetric, 1).CallsPerSecond) - _client[LogMetric] - _gateway[LogMetric] - (2 * Handover) - Transaction - Row - Flush;
        (SiloTransaction, _silo[LogMetric]) = Split(alone, _silo[LogMetric], batch);
    }

    /// <summary>Seconds until a message between gateway and silo is taken up, beside the work on it.</summary>
    public double Handover { get; }

    /// <summary>Of the database's processor, for a transaction without rows.</summary>
    public double Transaction { get; }

    /// <summary>Of the database's processor, for a metric's row.</summary>
    public double Row { get; }

    /// <summary>Of a silo's processor, for a transaction.</summary>
    public double SiloTransaction { get; }

    public double Flush { get; }

    public double Client(string scenario) => _client[scenario];

    public double Gateway(string scenario) => _gateway[scenario];

    /// <summary>Without what its transactions cost.</summary>
    public double Silo(string scenario) => _silo[scenario];

    public double Database(string scenario) => _database[scenario];

    /// <summary>alone = fixed + part, shared = fixed / batch + part; neither below a tenth of what was measured, since one connection also pays for waking everybody up.</summary>
    private static (double Fixed, double Part) Split(double alone, double shared, double batch)
    {
        var part = Math.Clamp(((shared * batch) - alone) / (batch - 1), shared / 10, shared * 0.9);
        return ((shared - part) * batch, part);
    }
}
