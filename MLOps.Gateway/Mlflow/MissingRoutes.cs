namespace MLOps.Gateway.Mlflow;

/// <summary>Routes of MLflow 3.11 (read off its running server) that this server does not have: each answers 501 with its name.</summary>
internal static class MissingRoutes
{
    private static readonly (string Method, string Path)[] All =
    [
        ("POST", "/3.0/mlflow/demo/delete"),
        ("POST", "/3.0/mlflow/demo/generate"),
        ("POST", "/3.0/mlflow/issues/invoke"),
        ("POST", "/3.0/jobs"),
        ("GET", "/3.0/jobs/{job_id}"),
        ("PATCH", "/3.0/jobs/cancel/{job_id}"),
        ("POST", "/3.0/jobs/search"),
        ("GET", "/3.0/mlflow/assistant/config"),
        ("PUT", "/3.0/mlflow/assistant/config"),
        ("POST", "/3.0/mlflow/assistant/message"),
        ("GET", "/3.0/mlflow/assistant/providers/{provider}/health"),
        ("PATCH", "/3.0/mlflow/assistant/sessions/{session_id}"),
        ("GET", "/3.0/mlflow/assistant/sessions/{session_id}/stream"),
        ("POST", "/3.0/mlflow/assistant/skills/install"),
        ("GET", "/3.0/mlflow/jobs/{job_id}"),
        ("PATCH", "/3.0/mlflow/jobs/cancel/{job_id}"),
        ("POST", "/3.0/mlflow/scorer/invoke"),
        ("GET", "/2.0/mlflow/get-online-trace-details"),
        ("GET", "/2.0/mlflow/unified-traces"),
        ("POST", "/3.0/mlflow/gateway/budgets/create"),
        ("DELETE", "/3.0/mlflow/gateway/budgets/delete"),
        ("GET", "/3.0/mlflow/gateway/budgets/get"),
        ("GET", "/3.0/mlflow/gateway/budgets/list"),
        ("POST", "/3.0/mlflow/gateway/budgets/update"),
        ("GET", "/3.0/mlflow/gateway/budgets/windows"),
        ("POST", "/3.0/mlflow/gateway/guardrails/add-to-endpoint"),
        ("POST", "/3.0/mlflow/gateway/guardrails/create"),
        ("DELETE", "/3.0/mlflow/gateway/guardrails/delete"),
        ("GET", "/3.0/mlflow/gateway/guardrails/get"),
        ("GET", "/3.0/mlflow/gateway/guardrails/list"),
        ("GET", "/3.0/mlflow/gateway/guardrails/list-for-endpoint"),
        ("DELETE", "/3.0/mlflow/gateway/guardrails/remove-from-endpoint"),
        ("PATCH", "/3.0/mlflow/gateway/guardrails/update-config"),
        ("POST", "/3.0/mlflow/prompt-optimization/jobs"),
        ("DELETE", "/3.0/mlflow/prompt-optimization/jobs/{job_id}"),
        ("GET", "/3.0/mlflow/prompt-optimization/jobs/{job_id}"),
        ("POST", "/3.0/mlflow/prompt-optimization/jobs/{job_id}/cancel"),
        ("GET", "/3.0/mlflow/prompt-optimization/jobs/search"),
        ("POST", "/3.0/mlflow/prompt-optimization/jobs/search"),
        ("GET", "/3.0/mlflow/workspaces"),
        ("POST", "/3.0/mlflow/workspaces"),
        ("DELETE", "/3.0/mlflow/workspaces/{workspace_name}"),
        ("GET", "/3.0/mlflow/workspaces/{workspace_name}"),
        ("PATCH", "/3.0/mlflow/workspaces/{workspace_name}"),
    ];

    /// <summary>Calls of models by MLflow's AI gateway.</summary>
    private static readonly string[] Invocations =
    [
        "/gateway/{endpoint_name}/mlflow/invocations",
        "/gateway/mlflow/v1/chat/completions",
        "/gateway/openai/v1/chat/completions",
        "/gateway/openai/v1/embeddings",
        "/gateway/openai/v1/responses",
        "/gateway/anthropic/v1/messages",
        "/gateway/gemini/v1beta/models/{endpoint_name}",
    ];

    public static void Map(MlflowRoutes routes)
    {
        foreach (var path in Invocations)
        {
            routes.MissingAtRoot("POST", path);
        }

        foreach (var (method, path) in All)
        {
            routes.Missing(method, path);
        }
    }
}
