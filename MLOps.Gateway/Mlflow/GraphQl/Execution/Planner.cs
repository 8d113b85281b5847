using System.Text.Json.Nodes;
using MLOps.Gateway.Mlflow.GraphQl.Syntax;
using MLOps.Gateway.Mlflow.GraphQl.Types;
using MLOps.Gateway.Mlflow.GraphQl.Validation;

namespace MLOps.Gateway.Mlflow.GraphQl.Execution;

/// <summary>Puts fragments, variables and <c>@skip</c> and <c>@include</c> of a query that has been checked in their places.</summary>
internal sealed class Planner(SelectionSets sets, IReadOnlyDictionary<string, JsonNode?> variables)
{
    public IReadOnlyList<PlannedField> Plan(ObjectType type, IEnumerable<IReadOnlyList<Selection>> selections)
    {
        var planned = new List<PlannedField>();
        foreach (var (key, same) in sets.Merge(selections, IsIncluded))
        {
            var field = Schema.Find(type, same[0].Name)!;
            IReadOnlyList<PlannedField> inner = field.Type.Named is ObjectType answer ? Plan(answer, same.Select(selection => selection.Selections!)) : [];
            planned.Add(new PlannedField(key, field, Arguments(field.Arguments, same[0].Arguments), inner));
        }

        return planned;
    }

    private bool IsIncluded(Selection selection) =>
        selection.Directives.All(directive => directive.Name != Schema.Skip.Name || !Condition(Schema.Skip, directive))
        && selection.Directives.All(directive => directive.Name != Schema.Include.Name || Condition(Schema.Include, directive));

    private bool Condition(DirectiveType type, Directive directive) => (bool)Arguments(type.Arguments, directive.Arguments)["if"]!;

    private JsonObject Arguments(IReadOnlyList<InputField> taken, IReadOnlyList<Argument> given)
    {
        var arguments = new JsonObject();
        foreach (var (name, value) in given)
        {
            var type = taken.Single(field => field.Name == name).Type;
            if (value is not VariableLiteral variable || variables.ContainsKey(variable.Name) || type is RequiredType)
            {
                arguments[name] = InputReader.Read(type, value, variables);
            }
        }

        return arguments;
    }
}
