namespace MLOps.Dashboard.Components;

/// <summary>Addresses of the pages, relative to the base: the platform may be served under a prefix. Names come from people, so every part is escaped.</summary>
internal static class Links
{
    /// <summary>Most runs that one comparison draws.</summary>
    public const int MostCompared = 8;

    public static string Experiment(string name) => "experiments/" + string.Join('/', name.Split('/').Select(Uri.EscapeDataString));

    public static string Run(string runId) => $"runs/{Uri.EscapeDataString(runId)}";

    public static string Compare(IEnumerable<string> runIds) => $"compare?runs={string.Join(',', runIds.Select(Uri.EscapeDataString))}";

    public static string Model(string name) => $"registry/{Uri.EscapeDataString(name)}";

    public static string Endpoint(string name) => $"deployment/{Uri.EscapeDataString(name)}";

    public static string Retraining(string endpoint) => $"training/retraining?endpoint={Uri.EscapeDataString(endpoint)}";

    public static string Monitoring(string endpoint) => $"monitoring?endpoint={Uri.EscapeDataString(endpoint)}";

    public static string Artifact(string runId, string path) =>
        $"get-artifact?path={Uri.EscapeDataString(path)}&run_uuid={Uri.EscapeDataString(runId)}";
}
