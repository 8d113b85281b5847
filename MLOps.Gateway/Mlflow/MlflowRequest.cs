using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Hosting;
using MLOps.Tracking.Traces;

namespace MLOps.Gateway.Mlflow;

/// <summary>The parameters of one call, read with the leniency of MLflow's protobuf JSON: unknown fields are ignored, camelCase names
/// and numeric strings are taken, a body may be JSON inside a JSON string, and a body that cannot be read is an empty one.</summary>
internal sealed class MlflowRequest : IDisposable
{
    private const int MaxDepth = 100;
    private static readonly JsonDocumentOptions JsonOptions = new() { MaxDepth = MaxDepth };
    private const int MaxRented = 1 << 20;

    /// <summary>The names are those in this code, not those in requests.</summary>
    private static readonly ConcurrentDictionary<string, string> CamelCases = new();
    private readonly JsonDocument? _document;
    private byte[]? _rented;
    private readonly JsonElement _body;
    private readonly IQueryCollection? _query;

    private MlflowRequest(JsonDocument? document, JsonElement body, IQueryCollection? query)
    {
        _document = document;
        _body = body;
        _query = query;
    }

    /// <summary>Parameters that came another way.</summary>
    public static MlflowRequest Of(JsonElement body) => new(null, body, null);

    public static async Task<MlflowRequest> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if ((HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && request.Query.Count > 0)
        {
            return new MlflowRequest(null, default, request.Query);
        }

        if ((HttpMethods.IsPost(request.Method) || HttpMethods.IsPut(request.Method)) && !IsJson(request.ContentType))
        {
            throw Invalid("Bad Request. Content-Type must be one of ['application/json'].");
        }

        var read = request.ContentLength is > 0 and <= MaxRented
            ? await ReadSmallAsync(request.BodyReader, (int)request.ContentLength, cancellationToken)
            : await ReadLargeAsync(request, cancellationToken);
        try
        {
            RequireUnicode(read._body);
            return read;
        }
        catch
        {
            read.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _document?.Dispose();
        if (_rented is not null)
        {
            ArrayPool<byte>.Shared.Return(_rented);
            _rented = null;
        }
    }

    /// <summary>A body of known, ordinary length: read whole, then parsed without another wait.</summary>
    private static async Task<MlflowRequest> ReadSmallAsync(PipeReader body, int length, CancellationToken cancellationToken)
    {
        var read = await body.ReadWholeAsync(length, cancellationToken);
        var rented = ArrayPool<byte>.Shared.Rent(length);
        var got = (int)Math.Min(length, read.Buffer.Length);
        read.Buffer.Slice(0, got).CopyTo(rented);
        body.AdvanceTo(read.Buffer.End);
        try
        {
            var document = Unwrapped(JsonDocument.Parse(rented.AsMemory(0, got), JsonOptions));
            return new MlflowRequest(document, document.RootElement, null) { _rented = rented };
        }
        catch (JsonException)
        {
            ArrayPool<byte>.Shared.Return(rented);
            return new MlflowRequest(null, default, null);
        }
    }

    private static async Task<MlflowRequest> ReadLargeAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var document = await ParseAsync(request, cancellationToken);
        return new MlflowRequest(document, document?.RootElement ?? default, null);
    }

    /// <summary>Checked once, in names and in values: a parser keeps what is no text until somebody reads it, and then fails.</summary>
    /// <exception cref="MLOpsException">InvalidArgument: half a surrogate pair, or bytes that are no UTF-8.</exception>
    private static void RequireUnicode(JsonElement body)
    {
        if (body.ValueKind == JsonValueKind.Undefined)
        {
            return;
        }

        // Only an escape can spell half a pair, and few bodies have one.
        var raw = JsonMarshal.GetRawUtf8Value(body);
        if (!Utf8.IsValid(raw) || raw.IndexOf(@"\ud"u8) >= 0 || raw.IndexOf(@"\uD"u8) >= 0)
        {
            RequireUnicodeTexts(body);
        }
    }

    private static void RequireUnicodeTexts(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                _ = Unicode(element);
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    RequireUnicodeTexts(item);
                }

                break;
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    _ = Unicode(member);
                    RequireUnicodeTexts(member.Value);
                }

                break;
        }
    }

    /// <summary>Old clients encode twice: the JSON inside a JSON string.</summary>
    private static JsonDocument Unwrapped(JsonDocument document)
    {
        if (document.RootElement.ValueKind != JsonValueKind.String)
        {
            return document;
        }

        using (document)
        {
            return JsonDocument.Parse(Unicode(document.RootElement), JsonOptions);
        }
    }

    /// <summary>A text that must be there and not be empty.</summary>
    public string Required(string name, string? alias = null) =>
        Text(name, alias) is { Length: > 0 } text ? text : throw Missing(name);

    /// <summary>A text, or null when it is absent.</summary>
    public string? Text(string name, string? alias = null)
    {
        if (_query is not null)
        {
            return Query(name, alias) is [{ } text, ..] ? text : null;
        }

        return Element(name, alias) switch
        {
            { ValueKind: JsonValueKind.Undefined or JsonValueKind.Null } => null,
            { ValueKind: JsonValueKind.String } element => Unicode(element),
            var element => throw WrongType(name, element),
        };
    }

    /// <summary>A text; MLflow takes an empty one for an absent one here.</summary>
    public string? NotEmpty(string name) => Text(name) is { Length: > 0 } text ? text : null;

    /// <summary>JSON within a text that must be there.</summary>
    /// <returns>Null: it is not JSON.</returns>
    /// <exception cref="MLOpsException">InvalidArgument: a name in it is half a surrogate pair.</exception>
    public JsonElement? Nested(string name)
    {
        var nested = PythonJson.TryParse(Required(name));
        try
        {
            _ = PythonJson.Dump(nested);
            return nested;
        }
        catch (InvalidOperationException exception)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"The parameter '{name}' holds a text that is not valid Unicode.", exception);
        }
    }

    /// <summary>An object, or the text of one, as a query string has it.</summary>
    /// <returns>Null: it is absent.</returns>
    public JsonDocument? Object(string name)
    {
        var element = _query is null ? Element(name, null) : default;
        if (element.ValueKind == JsonValueKind.Object)
        {
            return JsonDocument.Parse(element.GetRawText(), JsonOptions);
        }

        if (NotEmpty(name) is not { } text)
        {
            return null;
        }

        try
        {
            var document = JsonDocument.Parse(text, JsonOptions);
            return document.RootElement.ValueKind is JsonValueKind.Object or JsonValueKind.Null ? document : throw WrongType(name, document.RootElement);
        }
        catch (JsonException)
        {
            throw WrongType(name, text);
        }
    }

    public long RequiredLong(string name) => Long(name) ?? throw Missing(name);

    /// <summary>A 64-bit integer as number or numeric text; a number with a fraction counts as 0, as MLflow reads it.</summary>
    public long? Long(string name)
    {
        if (_query is not null)
        {
            return Query(name, null) is [{ } text, ..] ? ParseLong(text) ?? throw WrongType(name, text) : null;
        }

        var element = Element(name, null);
        return element.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? null : Long(element) ?? throw WrongType(name, element);
    }

    /// <summary>True or false; absent counts as false. MLflow insists on the type: a flag that is misread moves the wrong version. In a query Python's clients write <c>True</c>.</summary>
    public bool Flag(string name)
    {
        if (_query is not null)
        {
            return Query(name, null) is [{ } text, ..] && (bool.TryParse(text, out var flag) ? flag : throw WrongType(name, text));
        }

        return Element(name, null) switch
        {
            { ValueKind: JsonValueKind.True } => true,
            { ValueKind: JsonValueKind.False or JsonValueKind.Undefined or JsonValueKind.Null } => false,
            var element => throw WrongType(name, element),
        };
    }

    /// <summary>A list of texts; elements that are none drop out with the whole list, as a failed protobuf parse has it.</summary>
    public IReadOnlyList<string> Texts(string name)
    {
        if (_query is not null)
        {
            return [.. Query(name, null).OfType<string>()];
        }

        var element = Element(name, null);
        return element.ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null => [],
            JsonValueKind.Array => element.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
                ? [.. element.EnumerateArray().Select(item => Unicode(item))]
                : [],
            _ => throw WrongType(name, element),
        };
    }

    /// <summary>A list of objects; empty when absent.</summary>
    public IEnumerable<JsonElement> Items(string name)
    {
        var element = _query is null ? Element(name, null) : default;
        return element.ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null => [],
            JsonValueKind.Array => element.EnumerateArray(),
            _ => throw WrongType(name, element),
        };
    }

    /// <summary>Tags or parameters: objects with key and value.</summary>
    public List<KeyValue> Pairs(string name)
    {
        var pairs = new List<KeyValue>();
        foreach (var item in Items(name))
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"{name}[{pairs.Count}]");
            var key = Text(item, "key", path + ".key");
            pairs.Add(new KeyValue(string.IsNullOrEmpty(key) ? throw Missing(path + ".key") : key, Text(item, "value", path + ".value") ?? string.Empty));
        }

        return pairs;
    }

    public JsonElement Element(string name, string? alias)
    {
        if (_body.ValueKind != JsonValueKind.Object)
        {
            return default;
        }

        return _body.TryGetProperty(name, out var element) || _body.TryGetProperty(CamelCase(name), out element)
            ? element
            : alias is not null && (_body.TryGetProperty(alias, out element) || _body.TryGetProperty(CamelCase(alias), out element)) ? element : default;
    }

    public static string? Text(JsonElement item, string name, string path)
    {
        var element = Property(item, name);
        return element.ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null => null,
            JsonValueKind.String => Unicode(element),
            _ => throw WrongType(path, element),
        };
    }

    public static JsonElement Property(JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && (item.TryGetProperty(name, out var element) || item.TryGetProperty(CamelCase(name), out element)) ? element : default;

    /// <returns>Null: not a 64-bit integer in any accepted form.</returns>
    public static long? Long(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number => element.TryGetInt64(out var number) ? number : FromDouble(element.GetDouble()),
        JsonValueKind.String => ParseLong(Unicode(element)),
        _ => null,
    };

    /// <returns>Null: not a number in any accepted form, or beyond what 64 bits hold (1e309). True counts as 1.</returns>
    public static double? Double(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number => element.GetDouble() is var number && double.IsFinite(number) ? number : null,
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        JsonValueKind.String => Unicode(element) switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            var text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) && double.IsFinite(parsed) ? parsed : null,
        },
        _ => null,
    };

    /// <exception cref="MLOpsException">InvalidArgument: half a surrogate pair, or bytes that are no UTF-8.</exception>
    public static string Unicode(JsonElement element)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException exception)
        {
            throw NotUnicode(exception);
        }
    }

    private static string Unicode(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException exception)
        {
            throw NotUnicode(exception);
        }
    }

    private static MLOpsException NotUnicode(InvalidOperationException exception) =>
        new(ProblemCode.InvalidArgument, "The request holds a text that is not valid Unicode.", exception);

    public static MLOpsException Missing(string name) =>
        Invalid($"Missing value for required parameter '{name}'. See the API docs for more information about request parameters.");

    public static MLOpsException WrongType(string name, JsonElement element) => Invalid(
        $"Invalid value {Shortened(element.GetRawText())} for parameter '{name}' supplied:  Hint: Value was of type '{PythonType(element)}'. See the API docs for more information about request parameters.");

    public static MLOpsException Invalid(string message) => new(ProblemCode.InvalidArgument, message);

    private static MLOpsException WrongType(string name, string text) => Invalid(
        $"Invalid value \"{Shortened(text)}\" for parameter '{name}' supplied:  Hint: Value was of type 'str'. See the API docs for more information about request parameters.");

    private static long? ParseLong(string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static long? FromDouble(double number) => Math.Abs(number) < 9.2e18 && double.IsFinite(number) ? (number == Math.Truncate(number) ? (long)number : 0) : null;

    private static string Shortened(string text) => text.Length <= 200 ? text : text[..200] + "…";

    private static string PythonType(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => "str",
        JsonValueKind.Number => element.TryGetInt64(out _) ? "int" : "float",
        JsonValueKind.True or JsonValueKind.False => "bool",
        JsonValueKind.Array => "list",
        JsonValueKind.Object => "dict",
        _ => "NoneType",
    };

    private StringValues Query(string name, string? alias) =>
        _query!.TryGetValue(name, out var values) || (alias is not null && _query.TryGetValue(alias, out values)) ? values : StringValues.Empty;

    private static bool IsJson(string? contentType) =>
        contentType is not null && contentType.Split(';')[0].Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase);

    private static async Task<JsonDocument?> ParseAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return Unwrapped(await JsonDocument.ParseAsync(request.Body, JsonOptions, cancellationToken));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string CamelCase(string name) => CamelCases.GetOrAdd(name, ToCamelCase);

    private static string ToCamelCase(string name)
    {

        var text = new StringBuilder(name.Length);
        for (var i = 0; i < name.Length; i++)
        {
            text.Append(name[i] == '_' && i + 1 < name.Length ? char.ToUpperInvariant(name[++i]) : name[i]);
        }

        return text.ToString();
    }
}
