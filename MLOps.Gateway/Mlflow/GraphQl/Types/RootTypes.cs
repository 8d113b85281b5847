using System.Text.Json.Nodes;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Models;
using MLOps.Contracts.Runs;
using MLOps.Tracking;
using static MLOps.Gateway.Mlflow.GraphQl.Types.EntityTypes;
using static MLOps.Gateway.Mlflow.GraphQl.Types.ScalarType;

namespace MLOps.Gateway.Mlflow.GraphQl.Types;

/// <summary>What can be asked: MLflow's queries, and its mutations, which change nothing.</summary>
internal static class RootTypes
{
    private static readonly ListType Texts = new(Text);

    private static readonly Field SearchRuns = Asked(
        "mlflowSearchRuns",
        Answer(
            "MlflowSearchRunsResponse",
            Field.Of<FoundRuns>("runs", ListOf(EntityTypes.Run), found => found.Runs),
            Field.Of<FoundRuns>("nextPageToken", Text, found => found.NextPageToken)),
        Input(
            "MlflowSearchRunsInput",
            new("experimentIds", Texts), new("filter", Text), new("runViewType", View), new("maxResults", Int), new("orderBy", Texts), new("pageToken", Text)),
        async (context, call) =>
        {
            var page = await RunRoutes.FindAsync(call);
            return new FoundRuns(new RunPage(context, page.Items).Nodes, page.NextPageToken ?? string.Empty);
        });

    public static readonly ObjectType Query = new("Query", () =>
    [
        Asked(
            "mlflowGetExperiment",
            Answer("MlflowGetExperimentResponse", Field.Of<Experiment>("experiment", EntityTypes.Experiment, experiment => experiment)),
            Input("MlflowGetExperimentInput", new InputField("experimentId", Text)),
            async (_, call) => await ExperimentRoutes.ReadAsync(call)),
        Asked(
            "mlflowGetMetricHistoryBulkInterval",
            Answer("MlflowGetMetricHistoryBulkIntervalResponse", Field.Of<IReadOnlyList<RunMetrics>>("metrics", ListOf(EntityTypes.MetricOfRun), histories => histories.SelectMany(history => history.Metrics, (history, metric) => new MetricOfRun(metric, history.RunId)))),
            Input("MlflowGetMetricHistoryBulkIntervalInput", new("runIds", Texts), new("metricKey", Text), new("startStep", Int), new("endStep", Int), new("maxResults", Int)),
            async (_, call) => await HistoryRoutes.SampleAsync(call)),
        Asked(
            "mlflowGetRun",
            Answer("MlflowGetRunResponse", Field.Of<RunNode>("run", EntityTypes.Run, node => node)),
            Input("MlflowGetRunInput", new("runId", Text), new("runUuid", Text)),
            async (context, call) => new RunPage(context, [await RunRoutes.ReadAsync(call)]).Nodes.Single()),
        Asked(
            "mlflowListArtifacts",
            Answer(
                "MlflowListArtifactsResponse",
                Field.Of<ArtifactListing>("rootUri", Text, listing => listing.Root),
                Field.Of<ArtifactListing>("files", ListOf(EntityTypes.File), listing => listing.Files),
                Field.Of<ArtifactListing>("nextPageToken", Text, _ => string.Empty)),
            Input("MlflowListArtifactsInput", new("runId", Text), new("runUuid", Text), new("path", Text), new("pageToken", Text)),
            async (_, call) => await ArtifactRoutes.ListAsync(call)),
        Asked(
            "mlflowSearchModelVersions",
            Answer(
                "MlflowSearchModelVersionsResponse",
                Field.Of<Page<ModelVersion>>("modelVersions", ListOf(EntityTypes.ModelVersion), page => page.Items),
                Field.Of<Page<ModelVersion>>("nextPageToken", Text, page => page.NextPageToken ?? string.Empty)),
            Input("MlflowSearchModelVersionsInput", new("filter", Text), new("maxResults", LongString), new("orderBy", Texts), new("pageToken", Text)),
            async (_, call) => await ModelVersionRoutes.FindAsync(call)),
        SearchRuns,
        Echo("test", "Test"),
    ]);

    public static readonly ObjectType Mutation = new("Mutation", () =>
    [
        Asked(
            "mlflowSearchDatasets",
            Answer("MlflowSearchDatasetsResponse", Field.Of<IReadOnlyList<DatasetSummary>>("datasetSummaries", ListOf(EntityTypes.DatasetSummary), datasets => datasets)),
            Input("MlflowSearchDatasetsInput", new InputField("experimentIds", Texts)),
            async (_, call) => await HistoryRoutes.FindDatasetsAsync(call)),
        SearchRuns,
        Echo("testMutation", "TestMutation"),
    ]);

    private static InputType Input(string name, params InputField[] fields) => new(name, fields);

    /// <summary>An answer of a call, with the call's error in its place when it fails.</summary>
    private static ObjectType Answer(string name, params Field[] fields) => new(name, () => [.. fields, Field.Of<object>(Field.ApiError, ApiError, _ => null)]);

    /// <summary>A call of the REST protocol, with its parameters as an object.</summary>
    private static Field Asked(string name, ObjectType answer, InputType input, Func<GraphQlContext, MlflowCall, Task<object?>> ask) => new(name, answer)
    {
        Arguments = [new InputField("input", input)],
        Resolve = field => ask(field.Context, field.Context.Call(field.Arguments["input"]?.AsObject() ?? [])),
    };

    private static Field Echo(string name, string type) => new(name, new ObjectType(type, () => [Field.Of<JsonObject>("output", Text, given => (string?)given["inputString"])]))
    {
        Arguments = [new InputField("inputString", Text)],
        Resolve = field => Task.FromResult<object?>(field.Arguments),
    };

    private sealed record FoundRuns(IEnumerable<RunNode> Runs, string NextPageToken);
}
