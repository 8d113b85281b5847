using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;
using MLOps.Tracking.Tests.Storage;

namespace MLOps.Tracking.Tests.Models;

public class RegistryTests : StoreTests
{
    private static readonly CreateModelVersion Version = new("mlflow-artifacts:/0/r/artifacts/model", "r", null, null, []);

    [Fact]
    public async Task Versions_AfterADeletion_NeverReuseANumber()
    {
        await using var store = await WithModelAsync(versions: 4);
        await store.Registry.DeleteModelVersionAsync("m", 2, cancellationToken: Cancelled);
        await store.Registry.DeleteModelVersionAsync("m", 4, cancellationToken: Cancelled);
        Assert.Equal(5, (await store.Registry.CreateModelVersionAsync("m", Version, Cancelled)).Version);
        Assert.Equal(ProblemCode.NotFound, (await Assert.ThrowsAsync<MLOpsException>(() => store.Registry.GetModelVersionAsync("m", 2, Cancelled))).Code);
    }

    [Fact]
    public async Task Production_WithArchiving_ReplacesTheOldOneInOneStepOfHistory()
    {
        await using var store = await WithModelAsync(versions: 2);
        await MoveAsync(store, 1, ModelStage.Production);
        await MoveAsync(store, 2, ModelStage.Production);
        Assert.Equal(ModelStage.Archived, (await store.Registry.GetModelVersionAsync("m", 1, Cancelled)).Stage);
        Assert.Equal(
            [(2, "None", "Production"), (1, "Production", "Archived"), (1, "None", "Production")],
            (await HistoryAsync(store)).Select(line => (line.Version!.Value, line.From, line.To)));
        Assert.Equal([2], (await store.Registry.GetLatestVersionsAsync("m", [ModelStage.Production], Cancelled)).Select(v => v.Version));
    }

    [Fact]
    public async Task History_RewrittenByHand_IsRefusedByTheDatabase()
    {
        await using var store = await WithModelAsync(versions: 1);
        await MoveAsync(store, 1, ModelStage.Staging);
        foreach (var sql in (string[])["UPDATE mlops_registry_history SET to_value = 'Production'", "DELETE FROM mlops_registry_history"])
        {
            var refusal = await Assert.ThrowsAsync<MLOpsException>(() => store.Database.WriteAsync(session => session.Execute(sql), Cancelled));
            Assert.Contains("append-only", refusal.Message, StringComparison.Ordinal);
        }

        Assert.Single(await HistoryAsync(store));
    }

    [Fact]
    public async Task Rename_OfAModel_TakesVersionsTagsAndAliasesAlong()
    {
        await using var store = await WithModelAsync(versions: 2);
        await store.Registry.SetRegisteredModelTagAsync("m", "k", "v", Cancelled);
        await store.Registry.SetModelVersionTagAsync("m", 2, "k", "v", Cancelled);
        await store.Registry.SetAliasAsync("m", "champion", 2, cancellationToken: Cancelled);
        await store.Registry.RenameRegisteredModelAsync("m", "n", cancellationToken: Cancelled);
        Assert.Equal(2, (await store.Registry.GetVersionByAliasAsync("n", "champion", Cancelled)).Version);
        Assert.Single((await store.Registry.GetModelVersionAsync("n", 2, Cancelled)).Tags);
        Assert.Single((await store.Registry.GetRegisteredModelAsync("n", Cancelled)).Tags);
        await Assert.ThrowsAsync<MLOpsException>(() => store.Registry.GetRegisteredModelAsync("m", Cancelled));
    }

    private static async Task<IReadOnlyList<RegistryChange>> HistoryAsync(OpenStore store) =>
        (await store.Registry.GetHistoryAsync("m", new SearchHistory(null, null, 100, null), Cancelled)).Items;

    private static Task<ModelVersion> MoveAsync(OpenStore store, int version, ModelStage stage) =>
        store.Registry.TransitionStageAsync("m", new TransitionStage(version, stage, ArchiveExisting: stage == ModelStage.Production, "quant", "why"), Cancelled);

    private async Task<OpenStore> WithModelAsync(int versions)
    {
        var store = new OpenStore(DatabaseUri());
        await store.Registry.CreateRegisteredModelAsync("m", null, [], Cancelled);
        for (var i = 0; i < versions; i++)
        {
            await store.Registry.CreateModelVersionAsync("m", Version, Cancelled);
        }

        return store;
    }
}
