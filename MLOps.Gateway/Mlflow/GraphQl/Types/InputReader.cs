using System.Text.Json;
using System.Text.Json.Nodes;
using MLOps.Gateway.Mlflow.GraphQl.Syntax;

namespace MLOps.Gateway.Mlflow.GraphQl.Types;

/// <summary>Turns what a query or its variables give into a value of a type, as JSON.</summary>
internal static class InputReader
{
    /// <param name="type">What is expected.</param>
    /// <param name="literal">What is written.</param>
    /// <param name="variables">Those that have a value; null: the value is only checked, and variables stand for any.</param>
    /// <exception cref="GraphQlException">Of another type.</exception>
    public static JsonNode? Read(GraphType type, Literal literal, IReadOnlyDictionary<string, JsonNode?>? variables) => (type, literal) switch
    {
        (_, VariableLiteral variable) => variables?.GetValueOrDefault(variable.Name) is { } value
            ? value.DeepClone()
            : type is RequiredType && variables is not null ? throw Missing(type) : null,
        (RequiredType, NullLiteral) => throw new GraphQlException($"Expected value of type '{type}', found null."),
        (RequiredType required, _) => Read(required.Inner, literal, variables),
        (_, NullLiteral) => null,
        (ListType list, ListLiteral items) => new JsonArray([.. items.Items.Select(item => Read(list.Item, item, variables))]),
        (ListType list, _) => new JsonArray(Read(list.Item, literal, variables)),
        (InputType input, ObjectLiteral given) => Read(input, given, variables),
        (InputType, _) => throw new GraphQlException($"Expected value of type '{type}', found {literal}."),
        (EnumType values, EnumLiteral value) => Named(values, value.Name),
        (EnumType, _) => throw new GraphQlException($"Enum '{type}' cannot represent non-enum value: {literal}."),
        (ScalarType scalar, _) => scalar.Read(literal),
        _ => throw new InvalidOperationException($"{type} is no input type."),
    };

    /// <param name="type">What is expected.</param>
    /// <param name="value">What the variables hold.</param>
    /// <param name="variable">For the message: the variable.</param>
    /// <param name="path">For the message: where in it.</param>
    /// <exception cref="GraphQlException">Of another type.</exception>
    public static JsonNode? Convert(GraphType type, JsonElement value, string variable, string path = "")
    {
        switch (type)
        {
            case RequiredType required:
                return value.ValueKind == JsonValueKind.Null
                    ? throw Invalid(variable, path, value, $"Expected non-nullable type '{type}' not to be None.")
                    : Convert(required.Inner, value, variable, path);
            case var _ when value.ValueKind == JsonValueKind.Null:
                return null;
            case ListType list:
                return value.ValueKind == JsonValueKind.Array
                    ? new JsonArray([.. value.EnumerateArray().Select((item, index) => Convert(list.Item, item, variable, $"{path}[{index}]"))])
                    : new JsonArray(Convert(list.Item, value, variable, path));
            case InputType input:
                return Convert(input, value, variable, path);
            default:
                try
                {
                    return type switch
                    {
                        EnumType values => value.ValueKind == JsonValueKind.String
                            ? Named(values, MlflowRequest.Unicode(value))
                            : throw new GraphQlException($"Enum '{type}' cannot represent non-string value: {PythonText.Of(value)}."),
                        ScalarType scalar => scalar.Convert(value),
                        _ => throw new InvalidOperationException($"{type} is no input type."),
                    };
                }
                catch (GraphQlException exception)
                {
                    throw Invalid(variable, path, value, exception.Message);
                }
        }
    }

    /// <exception cref="Contracts.Problems.MLOpsException">InvalidArgument: half a surrogate pair.</exception>
    public static string NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            throw MlflowRequest.Invalid("The request holds a text that is not valid Unicode.");
        }
    }

    private static JsonObject Read(InputType type, ObjectLiteral given, IReadOnlyDictionary<string, JsonNode?>? variables)
    {
        var fields = new JsonObject();
        foreach (var (name, literal) in given.Fields)
        {
            var field = type.Fields.FirstOrDefault(field => field.Name == name) ?? throw Unknown(type, name);
            if (literal is VariableLiteral variable && variables is not null && !variables.ContainsKey(variable.Name))
            {
                continue;
            }

            if (!fields.TryAdd(name, Read(field.Type, literal, variables)))
            {
                throw new GraphQlException($"There can be only one input field named '{name}'.");
            }
        }

        return fields;
    }

    private static JsonObject Convert(InputType type, JsonElement value, string variable, string path)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw Invalid(variable, path, value, $"Expected type '{type}' to be a mapping.");
        }

        var fields = new JsonObject();
        foreach (var member in value.EnumerateObject())
        {
            var name = NameOf(member);
            var field = type.Fields.FirstOrDefault(field => field.Name == name) ?? throw Invalid(variable, path, value, Unknown(type, name).Message);
            fields[name] = Convert(field.Type, member.Value, variable, $"{path}.{name}");
        }

        return fields;
    }

    private static JsonValue Named(EnumType type, string name) => type.Values.Contains(name)
        ? JsonValue.Create(name)
        : throw new GraphQlException($"Value '{name}' does not exist in '{type}' enum.");

    private static GraphQlException Missing(GraphType type) => new($"A value of type '{type}' is expected, and the variable has none.");

    private static GraphQlException Unknown(InputType type, string name) => new($"Field '{name}' is not defined by type '{type}'.");

    private static GraphQlException Invalid(string variable, string path, JsonElement value, string what) => new(path.Length == 0
        ? $"Variable '${variable}' got invalid value {PythonText.Of(value)}; {what}"
        : $"Variable '${variable}' got invalid value {PythonText.Of(value)} at '{variable}{path}'; {what}");
}
