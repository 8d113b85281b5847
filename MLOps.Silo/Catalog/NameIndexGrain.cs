using MLOps.Contracts.Catalog;

namespace MLOps.Silo.Catalog;

/// <summary>The names of one kind of entity, kept in grain storage.</summary>
[GrainType("name-index")]
internal sealed class NameIndexGrain([PersistentState("names")] IPersistentState<NameIndexState> names) : Grain, INameIndexGrain
{
    public async Task AddAsync(string name)
    {
        if (names.State.Names.Add(name))
        {
            await SaveAsync(() => names.State.Names.Remove(name));
        }
    }

    public async Task RemoveAsync(string name)
    {
        if (names.State.Names.Remove(name))
        {
            await SaveAsync(() => names.State.Names.Add(name));
        }
    }

    public Task<IReadOnlyList<string>> ListAsync() => Task.FromResult<IReadOnlyList<string>>([.. names.State.Names]);

    private async Task SaveAsync(Action undo)
    {
        try
        {
            await names.WriteStateAsync();
        }
        catch
        {
            undo();
            throw;
        }
    }
}
