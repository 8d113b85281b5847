using static MLOps.Gateway.Mlflow.GraphQl.Types.ScalarType;

namespace MLOps.Gateway.Mlflow.GraphQl.Types;

/// <summary>The schema as part of itself (GraphQL specification of October 2021, section 4), with which tools learn what can be asked.</summary>
internal static class Introspection
{
    private static readonly RequiredType RequiredText = new(Text);
    private static readonly RequiredType RequiredFlag = new(Flag);
    private static readonly InputField[] WithDeprecated = [new("includeDeprecated", Flag)];

    private static readonly EnumType Kind = new("__TypeKind", "SCALAR", "OBJECT", "INTERFACE", "UNION", "ENUM", "INPUT_OBJECT", "LIST", "NON_NULL");

    private static readonly EnumType Location = new(
        "__DirectiveLocation",
        "QUERY", "MUTATION", "SUBSCRIPTION", "FIELD", "FRAGMENT_DEFINITION", "FRAGMENT_SPREAD", "INLINE_FRAGMENT", "VARIABLE_DEFINITION", "SCHEMA", "SCALAR", "OBJECT",
        "FIELD_DEFINITION", "ARGUMENT_DEFINITION", "INTERFACE", "UNION", "ENUM", "ENUM_VALUE", "INPUT_OBJECT", "INPUT_FIELD_DEFINITION");

    private static readonly ObjectType Value = new("__EnumValue", () =>
    [
        Field.Of<string>("name", RequiredText, name => name),
        .. Common(),
        .. Deprecation(),
    ]);

    private static readonly ObjectType Argument = new("__InputValue", () =>
    [
        Field.Of<InputField>("name", RequiredText, input => input.Name),
        .. Common(),
        Field.Of<InputField>("type", new RequiredType(Any), input => input.Type),
        Field.Of<InputField>("defaultValue", Text, _ => null),
        .. Deprecation(),
    ]);

    private static readonly ObjectType FieldOf = new("__Field", () =>
    [
        Field.Of<Field>("name", RequiredText, field => field.Name),
        .. Common(),
        Field.Of<Field>("args", Many(Argument), field => field.Arguments) with { Arguments = WithDeprecated },
        Field.Of<Field>("type", new RequiredType(Any), field => field.Type),
        .. Deprecation(),
    ]);

    private static readonly ObjectType Type = new("__Type", () =>
    [
        Field.Of<GraphType>("kind", new RequiredType(Kind), KindOf),
        Field.Of<GraphType>("name", Text, type => (type as NamedType)?.Name),
        .. Common(),
        Field.Of<GraphType>("specifiedByURL", Text, _ => null),
        Field.Of<GraphType>("fields", Some(FieldOf), type => (type as ObjectType)?.Fields) with { Arguments = WithDeprecated },
        Field.Of<GraphType>("interfaces", Some(Any), type => type is ObjectType ? Array.Empty<GraphType>() : null),
        Field.Of<GraphType>("possibleTypes", Some(Any), _ => null),
        Field.Of<GraphType>("enumValues", Some(Value), type => (type as EnumType)?.Values) with { Arguments = WithDeprecated },
        Field.Of<GraphType>("inputFields", Some(Argument), type => (type as InputType)?.Fields) with { Arguments = WithDeprecated },
        Field.Of<GraphType>("ofType", Any, type => (type as ListType)?.Item ?? (type as RequiredType)?.Inner),
    ]);

    private static readonly ObjectType Directive = new("__Directive", () =>
    [
        Field.Of<DirectiveType>("name", RequiredText, directive => directive.Name),
        .. Common(),
        Field.Of<DirectiveType>("isRepeatable", RequiredFlag, _ => false),
        Field.Of<DirectiveType>("locations", Many(Location), directive => directive.Places),
        Field.Of<DirectiveType>("args", Many(Argument), directive => directive.Arguments) with { Arguments = WithDeprecated },
    ]);

    public static readonly ObjectType Schema = new("__Schema", () =>
    [
        .. Common(),
        Field.Of<object>("types", Many(Type), _ => Types.Schema.Types),
        Field.Of<object>("queryType", new RequiredType(Type), _ => RootTypes.Query),
        Field.Of<object>("mutationType", Type, _ => RootTypes.Mutation),
        Field.Of<object>("subscriptionType", Type, _ => null),
        Field.Of<object>("directives", Many(Directive), _ => Types.Schema.Directives),
    ]);

    private static readonly Field OfSchema = new("__schema", new RequiredType(Schema)) { Resolve = field => Task.FromResult<object?>(field.Context) };

    private static readonly Field OfType = new("__type", Type)
    {
        Arguments = [new InputField("name", RequiredText)],
        Resolve = field => Task.FromResult<object?>(Types.Schema.Find((string)field.Arguments["name"]!)),
    };

    /// <summary>What is asked of the schema beside the queries.</summary>
    public static Field? Find(string name) => name == OfSchema.Name ? OfSchema : name == OfType.Name ? OfType : null;

    /// <summary>Types refer to types.</summary>
    private static ObjectType Any => Type;

    private static RequiredType Many(NamedType type) => new(Some(type));

    private static ListType Some(NamedType type) => new(new RequiredType(type));

    private static Field[] Common() => [Field.Of<object>("description", Text, _ => null)];

    private static Field[] Deprecation() => [Field.Of<object>("isDeprecated", RequiredFlag, _ => false), Field.Of<object>("deprecationReason", Text, _ => null)];

    private static string KindOf(GraphType type) => type switch
    {
        ScalarType => "SCALAR",
        ObjectType => "OBJECT",
        EnumType => "ENUM",
        InputType => "INPUT_OBJECT",
        ListType => "LIST",
        _ => "NON_NULL",
    };
}
