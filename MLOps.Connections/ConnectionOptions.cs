namespace MLOps.Connections;

/// <summary>How this process' connections are served.</summary>
public sealed class ConnectionOptions
{
    /// <summary>Threads that receive, run what was received and send the answer, on Linux; more join them when all of them have been busy for milliseconds. 0: the framework's own way, by the runtime's pool. Null: one more than processors.</summary>
    public int? Threads { get; set; }
}
