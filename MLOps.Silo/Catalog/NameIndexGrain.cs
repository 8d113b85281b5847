using MLOps.Contracts.Catalog;

namespace MLOps.Silo.Catalog;

/// <summary>The names of one kind of entity, kept in grain storage.</summary>
[GrainType("name-index")]
internal sealed class NameIndexGrain([PersistentState("names")] IPersistentState<NameIndexState> names) : Grain, INameIndexGrain
{
    public async Task AddAsync(string name)
    {
        var at = names.State.Names.BinarySearch(name, StringComparer.Ordinal);
        if (at < 0)
        {
            names.State.Names.Insert(~at, name);
            await SaveAsync(() => names.State.Names.RemoveAt(~at));
        }
    }

    public async Task RemoveAsync(string name)
    {
        var at = names.State.Names.BinarySearch(name, StringComparer.Ordinal);
        if (at >= 0)
        {
            names.State.Names.RemoveAt(at);
            await SaveAsync(() => names.State.Names.Insert(at, name));
        }
    }

    public Task<IReadOnlyList<string>> ListAsync() => Task.FromResult<IReadOnlyList<string>>(names.State.Names.ToArray());

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
