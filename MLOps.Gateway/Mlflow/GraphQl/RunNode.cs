using MLOps.Contracts.Models;
using MLOps.Contracts.Runs;
using MLOps.Tracking;

namespace MLOps.Gateway.Mlflow.GraphQl;

/// <summary>A run, and the page that it was found on.</summary>
internal sealed record RunNode(Run Run, RunPage Page)
{
    public Task<IReadOnlyList<ModelVersion>> ModelVersionsAsync() => Page.ModelVersionsAsync(Run.Info.RunId);
}

/// <summary>Runs that were found together: the model versions made of them are read together too, not a search for each run.</summary>
internal sealed class RunPage(GraphQlContext context, IReadOnlyList<Run> runs)
{
    private const int RunsPerSearch = 100;
    private const int VersionsPerSearch = 10_000;
    private ILookup<string, ModelVersion>? _versions;

    public IEnumerable<RunNode> Nodes => runs.Select(run => new RunNode(run, this));

    public async Task<IReadOnlyList<ModelVersion>> ModelVersionsAsync(string runId)
    {
        _versions ??= (await ReadVersionsAsync()).ToLookup(version => version.RunId ?? string.Empty);
        return [.. _versions[runId]];
    }

    private async Task<List<ModelVersion>> ReadVersionsAsync()
    {
        var registry = context.Call([]).Registry;
        var versions = new List<ModelVersion>();
        foreach (var ids in runs.Select(run => run.Info.RunId).Chunk(RunsPerSearch))
        {
            var filter = ids.Length == 1 ? $"run_id = '{ids[0]}'" : $"run_id IN ({string.Join(", ", ids.Select(id => $"'{id}'"))})";
            string? token = null;
            do
            {
                var page = await registry.SearchModelVersionsAsync(new SearchModels(filter, [], VersionsPerSearch, token), context.Cancelled);
                versions.AddRange(page.Items);
                token = page.NextPageToken;
            }
            while (token is not null);
        }

        return versions;
    }
}
