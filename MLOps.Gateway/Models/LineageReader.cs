using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using MLOps.Contracts.Batch;
using MLOps.Contracts.Catalog;
using MLOps.Contracts.Datasets;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Gateway.Batch;
using MLOps.Tracking;

namespace MLOps.Gateway.Models;

/// <summary>Collects the lineage of one version: its run, that run's parents, inputs and experiment, the endpoints that serve it now,
/// and its newest batch jobs with their inputs and results.</summary>
internal sealed class LineageReader(ITrackingStore tracking, IGrainFactory grains)
{
    private const string DatasetVersionTag = "mlops.dataset.version";

    /// <summary>Runs that call each other their parents must not hold the reader up.</summary>
    private const int MaxParents = 20;

    /// <summary>A version that scores every night must not make its lineage unreadable.</summary>
    private const int MaxBatchJobs = 50;

    private readonly Dictionary<string, LineageNode> _nodes = new(StringComparer.Ordinal);
    private readonly HashSet<LineageEdge> _edges = [];

    public static async Task<Ok<LineageGraph>> GetAsync(
        string name, int version, IModelRegistryStore registry, ITrackingStore tracking, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var found = await registry.GetModelVersionAsync(name, version, cancellationToken);
        return TypedResults.Ok(await new LineageReader(tracking, grains).ReadAsync(found, cancellationToken));
    }

    private async Task<LineageGraph> ReadAsync(ModelVersion version, CancellationToken cancellationToken)
    {
        var id = Node(
            "version",
            $"{version.Name}/{version.Version}",
            $"{version.Name} v{version.Version}",
            ("model", version.Name),
            ("version", Text(version.Version)),
            ("stage", version.Stage.ToString()),
            ("aliases", version.Aliases.Count == 0 ? null : string.Join(", ", version.Aliases)),
            ("source", version.Location),
            ("creation_time", Text(version.CreationTime)));
        if (!string.IsNullOrEmpty(version.RunId))
        {
            Edge(await RunAsync(version.RunId, cancellationToken), id, "produced");
        }

        foreach (var endpoint in await grains.GetGrain<INameIndexGrain>(NameIndex.Endpoints).ListAsync())
        {
            await EndpointAsync(endpoint, version, id);
        }

        foreach (var job in (await BatchJobs.FindAsync(NameIndex.BatchJobsOf(version.Name, version.Version), grains)).Where(job => job.RunId is not null).Take(MaxBatchJobs))
        {
            await BatchJobAsync(job, id, cancellationToken);
        }

        return new LineageGraph([.. _nodes.Values], [.. _edges]);
    }

    /// <returns>The node of the run; its parents are in the graph too.</returns>
    private async Task<string> RunAsync(string runId, CancellationToken cancellationToken)
    {
        var (first, below) = (default(string), default(string));
        for (string? next = runId; !string.IsNullOrEmpty(next) && _nodes.Count(node => node.Value.Kind == "run") <= MaxParents && !_nodes.ContainsKey("run:" + next);)
        {
            var run = await FindAsync(next, cancellationToken);
            var node = RunNode(next, run);
            first ??= node;
            if (below is not null)
            {
                Edge(node, below, "parent");
            }

            if (run is null)
            {
                break;
            }

            await SurroundAsync(run, node, cancellationToken);
            below = node;
            next = run.Tags.Where(tag => tag.Key == TrialQuery.ParentTag).Select(tag => tag.Value).FirstOrDefault();
        }

        return first!;
    }

    private async Task BatchJobAsync(BatchJobSnapshot job, string versionNode, CancellationToken cancellationToken)
    {
        var run = await FindAsync(job.RunId!, cancellationToken);
        var node = RunNode(job.RunId!, run);
        Edge(versionNode, node, "scores");
        if (run is null)
        {
            return;
        }

        await SurroundAsync(run, node, cancellationToken);
        if (job.Result is { } result)
        {
            Edge(
                node,
                Node(
                    "artifact",
                    $"{job.RunId}/{result}",
                    result,
                    ("run_id", job.RunId),
                    ("path", result),
                    ("digest", job.ResultDigest),
                    ("rows", Text(job.RowsDone)),
                    ("rows_failed", Text(job.RowsFailed)),
                    ("batch_job_id", job.JobId)),
                "output");
        }
    }

    private string RunNode(string runId, Run? run) => run is null
        ? Node("run", runId, runId, ("missing", "true"))
        : Node(
            "run",
            runId,
            run.Info.RunName,
            ("status", run.Info.Status.ToString().ToUpperInvariant()),
            ("lifecycle_stage", run.Info.LifecycleStage.ToString().ToLowerInvariant()),
            ("user_id", run.Info.UserId),
            ("start_time", Text(run.Info.StartTime)),
            ("end_time", Text(run.Info.EndTime)));

    /// <summary>A run's experiment and the datasets that it read.</summary>
    private async Task SurroundAsync(Run run, string node, CancellationToken cancellationToken)
    {
        await ExperimentAsync(run.Info.ExperimentId, node, cancellationToken);
        foreach (var input in run.Inputs)
        {
            await DatasetAsync(input, node);
        }
    }

    private async Task<Run?> FindAsync(string runId, CancellationToken cancellationToken)
    {
        try
        {
            return await tracking.GetRunAsync(runId, cancellationToken);
        }
        catch (MLOpsException exception) when (exception.Code is ProblemCode.NotFound or ProblemCode.InvalidArgument)
        {
            // A version outlives its run; the graph says that it is missing.
            return null;
        }
    }

    private async Task ExperimentAsync(string experimentId, string run, CancellationToken cancellationToken)
    {
        var experiment = await tracking.GetExperimentAsync(experimentId, cancellationToken);
        Edge(Node("experiment", experimentId, experiment.Name, ("experiment_id", experimentId)), run, "contains");
    }

    private async Task DatasetAsync(DatasetInput input, string run)
    {
        var number = input.Tags.Where(tag => tag.Key == DatasetVersionTag).Select(tag => tag.Value).FirstOrDefault();

        // The tag is only a claim: it is our own dataset's version when the digest agrees.
        var own = number is null ? null : (await grains.GetGrain<IDatasetGrain>(input.Name).GetVersionsAsync()).FirstOrDefault(version => Text(version.Version) == number && version.Digest == input.Digest);
        var node = Node(
            "dataset",
            $"{input.Name}:{input.Digest}",
            input.Name,
            ("digest", input.Digest),
            ("source_type", input.SourceType),
            ("context", input.Tags.Where(tag => tag.Key == "mlflow.data.context").Select(tag => tag.Value).FirstOrDefault()),
            ("version", own is null ? null : Text(own.Version)),
            ("kind", own?.Kind),
            ("rows", own is null ? null : Text(own.Rows)),
            ("first_date", own?.FirstDate),
            ("last_date", own?.LastDate));
        Edge(node, run, "input");
    }

    private async Task EndpointAsync(string name, ModelVersion version, string versionNode)
    {
        EndpointSnapshot endpoint;
        try
        {
            endpoint = await grains.GetGrain<IEndpointGrain>(name).GetAsync();
        }
        catch (MLOpsException exception) when (exception.Code == ProblemCode.NotFound)
        {
            // A name is listed before its endpoint is first written and until after it is deleted.
            return;
        }

        var variants = endpoint.Variants.Where(variant => variant.ModelName == version.Name && variant.ModelVersion == version.Version).ToList();
        if (variants.Count > 0)
        {
            Edge(
                versionNode,
                Node(
                    "endpoint",
                    name,
                    name,
                    ("status", endpoint.Status.ToString().ToLowerInvariant()),
                    ("variants", string.Join(", ", variants.Select(variant => variant.Spec.Name))),
                    ("model_uris", string.Join(", ", variants.Select(variant => variant.Spec.ModelUri).Distinct()))),
                "serves");
        }
    }

    private string Node(string kind, string key, string name, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        var id = $"{kind}:{key}";
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (attribute, value) in attributes)
        {
            if (!string.IsNullOrEmpty(value))
            {
                known[attribute] = value;
            }
        }

        _nodes.TryAdd(id, new LineageNode(id, kind, name, known));
        return id;
    }

    private void Edge(string from, string to, string kind) => _edges.Add(new LineageEdge(from, to, kind));

    private static string? Text(long? number) => number?.ToString(CultureInfo.InvariantCulture);
}
