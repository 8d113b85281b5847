using System.Globalization;
using System.Text;
using System.Text.Json;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Tracking.Storage;
using MLOps.Tracking.Traces;

namespace MLOps.Tracking.EvaluationDatasets;

internal sealed partial class SqlEvaluationDatasetStore
{
    private const string RecordColumns =
        "SELECT dataset_record_id, dataset_id, inputs, outputs, expectations, tags, source, source_id, source_type, created_time, last_update_time, created_by, last_updated_by FROM evaluation_dataset_records";

    public Task<UpsertedRecords> UpsertRecordsAsync(string datasetId, IReadOnlyList<NewDatasetRecord> records, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            var dataset = DatasetRows.Find(session, datasetId) ?? throw DatasetRows.Missing(datasetId);
            var now = Now();
            var inserted = 0;
            string? author = null;
            foreach (var record in records)
            {
                var user = Member(record.Tags, UserTag);
                author = user ?? author;
                inserted += Upsert(session, datasetId, record, user, now);
            }

            session.Execute(
                "UPDATE evaluation_datasets SET last_update_time = $0, last_updated_by = $1, digest = $2, schema = $3, profile = $4 WHERE dataset_id = $5",
                now,
                author,
                Digest(dataset.Name, now),
                RecordJson.Schema(dataset.Schema, records),
                Profile(session, datasetId) ?? dataset.Profile,
                datasetId);
            return new UpsertedRecords(inserted, records.Count - inserted);
        },
        cancellationToken);

    public Task<Page<DatasetRecord>> GetRecordsAsync(string datasetId, int maxResults, string? pageToken, CancellationToken cancellationToken = default)
    {
        var (time, id) = Cursor(pageToken);
        var records = database.Read(session => session.Query(
            $"{RecordColumns} WHERE dataset_id = $0 AND (created_time > $1 OR (created_time = $1 AND dataset_record_id > $2)) ORDER BY created_time, dataset_record_id LIMIT $3",
            DatasetRows.Record,
            datasetId,
            time,
            id,
            maxResults + 1L));
        if (records.Count <= maxResults)
        {
            return Task.FromResult(new Page<DatasetRecord>(records, null));
        }

        records.RemoveRange(maxResults, records.Count - maxResults);
        var next = Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{records[^1].CreatedTime}:{records[^1].DatasetRecordId}")));
        return Task.FromResult(new Page<DatasetRecord>(records, next));
    }

    public Task<int> DeleteRecordsAsync(string datasetId, IReadOnlyList<string> recordIds, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            var deleted = session.Execute(
                $"DELETE FROM evaluation_dataset_records WHERE dataset_id = $0 AND {session.Dialect.IsIn("dataset_record_id", "$1")}",
                datasetId,
                session.Dialect.Set(recordIds));
            if (deleted > 0)
            {
                session.Execute("UPDATE evaluation_datasets SET profile = $0 WHERE dataset_id = $1", Profile(session, datasetId), datasetId);
            }

            return deleted;
        },
        cancellationToken);

    /// <returns>1 for a new record, 0 for one whose inputs were there.</returns>
    private static int Upsert(SqlSession session, string datasetId, NewDatasetRecord record, string? user, long now)
    {
        var hash = RecordJson.Hash(record.Inputs);
        var json = session.Dialect;
        var old = session.First($"{RecordColumns} WHERE dataset_id = $0 AND input_hash = $1", DatasetRows.Record, datasetId, hash);
        var outputs = RecordJson.Wrap(record.Outputs ?? PythonJson.TryParse(old?.Outputs));
        if (old is not null)
        {
            session.Execute(
                $"UPDATE evaluation_dataset_records SET outputs = {json.Json("$0")}, expectations = {json.Json("$1")}, tags = {json.Json("$2")}, last_update_time = $3, last_updated_by = $4 WHERE dataset_record_id = $5",
                outputs,
                RecordJson.Merge(old.Expectations, record.Expectations),
                RecordJson.Merge(old.Tags, record.Tags),
                now,
                user ?? old.LastUpdatedBy,
                old.DatasetRecordId);
            return 0;
        }

        session.Execute(
            $"""
            INSERT INTO evaluation_dataset_records
                (dataset_record_id, dataset_id, inputs, outputs, expectations, tags, source, source_id, source_type, created_time, last_update_time, created_by, last_updated_by, input_hash)
            VALUES ($0, $1, {json.Json("$2")}, {json.Json("$3")}, {json.Json("$4")}, {json.Json("$5")}, {json.Json("$6")}, $7, $8, $9, $9, $10, $10, $11)
            """,
            NewId("dr-"),
            datasetId,
            PythonJson.Dump(record.Inputs),
            outputs,
            RecordJson.Merge(null, record.Expectations),
            RecordJson.Merge("{}", record.Tags),
            Source(record.Source),
            Member(record.Source?.Data, record.Source?.Type == "TRACE" ? "trace_id" : "source_id"),
            record.Source?.Type,
            now,
            user,
            hash);
        return 1;
    }

    private static string? Source(DatasetRecordSource? source) => source is null
        ? null
        : PythonJson.Dump(new KeyValuePair<string, object?>[] { new("source_type", source.Type), new("source_data", (object?)source.Data ?? Array.Empty<KeyValuePair<string, object?>>()) });

    private static string? Profile(SqlSession session, string datasetId)
    {
        var count = (long)session.Scalar("SELECT COUNT(*) FROM evaluation_dataset_records WHERE dataset_id = $0", datasetId)!;
        return count == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{{\"num_records\": {count}}}");
    }

    private static string? Member(JsonElement? members, string name) =>
        members is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? PythonJson.Text(value) : null;

    /// <summary>The last record of the page before, as MLflow names it: base64 of <c>created_time:record_id</c>.</summary>
    private static (long Time, string Id) Cursor(string? token)
    {
        if (string.IsNullOrEmpty(token))
        {
            return (long.MinValue, string.Empty);
        }

        var bytes = new byte[token.Length];
        return Convert.TryFromBase64String(token, bytes, out var length)
            && Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is [var time, var id]
            && long.TryParse(time, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                ? (number, id)
                : throw new MLOpsException(ProblemCode.InvalidArgument, "Invalid page token.");
    }
}
