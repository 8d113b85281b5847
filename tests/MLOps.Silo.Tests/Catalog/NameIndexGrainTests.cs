using MLOps.Contracts.Catalog;
using Orleans.Runtime;

namespace MLOps.Silo.Tests.Catalog;

public sealed class NameIndexGrainTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    [Fact]
    public async Task List_AfterAddsAndRemoves_HasEachNameOnceInOrdinalOrder()
    {
        var index = silo.Grains.GetGrain<INameIndexGrain>("ordered");
        foreach (var name in (string[])["b", "a", "B", "b", "c"])
        {
            await index.AddAsync(name);
        }

        await index.RemoveAsync("c");
        await index.RemoveAsync("never added");
        Assert.Equal(["B", "a", "b"], await index.ListAsync());
    }

    [Fact]
    public async Task List_AfterDeactivation_HasEverythingStill()
    {
        var index = silo.Grains.GetGrain<INameIndexGrain>("kept");
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => index.AddAsync($"name-{i:00}")));
        await silo.Grains.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero, TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"name-{i:00}"), await index.ListAsync());
    }
}
