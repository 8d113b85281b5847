namespace MLOps.AppHost.Embedded;

/// <summary>What the embedded topology needs to know before it starts.</summary>
/// <param name="DataDirectory">Full path.</param>
/// <param name="Urls">Addresses to listen on, separated by <c>;</c>.</param>
/// <param name="Configuration">Settings that the command line gave, by their keys.</param>
internal sealed record EmbeddedSettings(string DataDirectory, string Urls, IReadOnlyDictionary<string, string> Configuration)
{
    public const string DefaultUrl = "http://localhost:5000";

    /// <summary>The command line first, then the environment, then the default.</summary>
    public static EmbeddedSettings From(string? data, string? urls, string? dataByDefault, IReadOnlyDictionary<string, string> configuration) => new(
        Path.GetFullPath(FirstGiven(data, Environment.GetEnvironmentVariable("MLOPS_DATA"), dataByDefault) ?? "mlops-data"),
        FirstGiven(urls, Environment.GetEnvironmentVariable("ASPNETCORE_URLS")) ?? DefaultUrl,
        configuration);

    private static string? FirstGiven(params ReadOnlySpan<string?> values)
    {
        foreach (var value in values)
        {
            if (!string.IsNullOrWhiteSpace(value))
            {
                return value;
            }
        }

        return null;
    }
}
