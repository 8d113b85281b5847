using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Models;
using MLOps.Gateway.Tests.Endpoints;
using MLOps.Tracking;

namespace MLOps.Gateway.Tests.Models;

/// <summary>The rule of promotion as both front ends tell of it.</summary>
public sealed class PromotionRuleApiTests : IAsyncLifetime
{
    private readonly ServingPlatform _platform = new() { Settings = { ["MLOps:Registry:RequireStagingAndValidation"] = "true" } };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _platform.InitializeAsync();

    public ValueTask DisposeAsync() => _platform.DisposeAsync();

    [Fact]
    public async Task Promotion_WithoutStagingAndValidation_IsRefusedByBothFrontEndsUntilItHasThem()
    {
        var registry = _platform.Services.GetRequiredService<IModelRegistryStore>();
        await registry.CreateRegisteredModelAsync("ruled", null, [], Ct);
        await registry.CreateModelVersionAsync("ruled", new CreateModelVersion("mlflow-artifacts:/m", null, null, null, []), Ct);

        var (status, native) = await PostAsync("/api/v1/mlflow/models/transition", new { name = "ruled", version = 1, stage = "Production" });
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal("InvalidState", native.GetProperty("code").GetString());
        Assert.Contains("never been in Staging", native.GetProperty("detail").GetString(), StringComparison.Ordinal);

        (status, var mlflow) = await PostAsync("/api/2.0/mlflow/model-versions/transition-stage", new { name = "ruled", version = "1", stage = "Production" });
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("INVALID_STATE", mlflow.GetProperty("error_code").GetString());
        Assert.Contains("never been in Staging", mlflow.GetProperty("message").GetString(), StringComparison.Ordinal);

        await PostAsync("/api/2.0/mlflow/model-versions/transition-stage", new { name = "ruled", version = "1", stage = "Staging" });
        await PostAsync("/api/2.0/mlflow/model-versions/set-tag", new { name = "ruled", version = "1", key = "mlops.validation", value = "passed" });
        Assert.Equal(HttpStatusCode.OK, (await PostAsync("/api/v1/mlflow/models/transition", new { name = "ruled", version = 1, stage = "Production" })).Status);
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string path, object body)
    {
        using var answer = await _platform.Http.PostAsJsonAsync(path, body, Ct);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(Ct));
    }
}
