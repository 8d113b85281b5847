using MLOps.Contracts.Catalog;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Endpoints;

namespace MLOps.Gateway.OpenInference;

/// <summary>Endpoints as the protocol's models. They are made and deleted by the platform's own API; here they are listed, loaded and unloaded.</summary>
internal sealed class ModelRepository(IGrainFactory grains, RoutingTable routes, EndpointInvoker invoker)
{
    private const string Ready = "READY";

    /// <summary>Whether the cluster answers and this process does not stop.</summary>
    public async Task<bool> IsReadyAsync()
    {
        if (invoker.IsDraining)
        {
            return false;
        }

        try
        {
            await grains.GetGrain<INameIndexGrain>(NameIndex.Endpoints).ListAsync();
            return true;
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException)
        {
            return false;
        }
    }

    /// <exception cref="MLOpsException">NotFound: no such endpoint, or no variant of that version.</exception>
    public async Task<bool> IsReadyAsync(string model, string? version)
    {
        var route = await routes.GetAsync(model);
        route.CheckServes(version);
        return route.Endpoint.Status == EndpointStatus.Ready;
    }

    /// <summary>Every version that can be asked for.</summary>
    public async Task<IReadOnlyList<RepositoryModel>> IndexAsync(bool readyOnly)
    {
        var models = new List<RepositoryModel>();
        foreach (var route in await AllAsync())
        {
            var state = route.Endpoint.Status == EndpointStatus.Ready ? Ready : "UNAVAILABLE";
            if (!readyOnly || state == Ready)
            {
                models.AddRange(route.Versions.Select(version => new RepositoryModel(route.Endpoint.Name, version, state, route.Endpoint.StatusMessage ?? "")));
            }
        }

        return models;
    }

    /// <summary>Resolves the versions again and loads them, whether they were unloaded or only may have changed.</summary>
    public Task LoadAsync(string model) => Endpoint(model).LoadAsync();

    /// <summary>Takes the models out of memory; the endpoint stays in the index.</summary>
    public Task UnloadAsync(string model) => Endpoint(model).UnloadAsync();

    /// <param name="model">Null: all.</param>
    /// <param name="version">Null: all.</param>
    /// <exception cref="MLOpsException">NotFound: no such endpoint, or no variant of that version.</exception>
    public async Task<IReadOnlyList<ServedStatistics>> StatisticsAsync(string? model, string? version)
    {
        IReadOnlyList<EndpointRoute> asked = model is null ? await AllAsync() : [await routes.GetAsync(model)];
        if (model is not null && version is not null)
        {
            asked[0].CheckServes(version);
        }

        return
        [
            .. from route in asked
               from served in route.Served
               where version is null || $"{served.Version}" == version
               select new ServedStatistics(route.Endpoint.Name, $"{served.Version}", served.Model, route.Statistics.Version(served.Model, served.Version)),
        ];
    }

    private IEndpointGrain Endpoint(string model)
    {
        EndpointName.Check(model, "endpoint name");
        return grains.GetGrain<IEndpointGrain>(model);
    }

    private async Task<IReadOnlyList<EndpointRoute>> AllAsync()
    {
        var all = new List<EndpointRoute>();
        foreach (var name in await grains.GetGrain<INameIndexGrain>(NameIndex.Endpoints).ListAsync())
        {
            try
            {
                all.Add(await routes.GetAsync(name));
            }
            catch (MLOpsException exception) when (exception.Code == ProblemCode.NotFound)
            {
                // A name is listed before its endpoint is first written and until after it is deleted.
                continue;
            }
        }

        return all;
    }
}
