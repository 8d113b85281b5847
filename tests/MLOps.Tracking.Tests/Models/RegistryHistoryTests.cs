using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;
using MLOps.Tracking.Tests.Storage;

namespace MLOps.Tracking.Tests.Models;

/// <summary>The registry of record: what is written, what can be asked of it, and what goes back by it.</summary>
public class RegistryHistoryTests : StoreTests
{
    private static readonly ChangeNote Ann = new("ann", "because");

    [Fact]
    public async Task Alias_SetMovedAndDeleted_IsThreeLinesNewestFirst()
    {
        await using var store = await WithModelAsync(versions: 2);
        await store.Registry.SetAliasAsync("m", "champion", 1, Ann, Cancelled);
        await store.Registry.SetAliasAsync("m", "champion", 2, null, Cancelled);
        await store.Registry.DeleteAliasAsync("m", "champion", Ann, Cancelled);
        await store.Registry.DeleteAliasAsync("m", "champion", Ann, Cancelled);
        var lines = await LinesAsync(store.Registry);
        Assert.All(lines, line => Assert.Equal((RegistryChangeKind.Alias, "champion"), (line.Kind, line.Alias)));
        Assert.Equal(
            [(2, "2", null, "ann"), (2, "1", "2", ChangeNote.Anonymous), (1, null, "1", "ann")],
            lines.Select(line => (line.Version!.Value, line.From, line.To, line.By)));
        Assert.Equal("because", lines[0].Comment);
    }

    [Fact]
    public async Task DeleteVersion_WithAStageAndAnAlias_WritesBothEnds()
    {
        await using var store = await WithModelAsync(versions: 1);
        await MoveAsync(store.Registry, 1, ModelStage.Production);
        await store.Registry.SetAliasAsync("m", "champion", 1, null, Cancelled);
        await store.Registry.DeleteModelVersionAsync("m", 1, Ann, Cancelled);
        var lines = await LinesAsync(store.Registry);
        Assert.Equal((RegistryChangeKind.Stage, "Production", "Deleted", "ann"), (lines[0].Kind, lines[0].From, lines[0].To, lines[0].By));
        Assert.Equal((RegistryChangeKind.Alias, "1", null, "ann"), (lines[1].Kind, lines[1].From, lines[1].To, lines[1].By));
        Assert.Empty(await store.Registry.GetStageHoldersAsync("m", ModelStage.Production, long.MaxValue, Cancelled));
    }

    [Fact]
    public async Task DeleteModel_KeepsItsHistory_AlsoUnderANewModelOfTheName()
    {
        await using var store = await WithModelAsync(versions: 1);
        await MoveAsync(store.Registry, 1, ModelStage.Staging);
        await store.Registry.SetAliasAsync("m", "champion", 1, null, Cancelled);
        await store.Registry.DeleteRegisteredModelAsync("m", Ann, Cancelled);
        (RegistryChangeKind, string?, string?)[] expected =
        [
            (RegistryChangeKind.Delete, "m", null), (RegistryChangeKind.Alias, "1", null), (RegistryChangeKind.Stage, "Staging", "Deleted"),
            (RegistryChangeKind.Alias, null, "1"), (RegistryChangeKind.Stage, "None", "Staging"),
        ];
        Assert.Equal(expected, (await LinesAsync(store.Registry)).Select(line => (line.Kind, line.From, line.To)));

        await store.Registry.CreateRegisteredModelAsync("m", null, [], Cancelled);
        await CreateVersionAsync(store.Registry);
        Assert.Equal(expected, (await LinesAsync(store.Registry)).Select(line => (line.Kind, line.From, line.To)));
        Assert.False(await store.Registry.HasBeenInStageAsync("m", 1, ModelStage.Staging, Cancelled));
    }

    [Fact]
    public async Task Rename_TheHistoryFollowsAndTheOldNameSaysWhere()
    {
        await using var store = await WithModelAsync(versions: 1);
        await MoveAsync(store.Registry, 1, ModelStage.Staging);
        await store.Registry.RenameRegisteredModelAsync("m", "n", Ann, Cancelled);
        await MoveAsync(store.Registry, 1, ModelStage.Production, "n");
        var lines = await LinesAsync(store.Registry, "n");
        Assert.Equal([("n", "Production"), ("n", "n"), ("m", "Staging")], lines.Select(line => (line.Name, line.To!)));
        var gone = await Assert.ThrowsAsync<MLOpsException>(() => LinesAsync(store.Registry));
        Assert.Equal(ProblemCode.NotFound, gone.Code);
        Assert.Contains("renamed to 'n'", gone.Message, StringComparison.Ordinal);

        // Another model takes the old name: it starts with an empty history.
        await store.Registry.CreateRegisteredModelAsync("m", null, [], Cancelled);
        Assert.Empty(await LinesAsync(store.Registry));
        await CreateVersionAsync(store.Registry);
        await MoveAsync(store.Registry, 1, ModelStage.Archived);
        Assert.Equal("Archived", Assert.Single(await LinesAsync(store.Registry)).To);
        Assert.Equal(3, (await LinesAsync(store.Registry, "n")).Count);
    }

    [Fact]
    public async Task History_InPages_IsWholeThoughLinesAreAppendedMeanwhile()
    {
        await using var store = await WithModelAsync(versions: 2);
        for (var i = 0; i < 5; i++)
        {
            await MoveAsync(store.Registry, 1, i % 2 == 0 ? ModelStage.Staging : ModelStage.Archived);
        }

        var all = await LinesAsync(store.Registry);
        var first = await store.Registry.GetHistoryAsync("m", new SearchHistory(null, null, 2, null), Cancelled);
        await MoveAsync(store.Registry, 2, ModelStage.Staging);
        var second = await store.Registry.GetHistoryAsync("m", new SearchHistory(null, null, 3, first.NextPageToken), Cancelled);
        Assert.Equal(all, [.. first.Items, .. second.Items]);
        Assert.Null(second.NextPageToken);
        Assert.Equal(2, Assert.Single((await store.Registry.GetHistoryAsync("m", new SearchHistory(2, null, 10, null), Cancelled)).Items).Version);
        Assert.Empty((await store.Registry.GetHistoryAsync("m", new SearchHistory(null, RegistryChangeKind.Alias, 10, null), Cancelled)).Items);
        await Assert.ThrowsAsync<MLOpsException>(() => store.Registry.GetHistoryAsync("m", new SearchHistory(null, null, 1, "nonsense"), Cancelled));
    }

    [Fact]
    public async Task Holders_AtAMoment_AreThoseOfThatMoment()
    {
        var clock = new SetClock { Milliseconds = 1000 };
        await using var store = await WithModelAsync(versions: 3, clock);
        var registry = store.RegistryAt(clock);
        await MoveAsync(registry, 1, ModelStage.Production);
        await registry.SetAliasAsync("m", "champion", 1, Ann, Cancelled);
        clock.Milliseconds = 2000;
        await MoveAsync(registry, 2, ModelStage.Production);
        await registry.SetAliasAsync("m", "champion", 2, null, Cancelled);
        clock.Milliseconds = 3000;
        await registry.RenameRegisteredModelAsync("m", "n", null, Cancelled);
        clock.Milliseconds = 4000;
        await registry.DeleteModelVersionAsync("n", 2, null, Cancelled);

        Assert.Empty(await registry.GetStageHoldersAsync("n", ModelStage.Production, 999, Cancelled));
        var first = Assert.Single(await registry.GetStageHoldersAsync("n", ModelStage.Production, 1999, Cancelled));
        Assert.Equal((1, 1000L, "quant"), (first.Version, first.Since!.Value, first.By));
        var second = Assert.Single(await registry.GetStageHoldersAsync("n", ModelStage.Production, 3999, Cancelled));
        Assert.Equal((2, null), (second.Version, second.Current));
        Assert.Empty(await registry.GetStageHoldersAsync("n", ModelStage.Production, 4000, Cancelled));
        Assert.Equal(1, Assert.Single(await registry.GetStageHoldersAsync("n", ModelStage.Archived, 5000, Cancelled)).Version);

        Assert.Null(await registry.GetAliasHolderAsync("n", "champion", 999, Cancelled));
        Assert.Equal((1, "ann"), (await registry.GetAliasHolderAsync("n", "champion", 1000, Cancelled) is { } was ? (was.Version, was.By) : default));
        Assert.Equal(2, (await registry.GetAliasHolderAsync("n", "champion", 3000, Cancelled))!.Version);
        Assert.Null(await registry.GetAliasHolderAsync("n", "champion", 4000, Cancelled));
        Assert.Null(await registry.GetAliasHolderAsync("n", "champion", null, Cancelled));
    }

    [Fact]
    public async Task Holders_MovedByAnotherProgram_AreThereWithoutASince()
    {
        await using var store = await WithModelAsync(versions: 1);
        await store.MoveBehindOurBackAsync("m", 1, ModelStage.Production, Cancelled);
        var holder = Assert.Single(await store.Registry.GetStageHoldersAsync("m", ModelStage.Production, null, Cancelled));
        Assert.Equal((1, null, null), (holder.Version, holder.Since, holder.By));
    }

    [Fact]
    public async Task Clock_SetBack_NeverTurnsTheHistoryAround()
    {
        var clock = new SetClock { Milliseconds = 5000 };
        await using var store = await WithModelAsync(versions: 1, clock);
        var registry = store.RegistryAt(clock);
        await MoveAsync(registry, 1, ModelStage.Staging);
        clock.Milliseconds = 100;
        await MoveAsync(registry, 1, ModelStage.Production);
        Assert.Equal([5000, 5000], (await LinesAsync(registry)).Select(line => line.At));
        Assert.Single(await registry.GetStageHoldersAsync("m", ModelStage.Production, 5000, Cancelled));
    }

    [Fact]
    public async Task Rollback_AgainAndAgain_GoesFurtherBackAndThenRefuses()
    {
        await using var store = await WithModelAsync(versions: 3);
        foreach (var version in (int[])[1, 2, 3])
        {
            await MoveAsync(store.Registry, version, ModelStage.Production);
        }

        var first = await store.Registry.RollbackAsync("m", Ann, Cancelled);
        Assert.Equal((2, ModelStage.Production), (first.Restored.Version, first.Restored.Stage));
        Assert.Equal((3, ModelStage.Archived), (Assert.Single(first.Archived).Version, first.Archived[0].Stage));
        var lines = await LinesAsync(store.Registry);
        Assert.Equal([(2, "Archived", "Production"), (3, "Production", "Archived")], lines.Take(2).Select(line => (line.Version!.Value, line.From!, line.To!)));
        Assert.All(lines.Take(2), line => Assert.Equal(("ann", "because"), (line.By, line.Comment)));

        Assert.Equal(1, (await store.Registry.RollbackAsync("m", null, Cancelled)).Restored.Version);
        var refusal = await Assert.ThrowsAsync<MLOpsException>(() => store.Registry.RollbackAsync("m", null, Cancelled));
        Assert.Equal(ProblemCode.InvalidState, refusal.Code);
        Assert.Contains("no earlier version", refusal.Message, StringComparison.Ordinal);
        Assert.Equal([1], await InProductionAsync(store));

        // Promoted again after the rollbacks, version 3 has version 1 below it.
        await MoveAsync(store.Registry, 3, ModelStage.Production);
        Assert.Equal(1, (await store.Registry.RollbackAsync("m", null, Cancelled)).Restored.Version);
    }

    [Fact]
    public async Task Rollback_ThePreviousWasDeleted_GoesToTheOneBefore()
    {
        await using var store = await WithModelAsync(versions: 3);
        foreach (var version in (int[])[1, 2, 3])
        {
            await MoveAsync(store.Registry, version, ModelStage.Production);
        }

        await store.Registry.DeleteModelVersionAsync("m", 2, null, Cancelled);
        Assert.Equal(1, (await store.Registry.RollbackAsync("m", null, Cancelled)).Restored.Version);
    }

    [Fact]
    public async Task Rollback_NothingInProduction_BringsTheLastOneBack()
    {
        await using var store = await WithModelAsync(versions: 2);
        await MoveAsync(store.Registry, 1, ModelStage.Production);
        await MoveAsync(store.Registry, 1, ModelStage.Archived);
        Assert.Equal(1, (await store.Registry.RollbackAsync("m", null, Cancelled)).Restored.Version);
    }

    [Fact]
    public async Task Rollback_SeveralInProduction_LeavesTheOneBelowAlone()
    {
        await using var store = await WithModelAsync(versions: 2);
        await MoveAsync(store.Registry, 1, ModelStage.Production);
        await store.Registry.TransitionStageAsync("m", new TransitionStage(2, ModelStage.Production, ArchiveExisting: false, "quant", null), Cancelled);
        var rollback = await store.Registry.RollbackAsync("m", null, Cancelled);
        Assert.Equal((1, 2), (rollback.Restored.Version, Assert.Single(rollback.Archived).Version));
        Assert.Equal([1], await InProductionAsync(store));
    }

    [Fact]
    public async Task Rollback_NoPromotionYet_IsRefusedAndUnknownIsNotFound()
    {
        await using var store = await WithModelAsync(versions: 1);
        Assert.Equal(ProblemCode.InvalidState, (await Assert.ThrowsAsync<MLOpsException>(() => store.Registry.RollbackAsync("m", null, Cancelled))).Code);
        Assert.Equal(ProblemCode.NotFound, (await Assert.ThrowsAsync<MLOpsException>(() => store.Registry.RollbackAsync("nope", null, Cancelled))).Code);
        Assert.Equal(ProblemCode.NotFound, (await Assert.ThrowsAsync<MLOpsException>(() => LinesAsync(store.Registry, "nope"))).Code);
        Assert.Empty(await LinesAsync(store.Registry));
    }

    [Fact]
    public async Task Start_OnTheTableOfEarlierVersions_TakesItsLinesOverOnce()
    {
        await using var store = await WithModelAsync(versions: 1);
        await store.Database.WriteAsync(
            session => session.Execute(
                "INSERT INTO mlops_stage_history (name, version, from_stage, to_stage, timestamp_ms, by_user, comment) VALUES ('m', 1, 'None', 'Staging', 7, '', 'old'), ('m', 1, 'Staging', 'Production', 8, 'ann', NULL)"),
            Cancelled);
        await store.RestartAsync();
        await store.RestartAsync();
        Assert.Equal(
            [("Production", 8, "ann", null), ("Staging", 7, ChangeNote.Anonymous, "old")],
            (await LinesAsync(store.Registry)).Select(line => (line.To!, line.At, line.By, line.Comment)));

        // What comes after belongs to the same model.
        await MoveAsync(store.Registry, 1, ModelStage.Archived);
        Assert.Equal(3, (await LinesAsync(store.Registry)).Count);
    }

    [Fact]
    public async Task Transition_ThatIsRefused_WritesNoLine()
    {
        await using var store = await WithModelAsync(versions: 1);
        await Assert.ThrowsAsync<MLOpsException>(() => MoveAsync(store.Registry, 9, ModelStage.Production));
        await Assert.ThrowsAsync<MLOpsException>(() => store.Registry.SetAliasAsync("m", "champion", 9, null, Cancelled));
        await store.Registry.CreateRegisteredModelAsync("taken", null, [], Cancelled);
        await Assert.ThrowsAsync<MLOpsException>(() => store.Registry.RenameRegisteredModelAsync("m", "taken", null, Cancelled));
        Assert.Empty(await LinesAsync(store.Registry));
        Assert.Empty(await LinesAsync(store.Registry, "taken"));
    }

    private static async Task<IReadOnlyList<RegistryChange>> LinesAsync(IModelRegistryStore registry, string name = "m") =>
        (await registry.GetHistoryAsync(name, new SearchHistory(null, null, 1000, null), Cancelled)).Items;

    private static async Task<IEnumerable<int>> InProductionAsync(OpenStore store) =>
        (await store.Registry.GetStageHoldersAsync("m", ModelStage.Production, null, Cancelled)).Select(holder => holder.Version);

    private static Task<ModelVersion> MoveAsync(IModelRegistryStore registry, int version, ModelStage stage, string name = "m") =>
        registry.TransitionStageAsync(name, new TransitionStage(version, stage, ArchiveExisting: stage == ModelStage.Production, "quant", "why"), Cancelled);

    private static Task<ModelVersion> CreateVersionAsync(IModelRegistryStore registry) =>
        registry.CreateModelVersionAsync("m", new CreateModelVersion("mlflow-artifacts:/0/r/artifacts/model", null, null, null, []), Cancelled);

    private async Task<OpenStore> WithModelAsync(int versions, TimeProvider? clock = null)
    {
        var store = new OpenStore(DatabaseUri());
        var registry = clock is null ? store.Registry : store.RegistryAt(clock);
        await registry.CreateRegisteredModelAsync("m", null, [], Cancelled);
        for (var i = 0; i < versions; i++)
        {
            await CreateVersionAsync(registry);
        }

        return store;
    }

    private sealed class SetClock : TimeProvider
    {
        public long Milliseconds { get; set; }

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(Milliseconds);
    }
}
