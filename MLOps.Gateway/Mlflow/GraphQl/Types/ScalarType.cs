using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MLOps.Gateway.Mlflow.GraphQl.Syntax;

namespace MLOps.Gateway.Mlflow.GraphQl.Types;

/// <summary>A text, a number or a flag.</summary>
/// <param name="name">Its name.</param>
/// <param name="read">A value written in the query; null: it is none of this type.</param>
/// <param name="convert">A value in the variables; null: it is none of this type.</param>
/// <param name="fault">What is said of one that is none.</param>
internal sealed class ScalarType(string name, Func<Literal, JsonNode?> read, Func<JsonElement, JsonNode?> convert, string fault) : NamedType(name)
{
    public static readonly ScalarType Text = new(
        "String",
        literal => literal is StringLiteral text ? JsonValue.Create(text.Text) : null,
        value => value.ValueKind == JsonValueKind.String ? JsonValue.Create(MlflowRequest.Unicode(value)) : null,
        "String cannot represent a non string value: {0}");

    public static readonly ScalarType Flag = new(
        "Boolean",
        literal => literal is BooleanLiteral flag ? JsonValue.Create(flag.Value) : null,
        value => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? JsonValue.Create(value.GetBoolean()) : null,
        "Boolean cannot represent a non boolean value: {0}");

    public static readonly ScalarType Int = new(
        "Int",
        literal => literal is IntLiteral number && int.TryParse(number.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? JsonValue.Create(value) : null,
        value => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? JsonValue.Create(number) : null,
        "Int cannot represent non 32-bit signed integer value: {0}");

    public static readonly ScalarType Float = new(
        "Float",
        literal => ((literal as IntLiteral)?.Text ?? (literal as FloatLiteral)?.Text) is { } text && double.Parse(text, CultureInfo.InvariantCulture) is var value && double.IsFinite(value) ? JsonValue.Create(value) : null,
        value => value.ValueKind == JsonValueKind.Number && value.GetDouble() is var number && double.IsFinite(number) ? JsonValue.Create(number) : null,
        "Float cannot represent non numeric value: {0}");

    /// <summary>64 bits, answered as text: a browser's numbers have 53.</summary>
    public static readonly ScalarType LongString = new(
        "LongString",
        literal => Long((literal as IntLiteral)?.Text ?? (literal as StringLiteral)?.Text),
        value => value.ValueKind switch
        {
            JsonValueKind.Number => Long(value.GetRawText()),
            JsonValueKind.String => Long(MlflowRequest.Unicode(value)),
            _ => null,
        },
        "LongString cannot represent non 64-bit signed integer value: {0}");

    /// <exception cref="GraphQlException">None of this type.</exception>
    public JsonNode Read(Literal literal) => read(literal) ?? throw Refusal(literal.ToString());

    /// <inheritdoc cref="Read"/>
    public JsonNode Convert(JsonElement value) => convert(value) ?? throw Refusal(PythonText.Of(value));

    private static JsonValue? Long(string? text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? JsonValue.Create(value) : null;

    private GraphQlException Refusal(string? value) => new(string.Format(CultureInfo.InvariantCulture, fault, value));
}
