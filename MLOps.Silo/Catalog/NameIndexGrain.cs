using MLOps.Contracts.Catalog;

namespace MLOps.Silo.Catalog;

<<<<<<< HEAD
/// <summary>The names of one kind of entity, kept in grain storage.</summary>
[GrainType("name-index")]
internal sealed class NameIndexGrain([PersistentState("names")] IPersistentState<NameIndexState> names) : Grain, INameIndexGrain
{
    public async Task AddAsync(string name)
    {
        if (names.State.Names.Add(name))
        {
            await SaveAsync(() => names.State.Names.Remove(name));
=======
/// <summary>The durable set of names of one kind of entity.</summary>
[GrainType("name-index")]
internal sealed class NameIndexGrain([PersistentState("name-index")] IPersistentState<NameIndexState> state) : Grain, INameIndexGrain
{
    public async Task AddAsync(string name)
    {
        if (state.State.Names.Add(name))
        {
            await WriteAsync(() => state.State.Names.Remove(name));
>>>>>>> w/serving
        }
    }

    public async Task RemoveAsync(string name)
    {
<<<<<<< HEAD
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
=======
        if (state.State.Names.Remove(name))
        {
            await WriteAsync(() => state.State.Names.Add(name));
        }
    }

    public Task<IReadOnlyList<string>> ListAsync() => Task.FromResult<IReadOnlyList<string>>(state.State.Names.ToArray());

    private async Task WriteAsync(Action undo)
    {
        try
        {
            await state.WriteStateAsync();
        }
        catch
        {
            // What is not durable must not be listed as if it were.
>>>>>>> w/serving
            undo();
            throw;
        }
    }
}
