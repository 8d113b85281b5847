using MLOps.Gateway.Mlflow.GraphQl.Syntax;

namespace MLOps.Gateway.Mlflow.GraphQl.Types;

/// <summary>MLflow's schema: its types by name, its directives, and the fields that every object has.</summary>
internal static class Schema
{
    /// <summary><c>__typename</c>, which the name of the object's type answers.</summary>
    public static readonly Field TypeName = new("__typename", new RequiredType(ScalarType.Text));

    public static readonly DirectiveType Skip = new("skip", [new("if", new RequiredType(ScalarType.Flag))], DirectivePlaces.OfSelections);
    public static readonly DirectiveType Include = new("include", [new("if", new RequiredType(ScalarType.Flag))], DirectivePlaces.OfSelections);

    /// <summary>Says which part of MLflow's UI asks; it changes nothing.</summary>
    private static readonly DirectiveType Component = new("component", [new("name", new RequiredType(ScalarType.Text))], ["QUERY", "MUTATION"]);

    private static readonly Lazy<SortedDictionary<string, NamedType>> ByName = new(Collect);

    public static IReadOnlyList<DirectiveType> Directives { get; } = [Skip, Include, Component];

    public static IEnumerable<NamedType> Types => ByName.Value.Values;

    public static NamedType? Find(string name) => ByName.Value.GetValueOrDefault(name);

    public static Field? Find(ObjectType type, string field) =>
        field == TypeName.Name ? TypeName : type.Find(field) ?? (type == RootTypes.Query ? Introspection.Find(field) : null);

    public static ObjectType? Root(OperationKind kind) => kind switch
    {
        OperationKind.Query => RootTypes.Query,
        OperationKind.Mutation => RootTypes.Mutation,
        _ => null,
    };

    /// <returns>Null: it names no type.</returns>
    public static GraphType? Find(TypeReference reference)
    {
        var type = reference.Item is { } item
            ? Find(item) is { } found ? new ListType(found) : null
            : (GraphType?)Find(reference.Name!);
        return type is not null && reference.Required ? new RequiredType(type) : type;
    }

    private static SortedDictionary<string, NamedType> Collect()
    {
        var types = new SortedDictionary<string, NamedType>(StringComparer.Ordinal);
        var waiting = new Stack<NamedType>([RootTypes.Query, RootTypes.Mutation, Introspection.Schema]);
        while (waiting.TryPop(out var type))
        {
            if (!types.TryAdd(type.Name, type))
            {
                continue;
            }

            IEnumerable<GraphType> used = type switch
            {
                ObjectType answer => answer.Fields.SelectMany(field => field.Arguments.Select(argument => argument.Type).Append(field.Type)),
                InputType input => input.Fields.Select(field => field.Type),
                _ => [],
            };
            foreach (var other in used)
            {
                waiting.Push(other.Named);
            }
        }

        return types;
    }
}
