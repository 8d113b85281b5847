using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Client;
using MLOps.Client.Registry;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Models;
using MLOps.Gateway.Endpoints;
using MLOps.Inference;
using MLOps.Inference.Engine;
using MLOps.Testing.Onnx;
using MLOps.Tracking;

namespace MLOps.Gateway.Tests.Endpoints;

/// <summary>The engine's memory, sequences, batches and registry as the platform's callers meet them.</summary>
public sealed class EngineServingTests(EnginePlatform platform) : IClassFixture<EnginePlatform>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Infer_MoreModelsThanTheMemoryBudgetHolds_AreAllAnswered()
    {
        string[] names = ["memory-0", "memory-1", "memory-2"];
        for (var i = 0; i < names.Length; i++)
        {
            await DeployAsync(names[i], TinyModels.AddConstant(i, 1));
        }

        var engine = platform.Services.GetRequiredService<InferenceEngine>();
        Assert.Equal(2, engine.Keys.Count);
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < names.Length; i++)
            {
                Assert.Equal(10 + i, await InferAsync(names[i], "[1,1]", 10));
                Assert.True(engine.LoadedBytes <= 3 << 20);
            }
        }
    }

    [Fact]
    public async Task Infer_StepsOfSequences_ReachTheReplicaThatKeepsThem()
    {
        await DeployAsync("steps", StepModels.RunningSum(), replicas: 2);
        string[] ids = ["\"a\"", "\"b\"", "7", "\"d\""];
        foreach (var id in ids)
        {
            Assert.Equal(1, await InferAsync("steps", "[1,1]", 1, $$"""{"sequence_id":{{id}},"sequence_start":true}"""));
        }

        for (var step = 2; step < 6; step++)
        {
            foreach (var id in ids)
            {
                Assert.Equal(step, await InferAsync("steps", "[1,1]", 1, $$"""{"sequence_id":{{id}}}"""));
            }
        }

        foreach (var id in ids)
        {
            Assert.Equal(6, await InferAsync("steps", "[1,1]", 1, $$"""{"sequence_id":{{id}},"sequence_end":true}"""));
            using var ended = await PostAsync("steps", "[1,1]", 1, $$"""{"sequence_id":{{id}}}""");
            Assert.Equal(HttpStatusCode.BadRequest, ended.StatusCode);
            Assert.Contains("sequence_start", await ended.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Infer_BatchedModel_GivesEachCallerItsOwnAnswer()
    {
        await DeployAsync("batched", TinyModels.AddConstant(5, 1));
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async caller =>
        {
            for (var call = 0; call < 20; call++)
            {
                Assert.Equal((100 * caller) + call + 5, await InferAsync("batched", "[1,1]", (100 * caller) + call));
            }
        }));
    }

    [Fact]
    public void Pick_OfASequence_IsOneReplicaAndAllReplicasGetSome()
    {
        var variants = new[] { Variant("a"), Variant("b") };
        var route = new EndpointRoute(new EndpointSnapshot("e", EndpointStatus.Ready, null, variants, 1, 0, 0, null, []), new EndpointStatistics(), null, TimeProvider.System);
        string Pick(string sequence) => route.Pick(null, null, sequence).Replica(sequence, null);
        var picked = Enumerable.Range(0, 400).Select(i => (Id: $"s{i}", Replica: Pick($"s{i}"))).ToArray();
        Assert.All(picked, pick => Assert.Equal(pick.Replica, Pick(pick.Id)));
        Assert.Equal(6, picked.Select(pick => pick.Replica).Distinct().Count());

        static VariantState Variant(string name) => new(new VariantSpec(name, "models:/m/1", 1, Replicas: 3), "m", 1, "mlflow-artifacts:/m", null, 1);
    }

    [Fact]
    public void Pick_WithoutAKey_IsRandomByTheWeights()
    {
        VariantState[] variants = [Weighted("a", 3), Weighted("b", 1)];
        var route = new EndpointRoute(new EndpointSnapshot("e", EndpointStatus.Ready, null, variants, 1, 0, 0, null, []), new EndpointStatistics(), null, TimeProvider.System);
        var picks = Enumerable.Range(0, 20_000).Select(_ => route.Pick(null, null).Variant.Spec.Name).ToArray();

        // 15,000 and 7,500 expected, standard deviations 61 and 75: over ten of them beyond either bound.
        Assert.InRange(picks.Count(name => name == "a"), 14_300, 15_700);
        Assert.InRange(picks.Zip(picks.Skip(1)).Count(pair => pair.First != pair.Second), 6_700, 8_300);

        static VariantState Weighted(string name, double weight) => new(new VariantSpec(name, "models:/m/1", weight), "m", 1, "mlflow-artifacts:/m", null, 1);
    }

    [Fact]
    public async Task Registry_OverHttp_LoadsVersionStageAndAliasIntoAnotherProcess()
    {
        var registry = platform.Services.GetRequiredService<IModelRegistryStore>();
        await platform.RegisterAsync("remote", TinyModels.AddConstant(1, 1));
        await platform.RegisterAsync("remote", TinyModels.AddConstant(2, 1));
        await registry.TransitionStageAsync("remote", new TransitionStage(1, ModelStage.Production, true, "test", null), Ct);
        using var client = new MLOpsClient(platform.Http);
        await client.Models.SetAliasAsync("remote", "champion", 2, Ct);

        using var engine = new InferenceEngine(new InferenceEngineOptions { Registry = new HttpModelRegistry(client) });
        foreach (var (uri, version) in new[] { ("models:/remote/1", 1), ("models:/remote/2", 2), ("models:/remote/Production", 1), ("models:/remote@champion", 2), ("models:/remote/latest", 2) })
        {
            await engine.LoadModelAsync(uri, cancellationToken: Ct);
            using var result = engine.Infer(uri, [10], 1, 1);
            Assert.Equal((10f + version, version), (result.Outputs[0].Values<float>()[0], result.Version));
        }

        // What the name means moves, and loading it again follows.
        await client.Models.SetAliasAsync("remote", "champion", 1, Ct);
        await engine.LoadModelAsync("models:/remote@champion", cancellationToken: Ct);
        using var moved = engine.Infer("models:/remote@champion", [10], 1, 1);
        Assert.Equal(1, moved.Version);

        foreach (var uri in new[] { "models:/remote/9", "models:/remote/Staging", "models:/remote@nobody", "models:/nothing/1" })
        {
            var exception = await Assert.ThrowsAsync<InferenceException>(() => engine.LoadModelAsync(uri, cancellationToken: Ct));
            Assert.Equal(InferenceError.NotFound, exception.Error);
            Assert.Contains(uri, exception.Message, StringComparison.Ordinal);
        }
    }

    private async Task DeployAsync(string name, byte[] onnx, int replicas = 1)
    {
        var version = await platform.RegisterAsync(name, onnx);
        await platform.Services.GetRequiredService<IGrainFactory>().GetGrain<IEndpointGrain>(name)
            .DeployAsync(new EndpointSpec(new[] { new VariantSpec("default", $"models:/{name}/{version}", Replicas: replicas) }, null));
    }

    private Task<HttpResponseMessage> PostAsync(string endpoint, string shape, double value, string parameters) => platform.Http.PostAsync(
        $"/v2/models/{endpoint}/infer",
        new StringContent($$"""{"parameters":{{parameters}},"inputs":[{"name":"x","shape":{{shape}},"datatype":"FP32","data":[{{value}}]}]}"""),
        Ct);

    private async Task<double> InferAsync(string endpoint, string shape, double value, string parameters = "{}")
    {
        using var answer = await PostAsync(endpoint, shape, value, parameters);
        var text = await answer.Content.ReadAsStringAsync(Ct);
        Assert.True(answer.IsSuccessStatusCode, text);
        using var json = JsonDocument.Parse(text);
        return json.RootElement.GetProperty("outputs")[0].GetProperty("data")[0].GetDouble();
    }
}
