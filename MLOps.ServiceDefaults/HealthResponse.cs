using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MLOps.ServiceDefaults;

/// <summary>A health report for people and probes: <c>OK</c>, or one line a failing check, without the reason, which may name servers.</summary>
internal static class HealthResponse
{
    public static Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(report.Status == HealthStatus.Healthy
            ? "OK"
            : string.Join('\n', report.Entries
                .Where(entry => entry.Value.Status != HealthStatus.Healthy)
                .Select(entry => $"{entry.Key}: {entry.Value.Status}")));
    }
}
