namespace MLOps.ServiceDefaults;

/// <summary>Asks a running program of ours whether it is well: container images without a shell have nothing else to ask with.</summary>
public static class HealthProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Handles <c>health URL</c>, for example <c>dotnet MLOps.Silo.dll health http://127.0.0.1:8080/health/live</c>.</summary>
    /// <returns>The exit code: 0 when the address answers with success; null: the arguments ask for something else.</returns>
    public static async Task<int?> TryRunAsync(string[] args)
    {
        if (args is not ["health", var url])
        {
            return null;
        }

        using var client = new HttpClient { Timeout = Patience };
        try
        {
            using var answer = await client.GetAsync(new Uri(url));
            await Console.Out.WriteLineAsync(await answer.Content.ReadAsStringAsync());
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync($"{url} does not answer: {exception.Message}");
            return 1;
        }
    }
}
