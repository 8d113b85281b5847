using System.Globalization;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Tracking;
using static MLOps.Gateway.Mlflow.GraphQl.Types.ScalarType;

namespace MLOps.Gateway.Mlflow.GraphQl.Types;

/// <summary>MLflow's entities as types. As protobuf has it, a text that is not there is empty and a number 0.</summary>
internal static class EntityTypes
{
    public static readonly EnumType RunStatus = new("MlflowRunStatus", "RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED");
    public static readonly EnumType View = new("MlflowViewType", "ACTIVE_ONLY", "DELETED_ONLY", "ALL");
    private static readonly EnumType VersionStatus = new("MlflowModelVersionStatus", "PENDING_REGISTRATION", "FAILED_REGISTRATION", "READY");
    private static readonly EnumType JobConnection = new(
        "MlflowDeploymentJobConnectionState", "DEPLOYMENT_JOB_CONNECTION_STATE_UNSPECIFIED", "NOT_SET_UP", "CONNECTED", "NOT_FOUND", "REQUIRED_PARAMETERS_CHANGED");

    private static readonly EnumType JobRun = new(
        "MlflowModelVersionDeploymentJobStateDeploymentJobRunState",
        "DEPLOYMENT_JOB_RUN_STATE_UNSPECIFIED", "NO_VALID_DEPLOYMENT_JOB_FOUND", "RUNNING", "SUCCEEDED", "FAILED", "PENDING", "APPROVAL");

    private static readonly ObjectType ErrorDetail = new("ErrorDetail", () => [Field.Of<object>("field", Text, _ => null), Field.Of<object>("message", Text, _ => null)]);

    public static readonly ObjectType ApiError = new("ApiError", () =>
    [
        Field.Of<MLOpsException>("code", Text, error => MlflowErrors.Of(error.Code).ErrorCode),
        Field.Of<MLOpsException>("message", Text, error => error.Message),
        Field.Of<MLOpsException>("helpUrl", Text, _ => null),
        Field.Of<MLOpsException>("traceId", Text, _ => null),
        Field.Of<MLOpsException>("errorDetails", new ListType(ErrorDetail), _ => null),
    ]);

    public static readonly ObjectType Experiment = new("MlflowExperiment", () =>
    [
        Field.Of<Experiment>("experimentId", Text, experiment => experiment.ExperimentId),
        Field.Of<Experiment>("name", Text, experiment => experiment.Name),
        Field.Of<Experiment>("artifactLocation", Text, experiment => experiment.ArtifactLocation),
        Field.Of<Experiment>("lifecycleStage", Text, experiment => MlflowJson.Lifecycle(experiment.LifecycleStage)),
        Field.Of<Experiment>("lastUpdateTime", LongString, experiment => experiment.LastUpdateTime ?? 0),
        Field.Of<Experiment>("creationTime", LongString, experiment => experiment.CreationTime ?? 0),
        Field.Of<Experiment>("tags", ListOf(Pair("MlflowExperimentTag", "key")), experiment => experiment.Tags),
    ]);

    private static readonly ObjectType ModelMetric = Metric("MlflowModelMetric");

    private static readonly ObjectType JobState = new("MlflowModelVersionDeploymentJobState", () =>
    [
        Field.Of<ModelVersion>("jobId", Text, _ => string.Empty),
        Field.Of<ModelVersion>("runId", Text, _ => string.Empty),
        Field.Of<ModelVersion>("jobState", JobConnection, _ => null),
        Field.Of<ModelVersion>("runState", JobRun, _ => null),
        Field.Of<ModelVersion>("currentTaskName", Text, _ => string.Empty),
    ]);

    /// <summary>A version of a registered model. Its logged model and deployment job are not kept here.</summary>
    public static readonly ObjectType ModelVersion = new("MlflowModelVersion", () =>
    [
        Field.Of<ModelVersion>("name", Text, version => version.Name),
        Field.Of<ModelVersion>("version", Text, version => version.Version.ToString(CultureInfo.InvariantCulture)),
        Field.Of<ModelVersion>("creationTimestamp", LongString, version => version.CreationTime),
        Field.Of<ModelVersion>("lastUpdatedTimestamp", LongString, version => version.LastUpdatedTime),
        Field.Of<ModelVersion>("userId", Text, version => version.UserId ?? string.Empty),
        Field.Of<ModelVersion>("currentStage", Text, version => version.Stage.ToString()),
        Field.Of<ModelVersion>("description", Text, version => version.Description ?? string.Empty),
        Field.Of<ModelVersion>("source", Text, version => version.Source),
        Field.Of<ModelVersion>("runId", Text, version => version.RunId ?? string.Empty),
        Field.Of<ModelVersion>("status", VersionStatus, version => version.Status),
        Field.Of<ModelVersion>("statusMessage", Text, version => version.StatusMessage ?? string.Empty),
        Field.Of<ModelVersion>("tags", ListOf(Pair("MlflowModelVersionTag", "key")), version => version.Tags),
        Field.Of<ModelVersion>("runLink", Text, version => version.RunLink ?? string.Empty),
        Field.Of<ModelVersion>("aliases", new ListType(Text), version => version.Aliases),
        Field.Of<ModelVersion>("modelId", Text, _ => string.Empty),
        Field.Of<ModelVersion>("modelParams", ListOf(Pair("MlflowModelParam", "name")), _ => Array.Empty<KeyValue>()),
        Field.Of<ModelVersion>("modelMetrics", ListOf(ModelMetric), _ => Array.Empty<Metric>()),
        Field.Of<ModelVersion>("deploymentJobState", JobState, version => version),
    ]);

    private static readonly ObjectType RunInfo = new("MlflowRunInfo", () =>
    [
        Field.Of<RunInfo>("runId", Text, info => info.RunId),
        Field.Of<RunInfo>("runUuid", Text, info => info.RunId),
        Field.Of<RunInfo>("runName", Text, info => info.RunName),
        Field.Of<RunInfo>("experimentId", Text, info => info.ExperimentId),
        Field.Of<RunInfo>("userId", Text, info => info.UserId),
        Field.Of<RunInfo>("status", RunStatus, info => info.Status.ToString().ToUpperInvariant()),
        Field.Of<RunInfo>("startTime", LongString, info => info.StartTime ?? 0),
        Field.Of<RunInfo>("endTime", LongString, info => info.EndTime ?? 0),
        Field.Of<RunInfo>("artifactUri", Text, info => info.ArtifactUri),
        Field.Of<RunInfo>("lifecycleStage", Text, info => MlflowJson.Lifecycle(info.LifecycleStage)),
    ]);

    private static readonly ObjectType RunData = new("MlflowRunData", () =>
    [
        Field.Of<Run>("metrics", ListOf(Metric("MlflowMetricExtension")), run => run.Metrics),
        Field.Of<Run>("params", ListOf(Pair("MlflowParam", "key")), run => run.Params),
        Field.Of<Run>("tags", ListOf(Pair("MlflowRunTag", "key")), run => run.Tags),
    ]);

    private static readonly ObjectType Dataset = new("MlflowDataset", () =>
    [
        Field.Of<DatasetInput>("name", Text, dataset => dataset.Name),
        Field.Of<DatasetInput>("digest", Text, dataset => dataset.Digest),
        Field.Of<DatasetInput>("sourceType", Text, dataset => dataset.SourceType),
        Field.Of<DatasetInput>("source", Text, dataset => dataset.Source),
        Field.Of<DatasetInput>("schema", Text, dataset => dataset.Schema ?? string.Empty),
        Field.Of<DatasetInput>("profile", Text, dataset => dataset.Profile ?? string.Empty),
    ]);

    private static readonly ObjectType DatasetInput = new("MlflowDatasetInput", () =>
    [
        Field.Of<DatasetInput>("tags", ListOf(Pair("MlflowInputTag", "key")), input => input.Tags),
        Field.Of<DatasetInput>("dataset", Dataset, input => input),
    ]);

    private static readonly ObjectType ModelInput = new("MlflowModelInput", () => [Field.Of<string>("modelId", Text, id => id)]);

    private static readonly ObjectType RunInputs = new("MlflowRunInputs", () =>
    [
        Field.Of<Run>("datasetInputs", ListOf(DatasetInput), run => run.Inputs),
        Field.Of<Run>("modelInputs", ListOf(ModelInput), run => run.ModelInputs),
    ]);

    private static readonly ObjectType ModelOutput = new("MlflowModelOutput", () =>
    [
        Field.Of<ModelOutput>("modelId", Text, output => output.ModelId),
        Field.Of<ModelOutput>("step", LongString, output => output.Step),
    ]);

    private static readonly ObjectType RunOutputs = new("MlflowRunOutputs", () => [Field.Of<Run>("modelOutputs", ListOf(ModelOutput), run => run.ModelOutputs)]);

    public static readonly ObjectType Run = new("MlflowRunExtension", () =>
    [
        Field.Of<RunNode>("info", RunInfo, node => node.Run.Info),
        Field.Of<RunNode>("data", RunData, node => node.Run),
        Field.Of<RunNode>("inputs", RunInputs, node => node.Run),
        Field.Of<RunNode>("outputs", RunOutputs, node => node.Run),
        new Field("experiment", Experiment) { Resolve = async field => await field.Context.ExperimentAsync(((RunNode)field.Source!).Run.Info.ExperimentId) },
        new Field("modelVersions", ListOf(ModelVersion)) { Resolve = async field => await ((RunNode)field.Source!).ModelVersionsAsync() },
    ]);

    public static readonly ObjectType MetricOfRun = new("MlflowMetricWithRunId", () =>
    [
        .. Values<MetricOfRun>(item => item.Metric),
        Field.Of<MetricOfRun>("runId", Text, item => item.RunId),
    ]);

    public static readonly ObjectType File = new("MlflowFileInfo", () =>
    [
        Field.Of<ArtifactEntry>("path", Text, file => file.Path),
        Field.Of<ArtifactEntry>("isDir", Flag, file => file.IsDirectory),
        Field.Of<ArtifactEntry>("fileSize", LongString, file => file.Size ?? 0),
    ]);

    public static readonly ObjectType DatasetSummary = new("MlflowDatasetSummary", () =>
    [
        Field.Of<DatasetSummary>("experimentId", Text, dataset => dataset.ExperimentId),
        Field.Of<DatasetSummary>("name", Text, dataset => dataset.Name),
        Field.Of<DatasetSummary>("digest", Text, dataset => dataset.Digest),
        Field.Of<DatasetSummary>("context", Text, dataset => dataset.Context ?? string.Empty),
    ]);

    /// <summary>A list without nulls.</summary>
    public static ListType ListOf(ObjectType item) => new(new RequiredType(item));

    private static ObjectType Pair(string name, string key) => new(name, () => [Field.Of<KeyValue>(key, Text, pair => pair.Key), Field.Of<KeyValue>("value", Text, pair => pair.Value)]);

    /// <summary>The latest value of a metric. Whose it is, is said around it.</summary>
    private static ObjectType Metric(string name) => new(name, () =>
    [
        .. Values<Metric>(metric => metric),
        Field.Of<Metric>("datasetName", Text, _ => string.Empty),
        Field.Of<Metric>("datasetDigest", Text, _ => string.Empty),
        Field.Of<Metric>("modelId", Text, _ => string.Empty),
        Field.Of<Metric>("runId", Text, _ => string.Empty),
    ]);

    private static Field[] Values<T>(Func<T, Metric> metric) =>
    [
        Field.Of<T>("key", Text, item => metric(item).Key),
        Field.Of<T>("value", Float, item => metric(item).Value),
        Field.Of<T>("timestamp", LongString, item => metric(item).Timestamp),
        Field.Of<T>("step", LongString, item => metric(item).Step),
    ];
}

/// <summary>A value of one of several runs.</summary>
internal sealed record MetricOfRun(Metric Metric, string RunId);
