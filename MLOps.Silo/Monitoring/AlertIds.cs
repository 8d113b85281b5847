using System.Security.Cryptography;
using System.Text;

namespace MLOps.Silo.Monitoring;

/// <summary>Alert ids: the same endpoint, window and rule always give the same id, so that a replay finds its alert instead of raising another.</summary>
internal static class AlertIds
{
    public const string DriftRule = "input-drift";

    /// <summary>All replays of a month share one alert, and it is not that of the live month.</summary>
    public const string ReplayDriftRule = "input-drift-in-replay";

    /// <param name="endpoint">Its name.</param>
    /// <param name="generation">How many endpoints of that name were removed before this one.</param>
    /// <param name="window">For example <c>2020-03</c>.</param>
    /// <param name="rule">What was broken.</param>
    /// <returns>32 lower-case hex digits.</returns>
    public static string Of(string endpoint, int generation, string window, string rule) =>
        // The lengths keep ("a", "b/c") apart from ("a/b", "c").
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{endpoint.Length}:{endpoint}{window.Length}:{window}{rule}{(generation == 0 ? "" : $"#{generation}")}")))[..32];
}
