using System.Security.Cryptography;
using System.Text;

namespace MLOps.Silo.Monitoring;

/// <summary>Alert ids: the same endpoint, window and rule always give the same id, so that a replay finds its alert instead of raising another.</summary>
internal static class AlertIds
{
    public const string DriftRule = "input-drift";

    /// <returns>32 lower-case hex digits.</returns>
    public static string Of(string endpoint, string window, string rule) =>
        // The lengths keep ("a", "b/c") apart from ("a/b", "c").
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{endpoint.Length}:{endpoint}{window.Length}:{window}{rule}")))[..32];
}
