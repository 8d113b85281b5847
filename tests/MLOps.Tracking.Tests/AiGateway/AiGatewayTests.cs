using System.Text;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Tracking.AiGateway;
using MLOps.Tracking.Tests.Storage;

namespace MLOps.Tracking.Tests.AiGateway;

public class AiGatewayTests : StoreTests
{
    [Fact]
    public async Task Secret_ThroughItsLife_ShowsOnlyItsMask()
    {
        await using var store = new OpenStore(DatabaseUri());
        var made = await store.AiGateway.CreateSecretAsync(new CreateGatewaySecret("aws", [new("id", "AKIA-original-1234"), new("key", "short")], "bedrock", [new("auth_mode", "access_keys")], "ada"), Cancelled);
        Assert.Equal([new KeyValue("id", "AKI...1234"), new KeyValue("key", "***")], made.MaskedValues);
        Assert.Equal(("ada", "ada", made.CreatedAt), (made.CreatedBy, made.LastUpdatedBy, made.LastUpdatedAt));
        await store.RestartAsync();
        var read = await store.AiGateway.GetSecretAsync(GatewayKey.Name("aws"), Cancelled);
        Assert.Equal((made.SecretId, "bedrock"), (read.SecretId, read.Provider));
        Assert.Equal([new KeyValue("auth_mode", "access_keys")], read.AuthConfig);
        var before = Stored(store, made.SecretId);
        Assert.DoesNotContain("AKIA-original-1234", Encoding.Latin1.GetString(before), StringComparison.Ordinal);

        var renewed = await store.AiGateway.UpdateSecretAsync(made.SecretId, new UpdateGatewaySecret([new("id", "AKIA-rotated-5678")], [], "bob"), Cancelled);
        Assert.Equal([new KeyValue("id", "AKI...5678")], renewed.MaskedValues);
        Assert.Equal([new KeyValue("auth_mode", "access_keys")], renewed.AuthConfig);
        Assert.True(renewed.LastUpdatedAt > made.CreatedAt);
        Assert.Equal("bob", renewed.LastUpdatedBy);
        Assert.NotEqual(before, Stored(store, made.SecretId));
        var configured = await store.AiGateway.UpdateSecretAsync(made.SecretId, new UpdateGatewaySecret([], [new("region", "x")], null), Cancelled);
        Assert.Equal([new KeyValue("region", "x")], configured.AuthConfig);
        Assert.Equal(renewed.MaskedValues, configured.MaskedValues);

        await SecretAsync(store, "openai-key", "openai");
        Assert.Equal(["aws", "openai-key"], (await store.AiGateway.ListSecretsAsync(null, Cancelled)).Select(secret => secret.Name));
        Assert.Equal(["openai-key"], (await store.AiGateway.ListSecretsAsync("openai", Cancelled)).Select(secret => secret.Name));
        Assert.Equal(ProblemCode.AlreadyExists, await CodeAsync(() => SecretAsync(store, "aws", null)));
        await store.AiGateway.DeleteSecretAsync(made.SecretId, Cancelled);
        Assert.Equal(ProblemCode.NotFound, await CodeAsync(() => store.AiGateway.GetSecretAsync(GatewayKey.Id(made.SecretId), Cancelled)));
        Assert.Equal(ProblemCode.NotFound, await CodeAsync(() => store.AiGateway.DeleteSecretAsync(made.SecretId, Cancelled)));
        Assert.Equal(ProblemCode.NotFound, await CodeAsync(() => store.AiGateway.UpdateSecretAsync(made.SecretId, new UpdateGatewaySecret([], [], null), Cancelled)));
    }

    [Fact]
    public async Task Secret_WhoseMaskHasNoRoom_IsRefused()
    {
        await using var store = new OpenStore(DatabaseUri());
        var values = Enumerable.Range(0, 60).Select(i => new KeyValue($"name{i}", "a")).ToList();
        Assert.Equal(ProblemCode.InvalidArgument, await CodeAsync(() => store.AiGateway.CreateSecretAsync(new CreateGatewaySecret("big", values, null, [], null), Cancelled)));
        Assert.Equal(ProblemCode.InvalidArgument, await CodeAsync(() => SecretAsync(store, new string('n', 256), null)));
    }

    [Fact]
    public async Task Model_OfADeletedSecret_StaysWithoutIt()
    {
        await using var store = new OpenStore(DatabaseUri());
        var (first, second) = (await SecretAsync(store, "first", "openai"), await SecretAsync(store, "second", "anthropic"));
        var model = await ModelAsync(store, "m", first);
        Assert.Equal((first, "first"), (model.SecretId, model.SecretName));
        var changed = await store.AiGateway.UpdateModelAsync(model.ModelId, new UpdateGatewayModel(null, second, "anthropic", "claude", "bob"), Cancelled);
        Assert.Equal(("m", "second", "anthropic", "claude", "bob"), (changed.Name, changed.SecretName, changed.Provider, changed.ModelName, changed.LastUpdatedBy));
        await ModelAsync(store, "n", first);
        Assert.Equal(["m"], (await store.AiGateway.ListModelsAsync("anthropic", null, Cancelled)).Select(found => found.Name));
        Assert.Equal(["n"], (await store.AiGateway.ListModelsAsync(null, first, Cancelled)).Select(found => found.Name));
        Assert.Equal(ProblemCode.AlreadyExists, await CodeAsync(() => store.AiGateway.UpdateModelAsync(model.ModelId, new UpdateGatewayModel("n", null, null, null, null), Cancelled)));
        Assert.Equal(ProblemCode.AlreadyExists, await CodeAsync(() => ModelAsync(store, "m", first)));
        Assert.Equal(ProblemCode.NotFound, await CodeAsync(() => ModelAsync(store, "o", "s-none")));

        await store.AiGateway.DeleteSecretAsync(second, Cancelled);
        var orphan = await store.AiGateway.GetModelAsync(GatewayKey.Name("m"), Cancelled);
        Assert.Equal((null, null, model.ModelId), (orphan.SecretId, orphan.SecretName, orphan.ModelId));
        await store.AiGateway.DeleteModelAsync(model.ModelId, Cancelled);
        Assert.Equal(ProblemCode.NotFound, await CodeAsync(() => store.AiGateway.GetModelAsync(GatewayKey.Id(model.ModelId), Cancelled)));
    }

    [Fact]
    public async Task Endpoint_WithAFallback_IsKeptWhole()
    {
        await using var store = new OpenStore(DatabaseUri());
        var secret = await SecretAsync(store, "s", "openai");
        var (main, spare) = ((await ModelAsync(store, "main", secret)).ModelId, (await ModelAsync(store, "spare", secret)).ModelId);
        var made = await store.AiGateway.CreateEndpointAsync(
            new CreateGatewayEndpoint("chat", [Fallback(spare), Primary(main) with { Weight = 0.3f }], "REQUEST_BASED_TRAFFIC_SPLIT", new GatewayFallback("SEQUENTIAL", 2), null, true, "ada"),
            Cancelled);
        await store.RestartAsync();
        var read = await store.AiGateway.GetEndpointAsync(GatewayKey.Name("chat"), Cancelled);
        Assert.Equal([Primary(main) with { Weight = 0.3f }, Fallback(spare)], read.Models.Select(link => link.Use));
        Assert.Equal("main", read.Models[0].Model.Name);
        Assert.Equal((made.EndpointId, "REQUEST_BASED_TRAFFIC_SPLIT", new GatewayFallback("SEQUENTIAL", 2), true), (read.EndpointId, read.RoutingStrategy, read.Fallback, read.UsageTracking));
        var experiment = await store.Tracking.GetExperimentAsync(read.ExperimentId!, Cancelled);
        Assert.Equal("gateway/chat", experiment.Name);
        Assert.Contains(new KeyValue("mlflow.experiment.sourceId", made.EndpointId), experiment.Tags);

        // As MLflow: new models take the fallback's settings with them, new settings leave the models.
        var renamed = await store.AiGateway.UpdateEndpointAsync(made.EndpointId, new UpdateGatewayEndpoint("talk", [Primary(spare)], null, null, null, false, "bob"), Cancelled);
        Assert.Equal(("talk", new GatewayFallback(null, null), false, "bob", read.ExperimentId), (renamed.Name, renamed.Fallback, renamed.UsageTracking, renamed.LastUpdatedBy, renamed.ExperimentId));
        Assert.Equal([Primary(spare)], renamed.Models.Select(link => link.Use));
        var set = await store.AiGateway.UpdateEndpointAsync(made.EndpointId, new UpdateGatewayEndpoint(null, null, null, new GatewayFallback("SEQUENTIAL", null), null, null, null), Cancelled);
        Assert.Equal((new GatewayFallback("SEQUENTIAL", null), 1, "REQUEST_BASED_TRAFFIC_SPLIT"), (set.Fallback, set.Models.Count, set.RoutingStrategy));
    }

    [Fact]
    public async Task Endpoint_ThatIsRefused_LeavesNoExperiment()
    {
        await using var store = new OpenStore(DatabaseUri());
        var model = (await ModelAsync(store, "m", await SecretAsync(store, "s", "openai"))).ModelId;
        await EndpointAsync(store, "taken", model, usageTracking: false);
        var experiments = (await store.Tracking.CountAsync(Cancelled)).Experiments;
        Assert.Equal(ProblemCode.AlreadyExists, await CodeAsync(() => EndpointAsync(store, "taken", model)));
        Assert.Equal(ProblemCode.NotFound, await CodeAsync(() => EndpointAsync(store, "new", "d-none")));
        Assert.Equal(ProblemCode.InvalidArgument, await CodeAsync(() => store.AiGateway.CreateEndpointAsync(new CreateGatewayEndpoint("new", [], null, null, null, true, null), Cancelled)));
        Assert.Equal(ProblemCode.NotFound, await CodeAsync(() => store.AiGateway.CreateEndpointAsync(new CreateGatewayEndpoint("new", [Primary(model)], null, null, "99", true, null), Cancelled)));
        Assert.Equal(experiments, (await store.Tracking.CountAsync(Cancelled)).Experiments);
        Assert.Equal(ProblemCode.AlreadyExists, await CodeAsync(() => store.AiGateway.CreateEndpointAsync(new CreateGatewayEndpoint("twice", [Primary(model), Primary(model)], null, null, null, false, null), Cancelled)));
        Assert.Equal(ProblemCode.NotFound, await CodeAsync(() => store.AiGateway.GetEndpointAsync(GatewayKey.Name("twice"), Cancelled)));
    }

    [Fact]
    public async Task Models_AttachedAndDetached_AreKeptApartByRole()
    {
        await using var store = new OpenStore(DatabaseUri());
        var secret = await SecretAsync(store, "s", "openai");
        var (main, spare) = ((await ModelAsync(store, "main", secret)).ModelId, (await ModelAsync(store, "spare", secret)).ModelId);
        var endpoint = await EndpointAsync(store, "e", main);
        var link = await store.AiGateway.AttachModelAsync(endpoint, Fallback(spare), "ada", Cancelled);
        Assert.Equal((endpoint, "spare", "ada"), (link.EndpointId, link.Model.Name, link.CreatedBy));
        await store.AiGateway.AttachModelAsync(endpoint, Primary(spare), null, Cancelled);
        Assert.Equal(ProblemCode.AlreadyExists, await CodeAsync(() => store.AiGateway.AttachModelAsync(endpoint, Primary(spare), null, Cancelled)));
        Assert.Equal(ProblemCode.InvalidState, await CodeAsync(() => store.AiGateway.DeleteModelAsync(spare, Cancelled)));
        await store.AiGateway.DetachModelAsync(endpoint, spare, Cancelled);
        Assert.Equal(["main"], (await store.AiGateway.GetEndpointAsync(GatewayKey.Id(endpoint), Cancelled)).Models.Select(left => left.Model.Name));
        Assert.Equal(ProblemCode.NotFound, await CodeAsync(() => store.AiGateway.DetachModelAsync(endpoint, spare, Cancelled)));
        await store.AiGateway.DeleteModelAsync(spare, Cancelled);
    }

    [Fact]
    public async Task Endpoints_Listed_AreThoseOfTheProviderOrSecret()
    {
        await using var store = new OpenStore(DatabaseUri());
        var (first, second) = (await SecretAsync(store, "first", "openai"), await SecretAsync(store, "second", "openai"));
        var (a, b) = (await EndpointAsync(store, "a", (await ModelAsync(store, "m", first)).ModelId), await EndpointAsync(store, "b", (await ModelAsync(store, "n", second, "anthropic")).ModelId));
        await store.AiGateway.SetEndpointTagAsync(b, new KeyValue("team", "x"), Cancelled);
        var all = await store.AiGateway.ListEndpointsAsync(null, null, Cancelled);
        Assert.Equal([(a, "m"), (b, "n")], all.Select(endpoint => (endpoint.EndpointId, endpoint.Models[0].Model.Name)));
        Assert.Equal([new KeyValue("team", "x")], all[1].Tags);
        Assert.Equal([b], (await store.AiGateway.ListEndpointsAsync("anthropic", null, Cancelled)).Select(endpoint => endpoint.EndpointId));
        Assert.Equal([a], (await store.AiGateway.ListEndpointsAsync(null, first, Cancelled)).Select(endpoint => endpoint.EndpointId));
        Assert.Empty(await store.AiGateway.ListEndpointsAsync("anthropic", first, Cancelled));
    }

    [Fact]
    public async Task Endpoint_Deleted_TakesItsBindingsTagsAndLinksWithIt()
    {
        await using var store = new OpenStore(DatabaseUri());
        var model = (await ModelAsync(store, "m", await SecretAsync(store, "s", "openai"))).ModelId;
        var endpoint = await EndpointAsync(store, "e", model);
        var key = new GatewayBindingKey(endpoint, "scorer", "job-1");
        Assert.Equal(key, (await store.AiGateway.CreateBindingAsync(key, "ada", Cancelled)).Key);
        await store.AiGateway.CreateBindingAsync(key with { ResourceId = "job-2" }, null, Cancelled);
        Assert.Equal(ProblemCode.AlreadyExists, await CodeAsync(() => store.AiGateway.CreateBindingAsync(key, null, Cancelled)));
        Assert.Equal(ProblemCode.NotFound, await CodeAsync(() => store.AiGateway.CreateBindingAsync(key with { EndpointId = "e-none" }, null, Cancelled)));
        Assert.Equal(["job-1", "job-2"], (await store.AiGateway.ListBindingsAsync(endpoint, "scorer", null, Cancelled)).Select(binding => binding.Key.ResourceId).Order());
        Assert.Equal("ada", Assert.Single(await store.AiGateway.ListBindingsAsync(null, null, "job-1", Cancelled)).CreatedBy);
        await store.AiGateway.DeleteBindingAsync(key, Cancelled);
        Assert.Equal(ProblemCode.NotFound, await CodeAsync(() => store.AiGateway.DeleteBindingAsync(key, Cancelled)));

        await store.AiGateway.SetEndpointTagAsync(endpoint, new KeyValue("a", "1"), Cancelled);
        await store.AiGateway.SetEndpointTagAsync(endpoint, new KeyValue("a", "2"), Cancelled);
        await store.AiGateway.SetEndpointTagAsync(endpoint, new KeyValue("b", string.Empty), Cancelled);
        await store.AiGateway.DeleteEndpointTagAsync(endpoint, "none", Cancelled);
        Assert.Equal([new KeyValue("a", "2"), new KeyValue("b", string.Empty)], (await store.AiGateway.GetEndpointAsync(GatewayKey.Id(endpoint), Cancelled)).Tags);
        await store.AiGateway.DeleteEndpointTagAsync(endpoint, "a", Cancelled);
        Assert.Single((await store.AiGateway.GetEndpointAsync(GatewayKey.Id(endpoint), Cancelled)).Tags);
        Assert.Equal(ProblemCode.NotFound, await CodeAsync(() => store.AiGateway.SetEndpointTagAsync("e-none", new KeyValue("a", "1"), Cancelled)));

        await store.AiGateway.DeleteEndpointAsync(endpoint, Cancelled);
        Assert.Equal(ProblemCode.NotFound, await CodeAsync(() => store.AiGateway.DeleteEndpointAsync(endpoint, Cancelled)));
        Assert.Empty(await store.AiGateway.ListBindingsAsync(null, null, null, Cancelled));
        Assert.Equal(0L, store.Database.Read(session => session.Scalar("SELECT (SELECT COUNT(*) FROM endpoint_tags) + (SELECT COUNT(*) FROM endpoint_model_mappings)")));
        await store.AiGateway.DeleteModelAsync(model, Cancelled);
    }

    private static GatewayModelUse Primary(string model) => new(model, GatewayModelUse.Primary, 1, null);

    private static GatewayModelUse Fallback(string model) => new(model, GatewayModelUse.Fallback, 1, 0);

    private static async Task<string> SecretAsync(OpenStore store, string name, string? provider) =>
        (await store.AiGateway.CreateSecretAsync(new CreateGatewaySecret(name, [new("api_key", "sk-" + name)], provider, [], null), Cancelled)).SecretId;

    private static Task<GatewayModel> ModelAsync(OpenStore store, string name, string secretId, string provider = "openai") =>
        store.AiGateway.CreateModelAsync(new CreateGatewayModel(name, secretId, provider, "gpt", null), Cancelled);

    private static async Task<string> EndpointAsync(OpenStore store, string name, string modelId, bool usageTracking = true) =>
        (await store.AiGateway.CreateEndpointAsync(new CreateGatewayEndpoint(name, [Primary(modelId)], null, null, null, usageTracking, null), Cancelled)).EndpointId;

    private static byte[] Stored(OpenStore store, string secretId) =>
        store.Database.Read(session => session.First("SELECT encrypted_value FROM secrets WHERE secret_id = $0", row => row.GetFieldValue<byte[]>(0), secretId))!;

    private static async Task<ProblemCode> CodeAsync(Func<Task> action) => (await Assert.ThrowsAsync<MLOpsException>(action)).Code;
}
