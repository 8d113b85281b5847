namespace MLOps.Dashboard.Endpoints;

/// <summary>One arm in the deployment form.</summary>
public sealed class VariantForm(string name)
{
    public string Name { get; set; } = name;

    /// <summary><c>models:/name/Production</c>, <c>models:/name/3</c> or <c>models:/name@alias</c>.</summary>
    public string ModelUri { get; set; } = "";

    /// <summary>Relative share of the traffic.</summary>
    public double Weight { get; set; } = 1;

    public int Replicas { get; set; } = 1;

    public int Threads { get; set; } = 1;

    /// <summary>Gets copies of requests instead of answering them.</summary>
    public bool IsShadow { get; set; }

    /// <summary>Share of the requests that a shadow gets.</summary>
    public double SampleRate { get; set; } = 1;

    /// <summary>What one replica's model may take; 0: no limit.</summary>
    public long MemoryBytes { get; set; }
}
