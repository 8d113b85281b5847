using System.Globalization;
using System.Text;
using System.Text.Json;
using MLOps.Contracts.Problems;

namespace MLOps.Tracking.Storage;

/// <summary>Page tokens as MLflow makes them: base64 of <c>{"offset": N}</c>.</summary>
internal static class PageToken
{
    public static int Offset(string? token)
    {
        if (string.IsNullOrEmpty(token))
        {
            return 0;
        }

        var bytes = new byte[token.Length];
        if (!Convert.TryFromBase64String(token, bytes, out var length))
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"Invalid page token, could not base64-decode {token[..Math.Min(64, token.Length)]}");
        }

        var text = Encoding.UTF8.GetString(bytes, 0, length);
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("offset", out var offset)
                && offset.ValueKind == JsonValueKind.Number
                && offset.TryGetInt32(out var value)
                && value >= 0)
            {
                return value;
            }
        }
        catch (JsonException)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"Invalid page token, decoded value=b'{text}'");
        }

        throw new MLOpsException(ProblemCode.InvalidArgument, $"Invalid page token, parsed value={text}");
    }

    /// <summary>Cuts a result that was asked for with one row too many, and says whether there is more.</summary>
    public static Page<T> Page<T>(List<T> rows, int offset, int limit)
    {
        if (rows.Count <= limit)
        {
            return new Page<T>(rows, null);
        }

        rows.RemoveRange(limit, rows.Count - limit);
        return new Page<T>(rows, At(offset + limit));
    }

    /// <summary>The token of the page that begins at an offset.</summary>
    public static string At(int offset) => Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"offset\": {offset}}}")));
}
