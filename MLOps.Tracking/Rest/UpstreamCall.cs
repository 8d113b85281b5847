using System.Buffers;
using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text;
using System.Text.Json;

namespace MLOps.Tracking.Rest;

/// <summary>One call of MLflow's REST protocol.</summary>
/// <param name="Path">Relative to the server's address, with the query.</param>
/// <param name="IsIdempotent">Whether the call may be made again when it is not known whether the first one was carried out.</param>
/// <param name="Body">JSON; null: none.</param>
internal sealed record UpstreamCall(HttpMethod Method, string Path, bool IsIdempotent, byte[]? Body = null)
{
    public const string Api = "api/2.0/mlflow/";

    /// <summary>The call as it may be shown: a query can hold names and filters of users.</summary>
    public string Route => $"{Method} /{Path.Split('?')[0]}";

    /// <param name="path">Below <see cref="Api"/>.</param>
    /// <param name="query">Parameters; those without a value are left out, a name may come several times.</param>
    public static UpstreamCall Get(string path, params ReadOnlySpan<(string Name, string? Value)> query)
    {
        var text = new StringBuilder(Api).Append(path);
        var separator = '?';
        foreach (var (name, value) in query)
        {
            if (value is not null)
            {
                text.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
                separator = '&';
            }
        }

        return new UpstreamCall(HttpMethod.Get, text.ToString(), IsIdempotent: true);
    }

    public static UpstreamCall Post(string path, bool isIdempotent, Action<Utf8JsonWriter> fields) => Send(HttpMethod.Post, Api + path, isIdempotent, fields);

    /// <param name="method">POST, PATCH or DELETE: all three take a body in this protocol.</param>
    /// <param name="path">Relative to the server's address.</param>
    /// <param name="isIdempotent">See <see cref="IsIdempotent"/>.</param>
    /// <param name="fields">Writes the body's fields.</param>
    public static UpstreamCall Send(HttpMethod method, string path, bool isIdempotent, Action<Utf8JsonWriter> fields)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        }

        return new UpstreamCall(method, path, isIdempotent, buffer.WrittenSpan.ToArray());
    }

    public HttpRequestMessage ToRequest()
    {
        var request = new HttpRequestMessage(Method, Path);
        if (Body is not null)
        {
            request.Content = new ByteArrayContent(Body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(MediaTypeNames.Application.Json);
        }

        return request;
    }
}
