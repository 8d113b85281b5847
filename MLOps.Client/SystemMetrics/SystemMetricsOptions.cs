namespace MLOps.Client.SystemMetrics;

/// <summary>How a run watches its machine.</summary>
public sealed record SystemMetricsOptions
{
    /// <summary>Before every name, as MLflow has it.</summary>
    public const string Prefix = "system/";

    /// <summary>Between two looks. Default 10 s.</summary>
    public TimeSpan SamplingInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Looks whose mean is one logged value. Default 1.</summary>
    public int SamplesBeforeLogging { get; init; } = 1;

    /// <summary>Put between the prefix and the name, so that the machines of one run are told apart; null: nothing.</summary>
    public string? NodeId { get; init; }
}
