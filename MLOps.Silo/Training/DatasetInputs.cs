using System.Globalization;
using System.Text.Json.Nodes;
using MLOps.Contracts.Datasets;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Runs;

namespace MLOps.Silo.Training;

/// <summary>A dataset version as the input of a run, in MLflow's form.</summary>
internal static class DatasetInputs
{
    public static DatasetInput ForTraining(DatasetVersion version) => new(
        version.Name,
        version.Digest,
        // MLflow names a source by the scheme of its URI.
        "mlflow-artifacts",
        new JsonObject { ["uri"] = version.Source }.ToJsonString(),
        Schema(version),
        new JsonObject { ["num_rows"] = version.Rows, ["num_elements"] = version.Rows * version.Columns.Count }.ToJsonString(),
        [new KeyValue("mlflow.data.context", "training"), new KeyValue("mlops.dataset.version", version.Version.ToString(CultureInfo.InvariantCulture))]);

    private static string Schema(DatasetVersion version) => new JsonObject
    {
        ["mlflow_colspec"] = new JsonArray([.. version.Columns.Select(column => new JsonObject
        {
            ["type"] = column.Type == "date" ? "datetime" : column.Type,
            ["name"] = column.Name,
            ["required"] = column.Missing == 0,
        })]),
    }.ToJsonString();
}
