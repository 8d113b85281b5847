using System.Text.Json;
using MLOps.Inference;

namespace MLOps.Gateway.Endpoints;

/// <summary>A table as MLflow's scoring protocol sends it.</summary>
internal sealed record ScoringFrame(IReadOnlyList<string> Columns, IReadOnlyList<JsonElement[]> Rows)
{
    public static ScoringFrame FromSplit(JsonElement data)
    {
        if (data.ValueKind != JsonValueKind.Object
            || !data.TryGetProperty("columns", out var columns)
            || !data.TryGetProperty("data", out var rows)
            || columns.ValueKind != JsonValueKind.Array
            || rows.ValueKind != JsonValueKind.Array
            || columns.EnumerateArray().Any(column => column.ValueKind is not (JsonValueKind.String or JsonValueKind.Number)))
        {
            throw Invalid("dataframe_split must be {\"columns\": [names], \"data\": [[values]]}.");
        }

        string[] names = [.. columns.EnumerateArray().Select(column => column.ToString())];
        return Check(new ScoringFrame(
            names,
            [.. rows.EnumerateArray().Select((row, i) => row.ValueKind == JsonValueKind.Array && row.GetArrayLength() == names.Length
                ? row.EnumerateArray().ToArray()
                : throw Invalid($"row {i} of dataframe_split.data is not an array of {names.Length} values, one for each column."))]));
    }

    public static ScoringFrame FromRecords(JsonElement data)
    {
        if (data.ValueKind != JsonValueKind.Array || data.EnumerateArray().Any(record => record.ValueKind != JsonValueKind.Object))
        {
            throw Invalid("dataframe_records must be an array of objects.");
        }

        string[] names = data.GetArrayLength() == 0 ? [] : [.. data[0].EnumerateObject().Select(property => property.Name)];
        return Check(new ScoringFrame(
            names,
            [.. data.EnumerateArray().Select((record, i) => names.Select(name => record.TryGetProperty(name, out var value)
                ? value
                : throw Invalid($"record {i} lacks '{name}', which the first one has.")).ToArray())]));
    }

    private static ScoringFrame Check(ScoringFrame frame)
    {
        if (frame.Columns.Count == 0 || frame.Rows.Count == 0)
        {
            throw Invalid("the data frame is empty: expected at least one row and one column.");
        }

        return frame.Columns.Distinct(StringComparer.Ordinal).Count() == frame.Columns.Count
            ? frame
            : throw Invalid("the data frame has two columns of one name.");
    }

    private static InferenceException Invalid(string message) => new(InferenceError.InvalidRequest, message);
}
