using System.Security.Cryptography;
using System.Text;

namespace MLOps.Tracking.Webhooks;

/// <summary>The signature that MLflow's receivers check: <c>v1,</c> and the base64 of the HMAC-SHA256, by the secret, of
/// <c>delivery_id.timestamp.payload</c>.</summary>
internal static class WebhookSignature
{
    /// <param name="timestamp">Seconds since 1970.</param>
    public static string Sign(string secret, string deliveryId, string timestamp, string payload) =>
        "v1," + Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{deliveryId}.{timestamp}.{payload}")));
}
