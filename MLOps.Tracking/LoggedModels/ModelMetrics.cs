using System.Data.Common;
using System.Globalization;
using MLOps.Contracts.Runs;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.LoggedModels;

/// <summary>Metrics of logged models: the table <c>logged_model_metrics</c>.</summary>
internal static class ModelMetrics
{
    private const string Insert =
        """
        INSERT INTO logged_model_metrics (model_id, metric_name, metric_timestamp_ms, metric_step, metric_value, experiment_id, run_id, dataset_uuid, dataset_name, dataset_digest)
        VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING
        """;

    public static void Write(SqlSession session, RunInfo run, IReadOnlyList<ModelMetric> metrics)
    {
        var experiment = long.Parse(run.ExperimentId, CultureInfo.InvariantCulture);
        foreach (var metric in metrics)
        {
            var dataset = metric.DatasetName is null
                ? null
                : session.Scalar("SELECT dataset_uuid FROM datasets WHERE experiment_id = $0 AND name = $1 AND digest = $2", experiment, metric.DatasetName, metric.DatasetDigest ?? string.Empty);
            session.Execute(
                Insert,
                metric.ModelId,
                metric.Key,
                metric.Timestamp,
                metric.Step,
                double.IsNaN(metric.Value) ? null : Math.Clamp(metric.Value, -double.MaxValue, double.MaxValue),
                experiment,
                run.RunId,
                dataset,
                metric.DatasetName,
                metric.DatasetDigest);
        }
    }

    public static List<ModelMetric> Read(SqlSession session, string modelId) => session.Query(
        "SELECT model_id, metric_name, metric_value, metric_timestamp_ms, metric_step, dataset_name, dataset_digest, run_id FROM logged_model_metrics WHERE model_id = $0 ORDER BY metric_name, metric_step, metric_timestamp_ms",
        Row,
        modelId);

    // NaN is stored as NULL: SQLite has no other way, and PostgreSQL would find it greater than every number.
    private static ModelMetric Row(DbDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        row.IsDBNull(2) ? double.NaN : row.GetDouble(2),
        row.GetInt64(3),
        row.GetInt64(4),
        row.Text(5),
        row.Text(6),
        row.GetString(7));
}
