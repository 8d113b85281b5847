using System.Text.RegularExpressions;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Housekeeping;

/// <summary>Which model versions live on artifacts of a run or a logged model. Every way to write such a source (<c>mlflow-artifacts:</c>, <c>s3:</c>, a path,
/// <c>runs:/…</c>, <c>models:/m-…</c>) has the id of the run or model in it.</summary>
internal static partial class ModelReferences
{
    private const string Versions = "SELECT name, version, source, storage_location FROM model_versions WHERE current_stage <> 'Deleted_Internal'";

    /// <returns>The version by name and number; null: none needs this run.</returns>
    public static string? ToRun(SqlSession session, string runId) => session.First(
        $"{Versions} AND (run_id = $0 OR {session.Dialect.Contains("source", "$0")} OR {session.Dialect.Contains("storage_location", "$0")})",
        row => Name(row.GetString(0), row.GetInt32(1)),
        runId);

    /// <returns>The version by name and number; null: none needs one of these logged models.</returns>
    public static string? ToModels(SqlSession session, IReadOnlyCollection<string> modelIds)
    {
        if (modelIds.Count == 0)
        {
            return null;
        }

        string? found = null;
        session.ForEach(Versions, row =>
        {
            if (ModelIds().Matches($"{row.Text(2)} {row.Text(3)}").Any(match => modelIds.Contains(match.Value)))
            {
                found ??= Name(row.GetString(0), row.GetInt32(1));
            }
        });
        return found;
    }

    private static string Name(string model, int version) => $"version {version} of the model '{model}'";

    [GeneratedRegex("m-[0-9a-f]{32}")]
    private static partial Regex ModelIds();
}
