using System.Globalization;
using System.Text.Json.Nodes;
using MLOps.Contracts.Datasets;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Runs;

namespace MLOps.Silo.Datasets;

/// <summary>A dataset version as the input of a run, in MLflow's form.</summary>
internal static class DatasetInputs
{
    public const string ContextTag = "mlflow.data.context";

    /// <summary>MLflow names a source by the scheme of its URI.</summary>
    public const string SourceType = "mlflow-artifacts";

    public static string Source(string uri) => new JsonObject { ["uri"] = uri }.ToJsonString();

    /// <param name="context">What it is used for: <c>training</c>, <c>inference</c>.</param>
    public static DatasetInput Of(DatasetVersion version, string context) => new(
        version.Name,
        version.Digest,
        SourceType,
        Source(version.Source),
        Schema(version),
        new JsonObject { ["num_rows"] = version.Rows, ["num_elements"] = version.Rows * version.Columns.Count }.ToJsonString(),
        [new KeyValue(ContextTag, context), new KeyValue("mlops.dataset.version", version.Version.ToString(CultureInfo.InvariantCulture))]);

    private static string Schema(DatasetVersion version) => new JsonObject
    {
        ["mlflow_colspec"] = new JsonArray([.. version.Columns.Select(column => new JsonObject
        {
            ["type"] = column.Type is "date" ? "datetime" : column.Type,
            ["name"] = column.Name,
            ["required"] = column.Missing == 0,
        })]),
    }.ToJsonString();
}
