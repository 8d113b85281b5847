namespace MLOps.AppHost.Aspire;

/// <summary>
/// What launchSettings.json says for other app hosts. `dotnet run` would take that file for the embedded host too, which must not get Aspire's addresses.
/// </summary>
internal static class LocalRun
{
    private static readonly (string Name, string Value)[] Defaults =
    [
        // The user's secrets are read in development alone.
        ("DOTNET_ENVIRONMENT", "Development"),
        ("ASPNETCORE_URLS", "http://localhost:15888"),
        ("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "http://localhost:19888"),
        ("ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL", "http://localhost:20888"),

        // On loopback, so that nobody needs a certificate. Who wants https sets the addresses.
        ("ASPIRE_ALLOW_UNSECURED_TRANSPORT", "true"),
    ];

    /// <summary>Sets what the environment leaves out, unless <paramref name="args"/> ask to publish.</summary>
    public static void SetDefaults(string[] args)
    {
        if (args.Any(arg => arg is "--publisher" or "--operation"))
        {
            return;
        }

        foreach (var (name, value) in Defaults.Where(pair => Environment.GetEnvironmentVariable(pair.Name) is null))
        {
            Environment.SetEnvironmentVariable(name, value);
        }
    }
}
