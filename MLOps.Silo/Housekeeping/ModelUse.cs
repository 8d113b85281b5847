using MLOps.Contracts.Catalog;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;
using MLOps.Tracking;

namespace MLOps.Silo.Housekeeping;

/// <summary>Who needs the files of a run or a logged model: versions of the registry, wherever that is, and endpoints that serve them, of versions too that are deleted.</summary>
internal sealed class ModelUse(IModelRegistryStore registry, IGrainFactory grains)
{
    /// <summary>What endpoints serve now.</summary>
    public async Task<IReadOnlyList<(string Endpoint, VariantState Variant)>> ServedAsync()
    {
        var served = new List<(string, VariantState)>();
        foreach (var name in await grains.GetGrain<INameIndexGrain>(NameIndex.Endpoints).ListAsync())
        {
            try
            {
                served.AddRange((await grains.GetGrain<IEndpointGrain>(name).GetAsync()).Variants.Select(variant => (name, variant)));
            }
            catch (MLOpsException exception) when (exception.Code == ProblemCode.NotFound)
            {
                // Removed while the list was read: it serves nothing.
            }
        }

        return served;
    }

    /// <param name="id">Of the run or the logged model.</param>
    /// <param name="served">What endpoints serve.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>Null: nobody needs them. Else why they stay.</returns>
    public async Task<string?> FindAsync(string id, IReadOnlyList<(string Endpoint, VariantState Variant)> served, CancellationToken cancellationToken)
    {
        if (!id.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        {
            return "its id is not one that MLflow gives, so the registry cannot be asked who needs it";
        }

        foreach (var (endpoint, variant) in served)
        {
            if (variant.RunId == id || variant.Source.Contains(id, StringComparison.Ordinal))
            {
                return $"the endpoint '{endpoint}' serves it: remove that endpoint, or deploy another model to it, first";
            }
        }

        foreach (var filter in (string[])[$"run_id = '{id}'", $"source_path LIKE '%{id}%'"])
        {
            var found = await registry.SearchModelVersionsAsync(new SearchModels(filter, [], 1, null), cancellationToken);
            if (found.Items.Count > 0)
            {
                return PurgeReasons.InUse($"version {found.Items[0].Version} of the model '{found.Items[0].Name}'");
            }
        }

        return null;
    }
}
