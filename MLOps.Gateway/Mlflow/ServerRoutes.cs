using Microsoft.AspNetCore.Http;

namespace MLOps.Gateway.Mlflow;

/// <summary>What a client asks about the server itself.</summary>
internal static class ServerRoutes
{
    /// <summary>The MLflow release whose protocol and schema this is.</summary>
    public const string MlflowVersion = "3.11.2";

    /// <summary>MLflow's pages ask whether to report how they are used, and whom: nobody.</summary>
    public const string Telemetry = "/3.0/mlflow/ui-telemetry";

    public static void Map(MlflowRoutes routes)
    {
        routes.Top("/version", call => call.Http.Response.WriteAsync(MlflowVersion, call.Cancelled));
        routes.Raw(HttpMethods.Get, "/3.0/mlflow/server-info", call => call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteString("store_type", "SqlStore");
            json.WriteBoolean("workspaces_enabled", false);
            json.WriteEndObject();
        }));
        routes.Raw(HttpMethods.Get, Telemetry, call => call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("disable_ui_events");
            json.WriteEndArray();
            json.WriteBoolean("disable_ui_telemetry", true);
            json.WriteNumber("ui_rollout_percentage", 0);
            json.WriteEndObject();
        }));
        routes.Raw(HttpMethods.Post, Telemetry, call => call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteString("status", "disabled");
            json.WriteEndObject();
        }));
    }
}
