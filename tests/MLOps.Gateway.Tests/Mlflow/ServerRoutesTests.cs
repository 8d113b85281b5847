using MLOps.Gateway.Tests.Endpoints;

namespace MLOps.Gateway.Tests.Mlflow;

/// <summary>What MLflow's pages ask about the server itself.</summary>
public sealed class ServerRoutesTests(ServingPlatform platform) : IClassFixture<ServingPlatform>
{
    [Fact]
    public async Task Pages_AreToldToReportNothing()
    {
        foreach (var prefix in (string[])["/api", "/ajax-api"])
        {
            var asked = await platform.Http.GetJsonAsync(prefix + "/3.0/mlflow/ui-telemetry");
            Assert.True(asked.GetProperty("disable_ui_telemetry").GetBoolean());
            Assert.Equal(0, asked.GetProperty("ui_rollout_percentage").GetInt32());
            var reported = await platform.Http.PostAsync(prefix + "/3.0/mlflow/ui-telemetry", new { records = Array.Empty<object>() });
            Assert.Equal("disabled", reported.GetProperty("status").GetString());
        }
    }
}
