namespace MLOps.Bench.Simulation;

/// <summary>Seconds of processor time that a call costs each role. <see cref="Calibration"/> solves them from the figures of one silo: what more silos do is for the simulation to find.</summary>
internal sealed record ClusterCosts
{
    public const string LogMetric = "log-metric";
    public const string GetRun = "get-run";
    public const string Infer = "infer-binary";

    /// <summary>The share of a core that the processes get; the rest is the kernel's and the machine's.</summary>
    public required double Share { get; init; }

    /// <summary>Of the caller, by scenario.</summary>
    public required IReadOnlyDictionary<string, double> Client { get; init; }

    /// <summary>Of the gateway, for a caller's request and answer. What it exchanges with silos comes on top.</summary>
    public required double Gateway { get; init; }

    /// <summary>For a request or an answer on a link: half of it the sender's, half the receiver's. What the model takes is in it.</summary>
    public double Link { get; init; }

    /// <summary>Of the receiver on top of that, where all of its threads sleep.</summary>
    public double LinkWakeUp { get; init; }

    /// <summary>For a grain's message between gateway and silo, or two silos: half of it the sender's, half the receiver's.</summary>
    public double Message { get; init; }

    /// <summary>On top of it where the two ends of a connection sleep because nothing was under way on it; shared like the message.</summary>
    public double WakeUp { get; init; }

    /// <summary>Of the receiver on top of that, where all of its threads sleep.</summary>
    public double ProcessWakeUp { get; init; }

    /// <summary>Of the database, for a read that the gateway answers from memory: what it does beside.</summary>
    public required double Read { get; init; }

    /// <summary>Of the database, for a transaction without rows.</summary>
    public required double Transaction { get; init; }

    /// <summary>Of the database, for a metric's row.</summary>
    public required double Row { get; init; }

    /// <summary>Of a silo, for a metric.</summary>
    public double Metric { get; init; }

    /// <summary>Of a silo, for a transaction.</summary>
    public double SiloTransaction { get; init; }

    /// <summary>Of the disk, until the database's log is durable.</summary>
    public required double Flush { get; init; }
}
