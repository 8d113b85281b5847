using System.Text.Json;
using System.Text.Json.Nodes;
using MLOps.Gateway.Mlflow.GraphQl.Syntax;
using MLOps.Gateway.Mlflow.GraphQl.Types;

namespace MLOps.Gateway.Mlflow.GraphQl.Execution;

/// <summary>The values of an operation's variables: those given, else the defaults.</summary>
internal static class VariableReader
{
    private static readonly Dictionary<string, JsonNode?> None = [];

    /// <param name="operation">Checked.</param>
    /// <param name="given">An object, or nothing.</param>
    /// <param name="errors">What is wrong with them.</param>
    /// <returns>Those that have a value.</returns>
    public static Dictionary<string, JsonNode?> Read(Operation operation, JsonElement given, List<string> errors)
    {
        var values = new Dictionary<string, JsonNode?>();
        foreach (var variable in operation.Variables)
        {
            try
            {
                var type = Schema.Find(variable.Type)!;
                if (given.ValueKind == JsonValueKind.Object && given.TryGetProperty(variable.Name, out var value))
                {
                    values[variable.Name] = value.ValueKind == JsonValueKind.Null && type is RequiredType
                        ? throw new GraphQlException($"Variable '${variable.Name}' of non-null type '{type}' must not be null.")
                        : InputReader.Convert(type, value, variable.Name);
                }
                else if (variable.Default is { } standard)
                {
                    values[variable.Name] = InputReader.Read(type, standard, None);
                }
                else if (type is RequiredType)
                {
                    throw new GraphQlException($"Variable '${variable.Name}' of required type '{type}' was not provided.");
                }
            }
            catch (GraphQlException exception)
            {
                errors.Add(exception.Message);
            }
        }

        return values;
    }
}
